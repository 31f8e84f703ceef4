namespace Interneuron.Experiments

open System.Threading
open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// A circuit of the model costly-synapses of the library, J + mu |W|^2/2 + nu sum_i g_i with the leak lambda, for three primary neurons:
/// learned by the model's own rules, and measured. theta keeps still, since costs are of g and W.
[<RequireQualifiedAccess>]
module CostlyCircuit =
    /// One direction of the responses.
    type Direction =
        {
            /// The unit vector, N values.
            Axis: float array
            /// The standard deviation of the responses along it.
            Deviation: float
            /// Their Kolmogorov-Smirnov distance to the target.
            Ks: float
            /// The responses along it.
            Responses: float array
        }

    /// What tells one circuit from another.
    type Terms =
        {
            /// K.
            Interneurons: int
            /// lambda.
            Leak: float
            /// mu.
            SynapseCost: float
            /// nu.
            GainCost: float
        }

    /// A circuit that has learned.
    type Run =
        {
            /// Its terms.
            Terms: Terms
            /// The parameters over the steps, from the start.
            Times: (int * Values) list
            /// Their mean over the second half of the slow steps: the answer.
            Values: Values
            /// J, without the costs, over 5,000 stimuli and 100,000 points of the target.
            J: float
            /// |W|^2.
            SquaredWeights: float
            /// sum_i g_i.
            TotalGain: float
            /// Gains that are not 0 after the last step.
            PositiveGains: int
            /// Interneurons whose g |w|^2 is at least a hundredth of the largest.
            Active: int
            /// Directions that the synapses span (the first K, most strongly first), then those that they leave out.
            Directions: Direction list
        }

    /// N.
    let n = 3

    // As many stimuli, evenly from all, and points of the target are measured on.
    let private measured = 5_000

    // Twice as much, and g and W take each other away on photographs with the heaviest tails.
    let private rate, slowRate = 0.01, 0.002

    let private model = lazy (LibraryModel.find "costly-synapses")

    /// K, leak and costs as the model has them.
    let ownTerms () : Terms =
        let constant name = model.Value.Constants |> Map.find name

        { Interneurons = Sizes.count model.Value.Sizes Population.interneurons
          Leak = constant "leak"
          SynapseCost = constant "mu"
          GainCost = constant "nu" }

    let private part most (stimuli: Grid) =
        Samples.evenly n most (stimuli.ToArray())

    // Along a unit vector, of rows of N.
    let private direction (rows: float array array) (axis: Vector<float>) : Direction =
        let responses = rows |> Array.map (fun r -> axis * Vector<float>.Build.Dense r)

        { Axis = axis.ToArray()
          Deviation = sqrt (Moments.variance responses)
          Ks = Ks.toTarget (Target.cdf model.Value.Target) responses
          Responses = responses }

    /// The stimuli (n x N) along the axes, as far as they are measured on.
    let ofStimuli (stimuli: Grid) : Direction list =
        let rows = part measured stimuli |> Array.chunkBySize n
        [ for axis in (Matrix<float>.Build.DenseIdentity n).EnumerateColumns() -> direction rows axis ]

    // Where learning starts: as everywhere, from the power of the stimuli.
    let private start (stimuli: Grid) (terms: Terms) seed : Values =
        let k = terms.Interneurons

        let circuit =
            Learning.start
                { Learning.standard with
                    Leak = terms.Leak
                    Interneurons = Some k
                    Seed = seed }
                stimuli

        Map
            [ "g", circuit.Gains
              "theta", Array.concat circuit.Theta
              "W", Array.init (n * k) (fun m -> circuit.W[m % k][m / k]) ]

    let private instance rate (terms: Terms) =
        { model.Value with
            Constants = Map [ "leak", terms.Leak; "mu", terms.SynapseCost; "nu", terms.GainCost ] }
        |> LibraryModel.withRates (fun name -> if name = "theta" then 0.0 else rate)
        |> LibraryModel.instance n terms.Interneurons

    let private objective count seed (stimuli: Grid) (instance: Instance) =
        let s = part count stimuli
        // The average over the target has a heavy tail, in proportion to the gains; its points cost no responses.
        let target = Initial.sampleTarget model.Value.Target n (20 * count) (seed + 1)
        fun values -> Simulation.objective instance values s target

    let private responses (instance: Instance) (values: Values) (stimuli: float array) =
        let packed = instance.Pack values

        let respond guess s =
            match instance.Respond(packed, s, guess) with
            | Some r -> r, r
            | None -> raise (NotConvergedException "costs: a stimulus has no response")

        stimuli
        |> Array.chunkBySize n
        |> Array.mapFold respond (Array.zeroCreate n)
        |> fst

    let private meanOf (values: Values list) : Values =
        values.Head
        |> Map.map (fun name first -> Array.init first.Length (fun m -> values |> List.averageBy (fun v -> v[name][m])))

    /// Learns from stimuli s (n x N): a third of the steps at a rate, the others at a fifth of it. On cancellation, the circuit is measured
    /// as far as it has learned. NotConvergedException when a stimulus has no response.
    let learn (settings: SimulationSettings) (stimuli: Grid) (cancellation: CancellationToken) (terms: Terms) : Run =
        let s = stimuli.ToArray()

        let stage rate steps seed values =
            Simulation.run
                { settings with
                    Steps = steps
                    Seed = seed }
                ignore
                cancellation
                (instance rate terms)
                values
                s
            |> LibraryModel.requireResponses "costs"

        let early = settings.Steps / 3
        let seed = settings.Seed
        let fast = stage rate early seed (start stimuli terms seed)
        let slow = stage slowRate (settings.Steps - early) (seed + 1) fast.Values

        let values =
            slow.Trajectory
            |> List.skip (slow.Trajectory.Length / 2)
            |> List.map snd
            |> meanOf

        let instance = instance slowRate terms
        let k = terms.Interneurons
        let r = responses instance values (part measured stimuli)
        let g, w = values["g"], Matrix<float>.Build.DenseOfRowMajor(n, k, values["W"])
        let strengths = [ for i in 0 .. k - 1 -> g[i] * (w.Column i * w.Column i) ]
        let axes = (w.Svd true).U

        { Terms = terms
          Times =
            fast.Trajectory
            @ [ for step, values in slow.Trajectory.Tail -> fast.Steps + step, values ]
          Values = values
          J = objective measured seed stimuli instance values
          SquaredWeights = w.FrobeniusNorm() ** 2.0
          TotalGain = Array.sum g
          PositiveGains = slow.Values["g"] |> Array.filter (fun g -> g > 0.0) |> Array.length
          Active =
            strengths
            |> List.filter (fun x -> x >= 0.01 * List.max strengths)
            |> List.length
          Directions = [ for a in 0 .. n - 1 -> direction r (axes.Column a) ] }

    /// The circuit on its way, with J over a hundred of the stimuli and 2,000 points of the target.
    let course (seed: int) (stimuli: Grid) (run: Run) : Course =
        let j = objective 100 seed stimuli (instance slowRate run.Terms)
        Trajectory.ofValues n run.Terms.Interneurons [ for step, values in run.Times -> step, values, j values ]
