namespace Interneuron.Experiments

open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Core.Files

/// How far online learning stays from the best gains: J less the least J of any gains with the same theta and W, by a batch solver. J is
/// convex in the gains (theory, section 3), so that no learning of gains could do better.
type GainGap =
    {
        /// J less the least J, 0 or more.
        Value: float
        /// Whether it is over a part of the stimuli only. The best gains for a part fit it more closely than the whole, so that the value
        /// is too large rather than too small.
        IsOfPart: bool
    }

/// Measuring how far online learning stays from the best gains.
[<RequireQualifiedAccess>]
module GainGap =
    /// The largest circuit for which all stimuli are taken without being asked for: larger ones need minutes.
    let largest = 64

    /// As many stimuli, evenly from all, are taken for larger circuits.
    let partRows = 20_000

    // On 40 thresholds and a quarter of a million stimuli, 200 iterations find 3e-6 of J (about 1) more than 50 do, in four times the time.
    let private iterations = 50
    let private thoroughIterations = 200

    let private gap iterations (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) =
        let best = Optimum.gains iterations cancellation circuit stimuli

        if cancellation.IsCancellationRequested then
            nan
        else
            // The solver starts from the circuit's own gains, all but those it takes for zero.
            max 0.0 (Objective.value circuit stimuli - Objective.value best stimuli)

    /// The gap over stimuli (n x N): all of them, or a part where the circuit is large; NaN when cancellation is asked for.
    /// ArgumentException when a stimulus has no response.
    let measure (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) : GainGap =
        let n = circuit.Primaries
        let isOfPart = circuit.Interneurons > largest && stimuli.Length / n > partRows

        { Value =
            gap
                iterations
                cancellation
                circuit
                (if isOfPart then
                     Samples.evenly n partRows stimuli
                 else
                     stimuli)
          IsOfPart = isOfPart }

    /// The gap over all stimuli, whatever the size of the circuit, and with more iterations: minutes for hundreds of interneurons.
    let measureThoroughly (cancellation: CancellationToken) (circuit: Circuit) (stimuli: float array) : GainGap =
        { Value = gap thoroughIterations cancellation circuit stimuli
          IsOfPart = false }

    /// For people: the value, after a < where it is over a part.
    let text (gap: GainGap) : string =
        (if gap.IsOfPart then "< " else "") + Output.small gap.Value

    /// The gap as members of a JSON object.
    let members (gap: GainGap) : (string * Json) list =
        [ "gain_gap", Json.Number gap.Value
          "gain_gap_is_of_part", Json.Truth gap.IsOfPart ]
