namespace Interneuron.Derivation.Running

open System
open Interneuron.Derivation.Models

/// How far a parameter is from where its learning rests: where the mean of its rule over the stimuli, within what it is held to, is 0.
type RestResidual =
    {
        /// The parameter.
        Parameter: string
        /// The root mean square, over its numbers, of the mean step within its constraints, without its rate.
        Mean: float
        /// The same in units of the root mean square of the steps of single stimuli: 0 at rest, 1 where every stimulus moves it alike, and
        /// about 1/sqrt n where n stimuli agree by chance alone.
        Relative: float
    }

/// The optimality conditions of learning: the mean step, projected on what a parameter is held to, vanishes.
[<RequireQualifiedAccess>]
module Rest =
    // The share of a parameter's size by which it is moved to see what its constraints leave of a step.
    let private small = 1e-6

    /// The length of a vector.
    let internal length (x: float array) = sqrt (Array.sumBy (fun v -> v * v) x)

    /// What constraints leave of a step: the change that comes of a small part of it.
    let internal within (instance: Instance) (p: Learned) (at: float array) (step: float array) : float array =
        match p.Constraints, length step with
        | [], _
        | _, 0.0 -> step
        | _, size ->
            let share = small * max 1.0 (length at) / size
            let moved = Array.map2 (fun v d -> v + share * d) at step
            Array.map2 (fun after before -> (after - before) / share) (RandomValues.hold instance.Sizes p moved) at

    /// Each parameter that learns, over stimuli, one a row; those without a response are left out. Empty where none has one.
    let residuals (instance: Instance) (values: Values) (stimuli: float array) : RestResidual list =
        let packed = instance.Pack values
        let lanes = LaneBatch.Of instance
        let responses = lanes.Responses(packed, stimuli)

        let subtracted =
            Array.map2 (+) (instance.Averages(packed, 1)) (instance.Fixed packed)

        let one = [| false |]

        let steps =
            [| for s, y in Array.zip (Array.chunkBySize instance.Stimuli stimuli) (Array.chunkBySize instance.Responses responses) do
                   let online: float array = Array.zeroCreate instance.Size

                   if not (Array.exists Double.IsNaN y) && lanes.Learn(packed, s, y, one, online) = 1 then
                       Array.map2 (-) online subtracted |]

        [ if steps.Length > 0 then
              for p, first, count in instance.Parts do
                  if p.Rate > 0.0 then
                      let at = Array.sub packed first count
                      let own = [| for step in steps -> Array.sub step first count |]
                      let mean = Array.init count (fun m -> own |> Array.averageBy (Array.item m))
                      let left = length (within instance p at mean)

                      let typical =
                          own
                          |> Array.averageBy (fun step -> length (within instance p at step) ** 2.0)
                          |> sqrt

                      { Parameter = p.Name
                        Mean = left / sqrt (float count)
                        Relative = (if typical = 0.0 then 0.0 else left / typical) } ]
