namespace Interneuron.Derivation.Running

/// An instance that responds to batches and learns from them: in lanes, and by its scalar code where they do not reach a response.
/// It has a workspace of its own: one thread at a time.
[<Sealed>]
type LaneBatch(instance: Instance) =
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

    /// The responses to B stimuli (one a row), from first guesses that they overwrite; whether each was found.
    member _.Respond(values: float array, stimuli: float array, responses: float array, found: bool array) : unit =
        program.Respond(values, stimuli, responses, found)
        rest values stimuli responses found (fun _ _ -> ())

    /// The same, with the mean over the responses that were found of what they contribute to the step of each number. How many there were;
    /// where there were none the mean is 0.
    member _.Learn(values: float array, stimuli: float array, responses: float array, found: bool array, mean: float array) : int =
        let inLanes = program.Learn(values, stimuli, responses, found, mean)

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
