namespace Interneuron.Experiments

open Interneuron.Statistics

/// What is left of the dependence between the two coordinates of pairs: estimates of their mutual information, in nats.
type Dependence =
    {
        /// The plug-in estimate on bins of width 0.5, as in the paper.
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

/// Measuring dependence.
[<RequireQualifiedAccess>]
module Dependence =
    // The paper's, for coordinates of unit variance.
    let private binWidth = 0.5
    let private neighbours = 3
    let private shuffles = 4

    /// Nearest neighbours are looked for among at most so many pairs, evenly spread over all: its deviation is then about 0.004 nats.
    let nearestNeighbourPairs = 65_536

    /// The corrected estimate alone.
    let corrected (pairs: float array) : float =
        (MutualInformation.binned binWidth pairs).Corrected

    /// The corrected estimate on copies of the pairs (n x 2) whose second coordinate is shuffled, from this seed.
    let shuffled (seed: int) (pairs: float array) : float array =
        MutualInformation.permutationNull corrected seed shuffles pairs

    /// Every estimate for pairs (n x 2); the seed is that of the shuffling.
    let measure (seed: int) (pairs: float array) : Dependence =
        let binned = MutualInformation.binned binWidth pairs

        { PlugIn = binned.PlugIn
          Corrected = binned.Corrected
          Shuffled = shuffled seed pairs
          OnNormalScores = corrected (NormalScores.ofSamples 2 pairs)
          NearestNeighbours = MutualInformation.nearestNeighbours neighbours (Samples.evenly 2 nearestNeighbourPairs pairs) }

    /// The estimates as members of a JSON object.
    let members (dependence: Dependence) : (string * Json) list =
        [ "plug_in", Json.Number dependence.PlugIn
          "corrected", Json.Number dependence.Corrected
          "shuffled", Json.numbers dependence.Shuffled
          "on_normal_scores", Json.Number dependence.OnNormalScores
          "nearest_neighbours", Json.Number dependence.NearestNeighbours ]
