namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Core.Files

/// How far learning stays from the best gains: J less the least J of any gains with the same theta and W, 0 or more. J is convex in the
/// gains (theory, section 3), so that no learning of gains could do better. NaN where it was not measured.
type GainGap =
    {
        /// J less the least J.
        Value: float
    }

/// Measuring how far learning stays from the best gains.
[<RequireQualifiedAccess>]
module GainGap =
    /// The gap over stimuli (n x N), right to about 1e-6 of J; NaN when cancellation is asked for, and for more interneurons than the
    /// memory is enough for. NotConvergedException when a stimulus has no response.
    let measure (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) : GainGap =
        if not (Optimum.fits circuit) then
            { Value = nan }
        else
            let optimum = Optimum.gains ignore cancellation circuit (ReadOnlyMemory stimuli)

            match optimum.Ending with
            | NoResponse row -> raise (NotConvergedException $"the stimulus in row {row} has no response.")
            | Interrupted -> { Value = nan }
            | Finished
            | Diverged -> { Value = Math.Max(0.0, optimum.Start - optimum.J) }

    /// For people.
    let text (gap: GainGap) : string =
        if Double.IsNaN gap.Value then
            "-"
        else
            Output.small gap.Value

    /// The gap as members of a JSON object.
    let members (gap: GainGap) : (string * Json) list = [ "gain_gap", Json.Number gap.Value ]
