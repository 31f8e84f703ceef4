namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Core.Files

/// What is left of the dependence between the two coordinates of pairs: estimates of their mutual information, in nats.
type Dependence =
    {
        /// The plug-in estimate on bins of half a standard deviation, as in the paper.
        PlugIn: float
        /// The plug-in estimate less its bias: the value to report.
        Corrected: float
        /// The corrected estimate where there is no dependence: its values on shuffled copies of the pairs.
        Shuffled: float array
        /// The corrected estimate on Gaussianised marginals, which doesn't read their shape as dependence.
        OnNormalScores: float
        /// The nearest-neighbour estimate of Kraskov, Stoegbauer and Grassberger, k = 3.
        NearestNeighbours: float
    }

/// In whose standard deviations coordinates are measured.
[<RequireQualifiedAccess>]
type Deviation =
    /// Their own, for stimuli, which come in any unit.
    | Own
    /// The target's, which is 1, for responses that are to have it. Where a coordinate's own is off by more than a tenth of that, or its
    /// mean from zero, its own.
    | OfTarget

/// Measuring dependence.
[<RequireQualifiedAccess>]
module Dependence =
    // The paper's, in standard deviations.
    let private binWidth = 0.5
    let private neighbours = 3
    let private shuffles = 4

    /// The most pairs, evenly spread over all, among which nearest neighbours are sought; the standard deviation is then about 0.004 nats.
    let nearestNeighbourPairs = 65_536

    let private isNearTarget (pairs: float array) =
        Seq.forall
            (fun j ->
                let column = Samples.column 2 j pairs

                abs (Moments.mean column) <= 0.1
                && abs (Moments.standardDeviation column - 1.0) <= 0.1)
            [ 0; 1 ]

    /// Pairs (n x 2) in standard deviations. ArgumentException where a coordinate has none.
    let inDeviations (deviation: Deviation) (pairs: float array) : float array =
        match deviation with
        | Deviation.OfTarget when isNearTarget pairs -> pairs
        | Deviation.OfTarget
        | Deviation.Own -> Moments.standardise 2 pairs

    let private correctedIn (pairs: float array) =
        (MutualInformation.binned binWidth pairs).Corrected

    /// The corrected estimate alone.
    let corrected (deviation: Deviation) (pairs: float array) : float =
        correctedIn (inDeviations deviation pairs)

    /// The corrected estimate on copies of the pairs (n x 2) whose second coordinate is shuffled, from this seed.
    let shuffled (seed: int) (deviation: Deviation) (pairs: float array) : float array =
        MutualInformation.permutationNull correctedIn seed shuffles (inDeviations deviation pairs)

    /// The nearest-neighbour estimate alone.
    let nearestNeighbours (pairs: float array) : float =
        MutualInformation.nearestNeighbours neighbours pairs

    /// Every estimate for pairs (n x 2); the seed is that of the shuffling. Nearest neighbours are looked for among `few` of them.
    let measure (seed: int) (deviation: Deviation) (pairs: float array) (few: float array) : Dependence =
        let binned = MutualInformation.binned binWidth (inDeviations deviation pairs)

        { PlugIn = binned.PlugIn
          Corrected = binned.Corrected
          Shuffled = shuffled seed deviation pairs
          OnNormalScores = correctedIn (NormalScores.ofSamples 2 pairs)
          NearestNeighbours = nearestNeighbours few }

    /// A part of the pairs (n x 2), evenly from all, for nearest neighbours.
    let few (pairs: float array) : float array =
        Samples.evenly 2 nearestNeighbourPairs pairs

    /// The estimates as members of a JSON object.
    let members (dependence: Dependence) : (string * Json) list =
        [ "plug_in", Json.Number dependence.PlugIn
          "corrected", Json.Number dependence.Corrected
          "shuffled", Json.numbers dependence.Shuffled
          "on_normal_scores", Json.Number dependence.OnNormalScores
          "nearest_neighbours", Json.Number dependence.NearestNeighbours ]
