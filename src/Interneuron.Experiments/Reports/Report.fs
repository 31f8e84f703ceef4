namespace Interneuron.Experiments

open System.IO
open System.Text
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks
open Interneuron.Stimuli

/// What was derived from a model, for people and for papers.
[<RequireQualifiedAccess>]
module Report =
    /// The report, independent of its format: energy, objective, dynamics, functions, plasticity, where it rests, the published rules,
    /// locality, well-posedness and certificate.
    let document (derived: Derived) : Document =
        let derivation = derived.Derivation
        let model = derivation.Model

        { Title =
            (if model.Title = "" then
                 "A derived circuit"
             else
                 model.Title)
          Blocks =
            [ if model.Citation <> "" then
                  Document.paragraph model.Citation
              yield! ObjectiveSections.model derivation
              yield! ObjectiveSections.objective derivation
              yield! DynamicsSections.dynamics derivation
              yield! DynamicsSections.functions derivation (Ridge.tryOf derivation).IsSome
              yield! RulesSections.rules derivation
              yield! RulesSections.optimality derivation
              yield! FlatSections.flat derived.Flat
              yield! ComparisonSections.published derivation
              match derived.Against with
              | Some other -> yield! ComparisonSections.against derivation other
              | None -> ()
              yield! LocalitySections.locality derivation
              yield! Evidence.wellPosed derived.Findings derived.Modes
              if not derived.Planes.IsEmpty then
                  Block.Picture("phase.png", "The phase portrait: the fast dynamics for three random stimuli")
              yield! Evidence.certificate derived.Certificate ] }

    /// The verdict of the certificate in a line: passed, or which rules fail what, by how much.
    let verdict (derived: Derived) : string = Evidence.verdict derived.Certificate

    /// The report as Unicode text for a terminal.
    let text (derived: Derived) : string = PlainText.ofDocument (document derived)

    /// The report as Markdown.
    let markdown (derived: Derived) : string = Markdown.ofDocument (document derived)

    /// The report as a complete LaTeX file, with amsmath.
    let latex (derived: Derived) : string = Latex.ofDocument (document derived)

    let private form (form: RuleForm) =
        match form with
        | Gradient -> "gradient"
        | Multiplicative -> "multiplicative"
        | AcrossColumns -> "across columns"
        | Projected -> "projected"

    let private comparison (c: Comparison) =
        Json.Object
            [ "parameter", Json.Text c.Rule.Parameter
              "rule", Json.Text(Direction.text c.Rule.Direction)
              "equal", Json.Truth c.IsEqual
              "form", Json.Text(form c.Form)
              "factor", Json.Number c.Factor
              "difference", Json.Text(Direction.text c.Difference) ]

    /// The certificate: for each rule its parameter, its locality (local, heterosynaptic, local with broadcast, gather, two phases,
    /// weight transport, not local) and its errors; the circuits and their seed; and for each published rule whether the derived one, in
    /// a form (gradient, multiplicative, across columns, projected), is a factor times it, and derived - factor published.
    let certificate (derived: Derived) : Json =
        let c = derived.Certificate
        let published = Published.check derived.Derivation

        Json.Object
            [ "rules",
              Json.List
                  [ for rule in c.Rules ->
                        Json.Object
                            [ "parameter", Json.Text rule.Parameter
                              "locality", Json.Text(ReportWords.localityName rule.Locality)
                              "dual_error", Json.Number rule.DualError
                              "target_error", Json.Number rule.TargetError
                              "difference_error", Json.Number rule.DifferenceError
                              "step_error", Json.Number rule.StepError
                              "passed", Json.Truth rule.Failures.IsEmpty ] ]
              "passed", Json.Truth c.IsPassed
              "verdict", Json.Text(Evidence.verdict c)
              yield! ModelFile.sizesToJson c.Sizes
              "circuits", Json.whole c.Circuits
              "drawn", Json.whole c.Drawn
              "discarded", Json.Object [ for why, count in c.Discarded -> why, Json.whole count ]
              "held", Json.whole c.Held
              "residual", Json.Number c.Residual
              "seed", Json.whole c.Seed
              if not published.IsEmpty then
                  "published", Json.List(List.map comparison published)
              match derived.Against with
              | Some other ->
                  let names, comparisons = Published.against derived.Derivation other
                  "against", Json.List(List.map comparison comparisons)
                  "renamed", Json.Object [ for theirs, ours in names.Renamed -> theirs, Json.Text ours ]
              | None -> () ]

    let private ruleJson (rule: DerivedRule) =
        let formula e = Json.Text(IndexedPrint.text e)

        Json.Object
            [ "parameter", Json.Text rule.Parameter.Name
              "online", formula rule.Online
              match rule.TargetTerm with
              | Absent -> "target", Json.Null
              | Closed e -> "target", formula e
              | Averaged e -> "target_average_of", formula e
              "cost", formula rule.Cost
              "rate", Json.Number rule.Parameter.Rate
              "locality", Json.Text(ReportWords.localityName rule.Locality)
              match rule.Locality with
              | Local -> ()
              | Heterosynaptic e -> "heterosynaptic", formula e
              | LocalWithBroadcast e -> "broadcast", formula e
              | Gather e -> "gathered", formula e
              | TwoPhases e -> "two_phases_of", formula e
              | WeightTransport e -> "weight", formula e
              | NonLocal(term, factor) ->
                  "offending_term", formula term
                  "offending_factor", formula factor

              match rule.TwoPhases with
              | Some phases ->
                  "two_phases",
                  Json.Object
                      [ "term", formula phases.Term
                        "locality", Json.Text(ReportWords.localityName phases.Locality) ]
              | None -> () ]

    /// Everything as one JSON object, formulas in the form that models are read from.
    let toJson (derived: Derived) : (string * Json) list =
        let derivation = derived.Derivation
        let formula e = Json.Text(IndexedPrint.text e)

        let part p =
            match p with
            | Feedforward -> "feedforward"
            | Inhibition -> "inhibition"
            | Leak -> "leak"
            | Lateral -> "lateral"
            | Coupling -> "coupling"

        [ "title", Json.Text derivation.Model.Title
          "energy", formula derivation.Energy
          "inputs",
          Json.List
              [ for input in derivation.Inputs ->
                    Json.Object
                        [ "name", Json.Text input.Name
                          "form", formula input.Form
                          "output", Json.Text input.Output
                          "output_formula", formula input.OutputFormula ] ]
          "dynamics",
          Json.List
              [ for dynamics in derivation.Dynamics do
                    for p, term in dynamics.Terms ->
                        Json.Object
                            [ if derivation.Dynamics.Length > 1 then
                                  "variable", Json.Text dynamics.Variable.Name
                              "part", Json.Text(part p)
                              "term", formula term ] ]
          "rules", Json.List(List.map ruleJson derivation.Rules)
          "well_posed",
          Json.List
              [ for f in derived.Findings ->
                    Json.Object
                        [ "condition", Json.Text f.Condition
                          "verdict", Json.Text(Evidence.verdictName f.Verdict)
                          "detail", Json.Text f.Detail ] ]
          match derived.Modes with
          | Some modes ->
              "modes",
              Json.Object
                  [ "slowest", Json.Number modes.Slowest
                    "fastest", Json.Number modes.Fastest
                    "turns", Json.Truth modes.Turns
                    "responses", Json.whole modes.Responses ]
          | None -> ()
          "flat",
          Json.List
              [ for flat in derived.Flat ->
                    Json.Object
                        [ "symmetry",
                          Json.Text(
                              match flat.Symmetry with
                              | Permutation -> "permutation"
                              | Sign -> "sign"
                              | Rotation -> "rotation"
                              | LinearMap -> "linear map"
                              | NeuronScale _ -> "scale of a neuron"
                              | Scale _ -> "scale"
                          )
                          match flat.Population with
                          | Some population -> "population", Json.Text population.Name
                          | None -> ()
                          match flat.Symmetry with
                          | NeuronScale powers
                          | Scale powers -> "powers", Json.Object [ for name, power in powers -> name, Json.Number power ]
                          | _ -> ()
                          "moves", Json.List [ for name in flat.Moves -> Json.Text name ] ] ]
          "certificate", certificate derived ]

    /// Writes report.md, report.tex, certificate.json, circuit.svg, for an energy of potentials of single inputs the figure activation, and
    /// for a response of one or two numbers the figure phase (see `Figure.save`) into a folder, which is made if it is not there. Each file
    /// is whole or not there. Returns their paths; Refusal when they cannot be written.
    let write (folder: string) (derived: Derived) : string list =
        try
            Directory.CreateDirectory folder |> ignore
        with
        | :? IOException
        | :? System.UnauthorizedAccessException as error -> raise (Refusal($"{folder}: cannot be made: {error.Message}", error))

        let saved name (content: string) =
            let path = Path.Combine(folder, name)
            let bytes = Encoding.UTF8.GetBytes content
            Files.writeWhole path (fun stream -> stream.Write(bytes, 0, bytes.Length))
            path

        // Everything is made before anything is written.
        let contents =
            [ "report.md", markdown derived
              "report.tex", latex derived
              "certificate.json", Json.toText (certificate derived)
              "circuit.svg", Diagram.svg derived.Derivation ]

        let plot =
            Ridge.tryOf derived.Derivation
            |> Option.map (fun ridge -> ActivationFigure.figure ridge.Potential)

        let portrait = PhaseFigure.figure derived.Planes

        [ for name, content in contents -> saved name content ]
        @ (match plot with
           | Some figure -> Figure.save folder "activation" figure
           | None -> [])
        @ (match portrait with
           | Some figure -> Figure.save folder "phase" figure
           | None -> [])
