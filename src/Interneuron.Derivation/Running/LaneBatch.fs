namespace Interneuron.Derivation.Running

open System
open System.Runtime.CompilerServices

/// An instance that responds to batches and learns from them: in lanes, and by its scalar code where they do not reach a response.
/// It has a workspace of its own, so that threads wait for each other.
[<Sealed>]
type LaneBatch private (instance: Instance) =
    // Machine code is made once for each instance, and lives as long as that.
    static let known = ConditionalWeakTable<Instance, LaneBatch>()

    let m, n = instance.Stimuli, instance.Responses

    let program =
        LaneProgram.create (LaneInstance.model instance.Derivation instance.Sizes)

    /// The responses that lanes did not reach, by scalar code; `take` is given each that there is.
    let rest (values: float array) (stimuli: float array) (responses: float array) (found: bool array) take =
        for b in 0 .. found.Length - 1 do
            if not found[b] then
                let s = Array.sub stimuli (b * m) m

                match instance.Respond(values, s, Array.zeroCreate n) with
                | Some r ->
                    Array.blit r 0 responses (b * n) n
                    found[b] <- true
                    take s r
                | None -> ()

    /// That of an instance.
    static member Of(instance: Instance) : LaneBatch =
        known.GetValue(instance, fun instance -> LaneBatch instance)

    /// The responses to B stimuli (one a row), from first guesses that they overwrite; whether each was found.
    member this.Respond(values: float array, stimuli: float array, responses: float array, found: bool array) : unit =
        lock this (fun () -> program.Respond(values, stimuli, responses, found))
        rest values stimuli responses found (fun _ _ -> ())

    /// The responses to stimuli, one a row, from rest; rows of NaN where there is none.
    member this.Responses(values: float array, stimuli: float array) : float array =
        let rows = stimuli.Length / m
        let responses: float array = Array.zeroCreate (rows * n)
        let found = Array.create rows false
        this.Respond(values, stimuli, responses, found)

        for b in 0 .. rows - 1 do
            if not found[b] then
                Array.Fill(responses, nan, b * n, n)

        responses

    /// The same, with the mean over the responses that were found of what they contribute to the step of each number. How many there were;
    /// where there were none the mean is 0.
    member this.Learn(values: float array, stimuli: float array, responses: float array, found: bool array, mean: float array) : int =
        let inLanes =
            lock this (fun () -> program.Learn(values, stimuli, responses, found, mean))

        if inLanes = found.Length then
            inLanes
        else
            let others = ResizeArray()
            rest values stimuli responses found (fun s r -> others.Add(instance.Online(values, s, r)))
            let count = inLanes + others.Count

            if count > 0 then
                for p in 0 .. mean.Length - 1 do
                    let sum = Seq.sumBy (Array.item p) others
                    mean[p] <- (float inLanes * mean[p] + sum) / float count

            count
