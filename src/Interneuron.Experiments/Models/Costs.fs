namespace Interneuron.Experiments

open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// What a leak buys, and what costs of synapses and of gains trade, in circuits of the model costly-synapses: J + mu |W|^2/2 + nu sum_i
/// g_i. The leak alone answers in the directions that too few interneurons leave out, r = s/lambda there. The costs fall on |w_i| and g_i
/// apart, while for a potential of degree p the response sees g_i |w_i|^p alone: at rest mu |w_i|^2 = p nu g_i, so that the dearer of the
/// two is replaced by the other, and what a pair costs grows as the strength to the power 2/(p + 2), so that few strong interneurons are
/// cheaper than many weak ones.
[<RequireQualifiedAccess>]
module Costs =
    /// The settings.
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
            /// Steps of each circuit.
            Steps: int
            /// Stimuli in a step.
            Batch: int
            /// Random numbers.
            Seed: int
        }

    /// The result; lists are shorter if the run was interrupted.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// Along the axes of the stimuli.
            Stimuli: CostlyCircuit.Direction list
            /// Two interneurons, for each leak.
            Leaks: CostlyCircuit.Run list
            /// Without costs, at the leak where these are varied.
            Free: CostlyCircuit.Run option
            /// For each mu.
            SynapseCosts: CostlyCircuit.Run list
            /// For each nu.
            GainCosts: CostlyCircuit.Run list
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
          Steps = 9_000
          Batch = 10
          Seed = 1 }

    let private n = CostlyCircuit.n

    let private load (settings: Settings) =
        let stimuli = Source.load (Coefficients.column n settings.Offset) settings.Source

        if stimuli.S.Columns <> n then
            raise (
                Refusal
                    $"{Source.describe settings.Source}: has rows of {stimuli.S.Columns} values; this experiment takes three, n x 3 \
                    (arrays n x N: interneuron train)."
            )

        stimuli.S

    /// Learns and measures for each leak and each cost, one after another. Reports how many circuits are done, and of how many. On
    /// cancellation the current circuit is measured as it stands, and the rest are skipped. Refusal for a source that cannot be used,
    /// NotConvergedException when a stimulus has no response, ArgumentException for fewer than three steps, or without leaks.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        if settings.Leaks.IsEmpty then
            Refusal.argument (nameof settings) "there is no leak; at least one is needed"

        if settings.Steps < 3 then
            Refusal.argument (nameof settings) $"{settings.Steps} steps; there are at least 3"

        let stimuli = load settings
        let own = CostlyCircuit.ownTerms ()

        let priced =
            { own with
                Leak = settings.Leak
                Interneurons = settings.Interneurons }

        let free =
            { priced with
                SynapseCost = 0.0
                GainCost = 0.0 }

        // By the part of the result that they go into.
        let circuits =
            [ for leak in settings.Leaks do
                  "leaks",
                  { free with
                      Interneurons = n - 1
                      Leak = leak }
              "free", free
              for mu in settings.SynapseCosts do
                  "mu", { priced with SynapseCost = mu }
              for nu in settings.GainCosts do
                  "nu", { priced with GainCost = nu } ]

        let how: SimulationSettings =
            { Steps = settings.Steps
              Batch = settings.Batch
              InOrder = false
              Seed = settings.Seed }

        let runs =
            circuits
            |> Several.untilStopped cancellation (fun i (part, terms) ->
                let run = CostlyCircuit.learn how stimuli cancellation terms

                Several.report progress (i + 1) circuits.Length
                part, run)

        let ofPart part =
            runs |> List.filter (fun (p, _) -> p = part) |> List.map snd

        { Settings = settings
          Stimuli = CostlyCircuit.ofStimuli stimuli
          Leaks = ofPart "leaks"
          Free = List.tryHead (ofPart "free")
          SynapseCosts = ofPart "mu"
          GainCosts = ofPart "nu" }

    let private named (result: Result) : (string * CostlyCircuit.Run) list =
        let short = Output.short

        [ for run in result.Leaks -> $"leak {short run.Terms.Leak}", run
          for run in Option.toList result.Free -> "no cost", run
          for run in result.SynapseCosts -> $"mu {short run.Terms.SynapseCost}", run
          for run in result.GainCosts -> $"nu {short run.Terms.GainCost}", run ]

    /// The result as one JSON object, without the responses.
    let toJson (result: Result) : Json =
        let settings = result.Settings

        let directions (found: CostlyCircuit.Direction list) =
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
                              "interneurons", Json.whole run.Terms.Interneurons
                              "leak", Json.Number run.Terms.Leak
                              "mu", Json.Number run.Terms.SynapseCost
                              "nu", Json.Number run.Terms.GainCost
                              "g", Json.numbers run.Values["g"]
                              "theta", Json.numbers run.Values["theta"]
                              "W", Json.rows (Array.chunkBySize run.Terms.Interneurons run.Values["W"])
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

    /// The circuits on their way.
    let courses (result: Result) : (string * Course) list =
        let stimuli = load result.Settings
        [ for name, run in named result -> name, CostlyCircuit.course result.Settings.Seed stimuli run ]

    // ---- the figure

    let private curve label ink x y =
        Plots.curve label ink (Array.ofList x) (Array.ofList y)

    // Marks, and lines through them; all marks come first, since ScottPlot would take the dashes of a line to marks that are drawn after
    // it.
    let private marked (series: (string * int * float list * float list) list) =
        [ for label, i, x, y in series -> curve label (Style.marks i) x y ]
        @ [ for _, i, x, y in series -> curve "" (Style.line i) x y ]

    let private wide (values: float list) =
        let least, most = Plots.padded 0.06 (values |> List.map log |> Plots.extremes)
        exp least, exp most

    let private spanned, leftOut = 0, 1

    let private overLeaks (result: Result) =
        let leaks = result.Leaks |> List.map _.Terms.Leak
        let x = Axis.linear "leak _λ_" (0.0, 1.05 * List.max leaks)

        let each value which =
            [ for run in result.Leaks ->
                  if which = spanned then
                      run.Directions[.. n - 2] |> List.averageBy value
                  else
                      value (List.last run.Directions) ]

        let panel label value top extra =
            Panel.Curves(
                x,
                Axis.linear label (0.0, top),
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
              (1.1 * max raw (most _.Ks))
              [ curve "stimuli" Style.stimulus [ 0.0; 1.05 * List.max leaks ] [ raw; raw ] ]
          panel
              "SD of _r_ (SD of the target)"
              _.Deviation
              (1.1 * most _.Deviation)
              [ curve "SD of stimuli over _λ_" Style.optimum smooth [ for l in smooth -> deviation / l ] ] ]

    let private densities (result: Result) =
        let run = result.Leaks |> List.minBy _.Terms.Leak

        Panel.Curves(
            Axis.linear "response _r_ (SD of the target)" (-8.0, 8.0),
            Axis.log "probability density (1/SD)" (1e-3, 1e1),
            [ Plots.histogram $"left out, _λ_ = {Output.short run.Terms.Leak}" (Style.line leftOut) (List.last run.Directions).Responses
              Plots.histogram $"spanned, _λ_ = {Output.short run.Terms.Leak}" (Style.line spanned) run.Directions.Head.Responses
              Plots.targetDensity "target" StandardGaussian (-8.0, 8.0) ]
        )

    let private overCosts (result: Result) =
        let own = CostlyCircuit.ownTerms ()

        let sweeps =
            [ $"cost _μ_ of synapses,\n_ν_ = {Output.small own.GainCost} held",
              0,
              (fun (run: CostlyCircuit.Run) -> run.Terms.SynapseCost),
              result.SynapseCosts
              $"cost _ν_ of gains,\n_μ_ = {Output.small own.SynapseCost} held",
              1,
              (fun (run: CostlyCircuit.Run) -> run.Terms.GainCost),
              result.GainCosts ]
            |> List.filter (fun (_, _, _, runs) -> not runs.IsEmpty)

        let x =
            Axis.log
                "cost _μ_ or _ν_"
                (wide
                    [ for _, _, cost, runs in sweeps do
                          yield! List.map cost runs ])

        let free = Option.toList result.Free

        let values (value: CostlyCircuit.Run -> float) =
            [ for run in free @ result.SynapseCosts @ result.GainCosts -> value run ]

        let panel axis (value: CostlyCircuit.Run -> float) =
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
            Axis.linear label (0.0, 1.08 * List.max values)

        [ panel (Plots.extremes >> Plots.padded 0.08 >> Axis.linear "_J_ less the costs (SD^{2})") _.J
          panel (fromZero "squared weights |_W_|^{2}") _.SquaredWeights
          panel (fromZero "total gain Σ_g_ (SD)") _.TotalGain
          panel (fromZero "gains above zero") (fun run -> float run.PositiveGains) ]

    /// Over the leak, two interneurons: KS and standard deviation of the responses in directions that the synapses span and leave out, and
    /// the densities at the least leak. Over the costs: J, |W|^2, the total gain, and how many gains are above zero.
    let figure (result: Result) : Figure =
        let settings = result.Settings
        let own = CostlyCircuit.ownTerms ()

        { Caption =
            { Title =
                $"Circuits of three primary neurons with a leak _λ_ and costs, _J_ + _μ_|_W_|^{{2}}/2 + _ν_Σ_g_. In (a) to (c) two \
                interneurons without costs; in (d) to (g) {settings.Interneurons} interneurons, _λ_ = {Output.short settings.Leak} held, \
                one cost varied and the other held at the model’s own, _μ_ = {Output.small own.SynapseCost} or _ν_ = \
                {Output.small own.GainCost}. SD: standard deviation of the target."
              Panels =
                [ "KS distance of the responses to the target against the leak: mean over the directions that the synapses span, and in \
                the one that they leave out; that of the stimuli (grey)."
                  "Standard deviation of the responses in these directions; in the one left out it is that of the stimuli over _λ_ \
                  (dashed)."
                  "Densities of the responses in these directions at the least leak, and the target (dashed)."
                  if not result.SynapseCosts.IsEmpty then
                      "_J_ less the costs, over 5,000 stimuli and 100,000 points of the target: what the costs take from the transport. \
                      Where it is below that without costs (dashed), learning at constant rates has not come to the least _J_ without \
                      them: the responses are held too tightly there, their standard deviations further below 1 (in the numbers), and a \
                      small cost loosens them."

                      "Squared length of all weights. A cost of gains alone is paid in weights, and the other way round, since the \
                      response sees _g_|_w_|^{_p_} alone."

                      "Sum of all gains."
                      "Gains that are above zero." ]
              Settings =
                [ "stimuli", Source.describe settings.Source
                  "offset", $"{settings.Offset} pixels"
                  "model", "costly-synapses"
                  "steps", $"{Output.count settings.Steps} of {Output.count settings.Batch} stimuli"
                  "seed", string settings.Seed ]
              Numbers = toTable result }
          RowHeight = 178.0
          Rows =
            [ overLeaks result @ [ densities result ]
              if not result.SynapseCosts.IsEmpty then
                  overCosts result ] }

    /// Leak and costs.
    let experiment: Experiment<Settings, Result> =
        { Name = "costs"
          Summary = "what a leak does where interneurons are few, and what costs of synapses and gains trade"
          Example = "--scene 1"
          Standard = standard
          Quick =
            { standard with
                Leaks = [ 0.5 ]
                SynapseCosts = [ 0.5 ]
                GainCosts = [ 0.1 ]
                Steps = 1_200 }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.single Options.offset (fun offset settings -> { settings with Offset = offset })
              Setting.one Options.steps (fun steps settings -> { settings with Steps = steps })
              Setting.one Options.batch (fun batch settings -> { settings with Batch = batch })
              Setting.one Options.seed (fun seed settings -> { settings with Seed = seed }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = courses
          Figure = figure
          Files = Experiment.noFiles }
