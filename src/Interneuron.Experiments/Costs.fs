namespace Interneuron.Experiments

open System.IO
open System.Threading
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core
open Interneuron.Statistics
open Interneuron.Stimuli

/// What a leak buys, and what costs of synapses and of gains trade: the model costly-synapses of the library, J + mu |W|^2/2 + nu sum_i g_i with the leak lambda,
/// for three primary neurons. The leak alone answers in the directions that too few interneurons leave out, r = s/lambda there. The costs fall on
/// |w_i| and g_i apart, while for a potential of degree p the response sees g_i |w_i|^p alone: at rest mu |w_i|^2 = p nu g_i, so that the dearer of the two is
/// replaced by the other, and what a pair costs grows as the strength to the power 2/(p + 2), so that few strong interneurons are cheaper than many weak ones.
/// theta keeps still, since costs are of g and W.
[<RequireQualifiedAccess>]
module Costs =
    /// What is done.
    type Settings =
        {
            /// Where the stimuli come from.
            Source: Source
            /// The vertical offset between the three coefficients, in pixels.
            Offset: int
            /// lambda, for two interneurons without costs.
            Leaks: float list
            /// lambda, where costs are varied.
            Leak: float
            /// K, where costs are varied.
            Interneurons: int
            /// mu, at the model's own nu.
            SynapseCosts: float list
            /// nu, at the model's own mu.
            GainCosts: float list
            /// Steps of each run: a third at rates of 0.02, two thirds at 0.004.
            Steps: int
            /// Stimuli in a step.
            Batch: int
            /// Random numbers.
            Seed: int
        }

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

    /// One circuit.
    type Run =
        {
            /// lambda.
            Leak: float
            /// mu.
            SynapseCost: float
            /// nu.
            GainCost: float
            /// The instance.
            Instance: Instance
            /// The parameters over the steps, from the start.
            Times: (int * Values) list
            /// Their mean over the second half of the slow steps: the answer.
            Values: Values
            /// J, without the costs, over 5,000 stimuli and as many points of the target, for each run the same.
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

    /// What came of it; lists are shorter where the run was interrupted.
    type Result =
        {
            /// What was done.
            Settings: Settings
            /// Along the axes of the stimuli.
            Stimuli: Direction list
            /// Two interneurons, for each leak.
            Leaks: Run list
            /// Without costs, at the leak where these are varied.
            Free: Run option
            /// For each mu.
            SynapseCosts: Run list
            /// For each nu.
            GainCosts: Run list
        }

    /// Scene 1, coefficients 16 rows apart, which are all but independent; six interneurons where costs are varied.
    let standard: Settings =
        { Source = Source.Scene 1
          Offset = 16
          Leaks = [ 0.1; 0.2; 0.35; 0.5; 0.7; 1.0 ]
          Leak = 0.2
          Interneurons = 6
          SynapseCosts = [ 5e-3; 1.5e-2; 5e-2; 0.15; 0.5; 1.5 ]
          GainCosts = [ 1e-3; 3e-3; 1e-2; 3e-2; 0.1; 0.3 ]
          Steps = 4_500
          Batch = 10
          Seed = 1 }

    let private n = 3

    // As many stimuli, evenly from all, and points of the target are measured on.
    let private measured = 5_000

    let private rates, slowRates = 0.02, 0.004

    let private model = lazy (LibraryModel.find "costly-synapses")

    let private constant name = model.Value.Constants |> Map.find name

    let private load (settings: Settings) =
        let stimuli = Source.load (Coefficients.column n settings.Offset) settings.Source

        if stimuli.S.Columns <> n then
            raise (
                BadInputException
                    $"{Source.describe settings.Source}: has rows of {stimuli.S.Columns} values; this experiment takes three, n x 3 (arrays n x N: interneuron train)."
            )

        stimuli.S

    // At most so many, evenly from all.
    let private part most (stimuli: Grid) =
        let count = min most stimuli.Rows

        Array.init (n * count) (fun m -> stimuli[int (int64 (m / n) * int64 stimuli.Rows / int64 count), m % n])

    // Along an axis, of rows of N.
    let private direction (rows: float array array) (axis: Vector<float>) : Direction =
        let responses = rows |> Array.map (fun r -> axis * Vector<float>.Build.Dense r)

        { Axis = axis.ToArray()
          Deviation = sqrt (Moments.variance responses)
          Ks = Ks.toTarget (Target.cdf model.Value.Target) responses
          Responses = responses }

    // Where learning starts: as everywhere, from the power of the stimuli.
    let private start (stimuli: Grid) leak k seed : Values =
        let circuit =
            Learning.start
                { Learning.standard with
                    Leak = leak
                    Interneurons = Some k
                    Seed = seed }
                stimuli

        Map
            [ "g", circuit.Gains
              "theta", Array.concat circuit.Theta
              "W", Array.init (n * k) (fun m -> circuit.W[m % k][m / k]) ]

    let private instanceAt rate leak mu nu k =
        { model.Value with
            Constants = Map [ "leak", leak; "mu", mu; "nu", nu ] }
        |> LibraryModel.withRates (fun name -> if name = "theta" then 0.0 else rate)
        |> LibraryModel.instance n k

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

    let private learn (settings: Settings) (stimuli: Grid) (target: float array) cancellation k leak mu nu : Run =
        let s = stimuli.ToArray()

        let stage rate steps seed values =
            Simulation.run
                { Steps = steps
                  Batch = settings.Batch
                  InOrder = false
                  Seed = seed }
                ignore
                cancellation
                (instanceAt rate leak mu nu k)
                values
                s
            |> LibraryModel.requireResponses "costs"

        let fast =
            stage rates (settings.Steps / 3) settings.Seed (start stimuli leak k settings.Seed)

        let slow =
            stage slowRates (settings.Steps - settings.Steps / 3) (settings.Seed + 1) fast.Values

        let values =
            slow.Trajectory
            |> List.skip (slow.Trajectory.Length / 2)
            |> List.map snd
            |> meanOf

        let instance = instanceAt slowRates leak mu nu k
        let here = part measured stimuli
        let r = responses instance values here
        let g, w = values["g"], Matrix<float>.Build.DenseOfRowMajor(n, k, values["W"])
        let strengths = [ for i in 0 .. k - 1 -> g[i] * (w.Column i * w.Column i) ]
        let axes = (w.Svd true).U

        { Leak = leak
          SynapseCost = mu
          GainCost = nu
          Instance = instance
          Times =
            fast.Trajectory
            @ [ for step, values in slow.Trajectory.Tail -> fast.Steps + step, values ]
          Values = values
          J = Simulation.objective instance values here target
          SquaredWeights = w.FrobeniusNorm() ** 2.0
          TotalGain = Array.sum g
          PositiveGains = slow.Values["g"] |> Array.filter (fun g -> g > 0.0) |> Array.length
          Active =
            strengths
            |> List.filter (fun x -> x >= 0.01 * List.max strengths)
            |> List.length
          Directions = [ for a in 0 .. n - 1 -> direction r (axes.Column a) ] }

    /// Learns and measures for each leak and each cost, one after another. Reports how many circuits are done, and of how many. When `cancellation` asks
    /// for it, the circuit at work is measured as far as it has learned, and those after it are left out. BadInputException for a source that cannot be
    /// used, NotConvergedException when a stimulus has no response, ArgumentException for fewer than three steps, or without leaks.
    let run (settings: Settings) (progress: int -> int -> unit) (cancellation: CancellationToken) : Result =
        if settings.Leaks.IsEmpty then
            invalidArg (nameof settings) "there is no leak; at least one is needed"

        if settings.Steps < 3 then
            invalidArg (nameof settings) $"{settings.Steps} steps; there are at least 3"

        let stimuli = load settings
        let target = Initial.sampleTarget model.Value.Target n measured (settings.Seed + 1)
        let k, leak = settings.Interneurons, settings.Leak
        let mu, nu = constant "mu", constant "nu"

        // By the part of the result that they go into: K, lambda, mu, nu.
        let circuits =
            [ for leak in settings.Leaks do
                  "leaks", (n - 1, leak, 0.0, 0.0)
              "free", (k, leak, 0.0, 0.0)
              for mu in settings.SynapseCosts do
                  "mu", (k, leak, mu, nu)
              for nu in settings.GainCosts do
                  "nu", (k, leak, mu, nu) ]

        let runs =
            [ for i, (part, (k, leak, mu, nu)) in List.indexed circuits do
                  if i = 0 || not cancellation.IsCancellationRequested then
                      let run = learn settings stimuli target cancellation k leak mu nu
                      progress (i + 1) circuits.Length
                      part, run ]

        let ofPart part =
            runs |> List.filter (fun (p, _) -> p = part) |> List.map snd

        let here = part measured stimuli |> Array.chunkBySize n

        { Settings = settings
          Stimuli = [ for axis in (Matrix<float>.Build.DenseIdentity n).EnumerateColumns() -> direction here axis ]
          Leaks = ofPart "leaks"
          Free = List.tryHead (ofPart "free")
          SynapseCosts = ofPart "mu"
          GainCosts = ofPart "nu" }

    let private named (result: Result) : (string * Run) list =
        let short = Output.short

        [ for run in result.Leaks -> $"leak {short run.Leak}", run
          for run in Option.toList result.Free -> "no cost", run
          for run in result.SynapseCosts -> $"mu {short run.SynapseCost}", run
          for run in result.GainCosts -> $"nu {short run.GainCost}", run ]

    /// The result as one JSON object, without the responses.
    let toJson (result: Result) : Json =
        let settings = result.Settings

        let directions (found: Direction list) =
            Json.List [ for d in found -> Json.Object [ "standard_deviation", Json.Number d.Deviation; "ks", Json.Number d.Ks ] ]

        Json.Object
            [ Source.toJson settings.Source
              "offset", Json.whole settings.Offset
              "steps", Json.whole settings.Steps
              "batch", Json.whole settings.Batch
              "seed", Json.whole settings.Seed
              "stimuli", directions result.Stimuli
              "runs",
              Json.List
                  [ for name, run in named result ->
                        Json.Object
                            [ "name", Json.Text name
                              "interneurons", Json.whole run.Instance.Interneurons
                              "leak", Json.Number run.Leak
                              "mu", Json.Number run.SynapseCost
                              "nu", Json.Number run.GainCost
                              "g", Json.numbers run.Values["g"]
                              "theta", Json.numbers run.Values["theta"]
                              "W", Json.rows (Array.chunkBySize run.Instance.Interneurons run.Values["W"])
                              "j", Json.Number run.J
                              "squared_weights", Json.Number run.SquaredWeights
                              "total_gain", Json.Number run.TotalGain
                              "positive_gains", Json.whole run.PositiveGains
                              "active", Json.whole run.Active
                              "directions", directions run.Directions ] ] ]

    /// The result for people, a line a circuit; the last directions are those left out, where there are.
    let toTable (result: Result) : (string * string) list =
        Output.table
            [ "circuit"
              "J"
              "|W|^2"
              "sum g"
              "g > 0"
              "active"
              "SD along directions"
              "KS" ]
            [ for name, run in named result ->
                  let each value =
                      run.Directions |> List.map (value >> Output.short) |> String.concat " "

                  [ name
                    Output.short run.J
                    Output.short run.SquaredWeights
                    Output.short run.TotalGain
                    string run.PositiveGains
                    string run.Active
                    each _.Deviation
                    each _.Ks ] ]

    /// The circuits on their way, J over a hundred stimuli and as many points of the target.
    let courses (result: Result) : (string * Course) list =
        let count = 100
        let s = part count (load result.Settings)

        let target =
            Initial.sampleTarget model.Value.Target n count (result.Settings.Seed + 1)

        [ for name, run in named result ->
              name,
              Trajectory.ofValues
                  n
                  run.Instance.Interneurons
                  [ for step, values in run.Times -> step, values, Simulation.objective run.Instance values s target ] ]

    // ---- the figure

    let private curve label ink x y : Curve =
        { Label = label
          Ink = ink
          X = Array.ofList x
          Y = Array.ofList y }

    // Marks, and lines through them; all marks come first, since ScottPlot would take the dashes of a line to marks that are drawn after it.
    let private marked (series: (string * int * float list * float list) list) =
        [ for label, i, x, y in series -> curve label (Style.marks i) x y ]
        @ [ for _, i, x, y in series -> curve "" (Style.line i) x y ]

    let private wide (values: float list) =
        let least, most = Plots.padded 0.06 (values |> List.map log |> Plots.extremes)
        exp least, exp most

    let private spanned, leftOut = 0, 1

    let private overLeaks (result: Result) =
        let leaks = result.Leaks |> List.map _.Leak
        let x = Panel.linear "leak _λ_" (0.0, 1.05 * List.max leaks)

        let each value which =
            [ for run in result.Leaks ->
                  run.Directions[.. n - 2]
                  |> List.averageBy value
                  |> fun mean ->
                      if which = spanned then
                          mean
                      else
                          value (List.last run.Directions) ]

        let panel label value top extra =
            Panel.Curves(
                x,
                Panel.linear label (0.0, top),
                marked
                    [ "spanned by synapses", spanned, leaks, each value spanned
                      "left out by them", leftOut, leaks, each value leftOut ]
                @ extra
            )

        let raw = result.Stimuli |> List.averageBy _.Ks
        let deviation = result.Stimuli |> List.averageBy _.Deviation

        let most value =
            result.Leaks |> List.collect _.Directions |> List.map value |> List.max

        let smooth = Plots.spread 101 (Plots.extremes leaks) |> List.ofArray

        [ panel
              "KS distance to the target"
              _.Ks
              (1.1 * most _.Ks)
              [ curve "stimuli" Style.stimulus [ 0.0; 1.05 * List.max leaks ] [ raw; raw ] ]
          panel
              "standard deviation of _r_"
              _.Deviation
              (1.1 * most _.Deviation)
              [ curve "SD of stimuli over _λ_" Style.optimum smooth [ for l in smooth -> deviation / l ] ] ]

    let private densities (result: Result) =
        // The leak where costs are varied, or what is nearest to it.
        let run =
            result.Leaks |> List.minBy (fun run -> abs (run.Leak - result.Settings.Leak))

        let x, y = Plots.targetDensity model.Value.Target (-8.0, 8.0)

        let histogram label ink (responses: float array) =
            let density = Density.histogram responses

            { Label = label
              Ink = ink
              X = density.X
              Y = density.Density }

        Panel.Curves(
            Panel.linear $"response _r_, _λ_ = {Output.short run.Leak}" (-8.0, 8.0),
            Panel.log "probability density" (1e-3, 2.0),
            [ histogram "left out" (Style.line leftOut) (List.last run.Directions).Responses
              histogram "spanned" (Style.line spanned) run.Directions.Head.Responses
              { Label = "target"
                Ink = Style.optimum
                X = x
                Y = y } ]
        )

    let private overCosts (result: Result) =
        let sweeps =
            [ "cost _μ_ of synapses", 0, (fun (run: Run) -> run.SynapseCost), result.SynapseCosts
              "cost _ν_ of gains", 1, (fun (run: Run) -> run.GainCost), result.GainCosts ]
            |> List.filter (fun (_, _, _, runs) -> not runs.IsEmpty)

        let x =
            Panel.log
                "cost _μ_ or _ν_"
                (wide
                    [ for _, _, cost, runs in sweeps do
                          yield! List.map cost runs ])

        let free = Option.toList result.Free

        let values (value: Run -> float) =
            [ for run in free @ result.SynapseCosts @ result.GainCosts -> value run ]

        let panel axis (value: Run -> float) =
            let without =
                [ for run in free ->
                      curve "no cost" Style.optimum (List.map fst [ fst x.Range, 0; snd x.Range, 0 ]) [ value run; value run ] ]

            Panel.Curves(
                x,
                axis (values value),
                marked [ for label, i, cost, runs in sweeps -> label, i, List.map cost runs, List.map value runs ]
                @ without
            )

        let fromZero label (values: float list) =
            Panel.linear label (0.0, 1.08 * List.max values)

        [ panel
              (Plots.extremes
               >> Plots.padded 0.08
               >> Panel.linear "objective _J_ without costs (SD^{2})")
              _.J
          panel (fromZero "|_W_|^{2}") _.SquaredWeights
          panel (fromZero "total gain Σ_g_ (SD)") _.TotalGain
          panel (fromZero "gains above zero") (fun run -> float run.PositiveGains) ]

    /// Over the leak, two interneurons: KS and standard deviation of the responses in directions that the synapses span and leave out, and the densities at the
    /// leak where costs are varied. Over the costs: J, |W|^2, the total gain, and how many gains are above zero.
    let figure (result: Result) : Figure =
        let leaks = overLeaks result @ [ densities result ]

        { RowHeight = 165.0
          Rows =
            if result.SynapseCosts.IsEmpty then
                [ leaks ]
            else
                [ leaks; overCosts result ] }

    /// Writes costs.png and .svg and result.json into a folder, which is made if it is not there, and returns their paths. BadInputException when
    /// they cannot be written.
    let save (folder: string) (result: Result) : string list =
        Output.folder folder
        let json = Path.Combine(folder, "result.json")
        Output.json json (toJson result)
        Figure.save folder "costs" (figure result) @ [ json ]
