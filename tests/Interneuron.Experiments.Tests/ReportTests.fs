module Interneuron.Experiments.Tests.ReportTests

open System
open System.IO
open System.Text.Json
open System.Text.RegularExpressions
open System.Threading
open System.Xml.Linq
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools
open Interneuron.Experiments.Tests.ReportTools

[<Tests>]
let tests =
    testList
        "Report"
        [ testCase "of the paper's circuit: the masked derivative of b, the limit at 0, and three local rules"
          <| fun () ->
              contains
                  (Report.text paper.Value)
                  [ "τ dr_a/dt = s_a"
                    "- Σ_i W_ai n_i   (inhibition)"
                    "n_i       = g_i f(θ_i, z_i)"
                    "step(θ^2.32 - 6)"
                    "log0(abs(z))"
                    "At z = 0 terms with log |z| (written log0(abs(z))) take their limit 0"
                    "Δg_i/η = F(θ_i, z_i)   (online)"
                    "- E[F](θ_i)   (target)"
                    "g_i ∂_θ F(θ_i, z_i)"
                    "Multiplicative step g_i ← g_i exp(Δg_i E[F]/E[F²]), η = 0.2"
                    "Step θ_i ← min(max(θ_i + Δθ_i/(g_i σ[∂_θ F]), 1), 3), η = 0.01"
                    "Step W_i ← W_i + ΔW_i/(g_i E[z f]), η = 0.02, by at most 1 in length, and the column divided by its length."
                    "3 random circuits" ]

              let local = Regex.Matches(Report.text paper.Value, @"\n  (g_i|θ_i|W_ai) +local  ")
              Expect.equal local.Count 3 "local"

              contains
                  (Report.markdown paper.Value)
                  [ "\\operatorname{step}\\left({\\theta}^{2.32} - 6\\right)"
                    "](circuit.svg)"
                    "](activation.png)" ]

              contains
                  (Report.latex paper.Value)
                  [ "\\operatorname{step}\\left({\\theta}^{2.32} - 6\\right)"
                    "\\tau \\frac{\\mathrm{d}r_{a}}{\\mathrm{d}t} &= s_{a} && \\text{(feedforward)}"
                    "\\mathbb{E}\\left[\\partial_{\\theta} F\\right]" ]

          testCase "of a reconstruction loss: not local, because of the inverse Hessian"
          <| fun () ->
              let text = Report.text reconstruction.Value
              contains text [ "not local"; "(H⁻¹)_ba"; "the inverse Hessian"; "argmin_r E(r; s)" ]
              contains (Report.latex reconstruction.Value) [ "(H^{-1})"; "Someone \\& others (2023)" ]

          testCase "of a Laplace target: averages that have no closed form say so, and the leak by its name"
          <| fun () ->
              contains
                  (Report.text laplace.Value)
                  [ "with leak = 1."
                    "- leak r_a"
                    "⟨F(θ_i, z_i)⟩_laplace"
                    "it is averaged numerically" ]

          testCase "LaTeX is well formed, and compiles where there is a compiler"
          <| fun () ->
              for derived in all () @ List.map snd library.Value do
                  let latex = Report.latex derived
                  wellFormed latex
                  Expect.stringStarts latex "\\documentclass" "complete"

                  inFolder (fun folder ->
                      Report.write folder derived |> ignore
                      compile folder)

          testCase "of each model of the library: what the published rules are beside the derived ones"
          <| fun () ->
              for name, said in
                  [ "shaping-responses",
                    [ "The derived rule times g_i is the same."
                      "But for what is along the column" ]
                    "gain-whitening", [ "Δg_i/η = z_i² - Σ_a W_ai²   (online)"; "The derived rule is 0.5 times this" ]
                    "threshold-population",
                    [ "+ ⟨g_i max(0, abs(z_i) - θ_i)⟩_gaussian   (target)"
                      "The derived rule is the same." ]
                    "lateral-whitening", [ "ΔM_ab/η = r_a r_b - δ_ab" ] ] do
                  let derived = library.Value |> List.find (fun (other, _) -> other = name) |> snd
                  contains (Report.text derived) ("Against the published rules" :: said)
                  contains (Report.markdown derived) [ "## Against the published rules" ]

              for name, derived in library.Value do
                  Expect.isFalse ((Report.text derived).Contains "differs") name

              Expect.isFalse ((Report.text paper.Value).Contains "published") "a model without published rules"

          testCase "a published rule that differs: the difference is printed, and in the certificate"
          <| fun () ->
              let stated =
                  { Parameter = "g"
                    Direction =
                      { OverStimuli = z * z + Number 1.0
                        OverTarget = Number 0.0 } }

              let derived = Derived.ofModel 1 1 { gains with Published = [ stated ] }

              contains
                  (Report.text derived)
                  [ "Δg_i/η = 1 + z_i²   (online)"
                    "The derived rule differs from 0.5 times this by"
                    "difference = -1   (online)" ]

              contains (Report.latex derived) [ "\\text{difference} &= -1 && \\text{(online)}" ]
              use document = JsonDocument.Parse(Json.toText (Report.certificate derived))
              let published = document.RootElement.GetProperty("published")[0]

              Expect.equal
                  [ for p in published.EnumerateObject() -> p.Name, p.Value.ToString() ]
                  [ "parameter", "g"
                    "rule", "1 + sum(a, W[a,i]*r[a])^2"
                    "equal", "False"
                    "form", "gradient"
                    "factor", "0.5"
                    "difference", "-1" ]
                  "the comparison"

          testCase "what training does with each constraint, on the fast engine and by the rules as they stand"
          <| fun () ->
              let text name =
                  library.Value
                  |> List.find (fun (other, _) -> other = name)
                  |> snd
                  |> Report.text

              contains
                  (text "costly-synapses")
                  [ "Step g_i ← max(g_i + Δg_i, 0), η = 0.01."
                    "Step θ_i ← min(max(θ_i + Δθ_i, 1), 3), η = 0.01."
                    "Step W_ai ← W_ai + ΔW_ai, η = 0.005."
                    "step in the order g, theta, W" ]

              contains (text "fast-gains-slow-synapses") [ "Step W_i ← (W_i + ΔW_i)/|W_i + ΔW_i|, η = 0.0001." ]
              contains (text "gain-whitening") [ "W_ai stays where it starts: its rate is 0." ]

          testCase "tables in Markdown have as many cells in every row"
          <| fun () ->
              for derived in all () do
                  let tables =
                      (Report.markdown derived).Split "\n\n"
                      |> Array.filter (fun block -> block.StartsWith "| ")

                  Expect.isGreaterThan tables.Length 1 "tables"
                  let cells (row: string) = Regex.Matches(row, @"(?<!\\)\|").Count

                  for table in tables do
                      Expect.hasLength (table.Trim().Split '\n' |> Array.distinctBy cells) 1 table

          testCase "the diagram has every neuron and every synapse both ways"
          <| fun () ->
              let svg = Diagram.svg paper.Value.Derivation
              let circles = elements svg "circle" |> List.filter (fun e -> attribute "r" e = "19")
              Expect.hasLength circles 5 "neurons"

              let ending marker =
                  elements svg "line"
                  |> List.filter (fun e -> attribute "marker-end" e = $"url(#{marker})")

              // The last of each is in the legend.
              Expect.hasLength (ending "excitation") (6 + 1) "excitation"
              Expect.hasLength (ending "inhibition") (6 + 1) "inhibition"
              Expect.hasLength (ending "stimulus") 2 "stimuli"
              Expect.hasLength (ending "leak") 0 "no leak"
              Expect.equal svg (Diagram.svg paper.Value.Derivation) "the same text"

          testCase "the diagram of lateral connections has no interneurons; of a leak a loop at each neuron; nothing is drawn outside"
          <| fun () ->
              let svg = Diagram.svg lateral.Value.Derivation
              Expect.hasLength (elements svg "circle" |> List.filter (fun e -> attribute "r" e = "19")) 4 "neurons"

              let arcs =
                  elements svg "path" |> List.filter (fun e -> attribute "marker-start" e <> "")

              Expect.hasLength arcs 6 "pairs"
              let svg = Diagram.svg laplace.Value.Derivation

              let loops =
                  elements svg "path"
                  |> List.filter (fun e -> attribute "marker-end" e = "url(#leak)")

              Expect.hasLength loops 4 "loops"

              for derived in all () do
                  let svg = Diagram.svg derived.Derivation

                  let size =
                      match XDocument.Parse(svg).Root with
                      | null -> failtest "no root"
                      | root -> (attribute "viewBox" root).Split ' ' |> Array.map float

                  for e in elements svg "line" @ elements svg "text" do
                      for name, most in
                          [ "x", size[2]
                            "x1", size[2]
                            "x2", size[2]
                            "y", size[3]
                            "y1", size[3]
                            "y2", size[3] ] do
                          match attribute name e with
                          | "" -> ()
                          | value -> Expect.isTrue (float value >= 0.0 && float value <= most) $"{name} = {value}"

          testCase "large circuits are drawn in part"
          <| fun () ->
              let derivation =
                  Derivation.derive
                      { gains with
                          Sizes = Sizes.circuit 8 36 }

              let svg = Diagram.svg derivation
              Expect.stringContains svg "4 of 8 and 6 of 36 neurons" "caption"
              Expect.hasLength (elements svg "circle" |> List.filter (fun e -> attribute "r" e = "19")) 10 "neurons"

          testCase "the certificate has exactly its members"
          <| fun () ->
              use document =
                  JsonDocument.Parse(Json.toText (Report.certificate reconstruction.Value))

              let members (e: JsonElement) =
                  [ for p in e.EnumerateObject() -> p.Name ]

              let root = document.RootElement

              Expect.equal
                  (members root)
                  [ "rules"
                    "passed"
                    "verdict"
                    "primaries"
                    "interneurons"
                    "circuits"
                    "drawn"
                    "discarded"
                    "held"
                    "residual"
                    "seed" ]
                  "members"

              Expect.equal (root.GetProperty("verdict").GetString()) "Passed" "verdict"
              Expect.equal (root.GetProperty("circuits").GetInt32(), root.GetProperty("seed").GetInt32()) (3, 1) "circuits and seed"

              for rule in root.GetProperty("rules").EnumerateArray() do
                  Expect.equal
                      (members rule)
                      [ "parameter"
                        "locality"
                        "dual_error"
                        "target_error"
                        "difference_error"
                        "step_error"
                        "passed" ]
                      "a rule"

                  Expect.equal (rule.GetProperty("locality").GetString()) "not local" "locality"
                  Expect.isLessThan (rule.GetProperty("dual_error").GetDouble()) 1e-9 "duals"
                  Expect.isLessThan (rule.GetProperty("difference_error").GetDouble()) 1e-5 "differences"

          testCase "a report is twelve files, four without a potential and a plane to draw; a folder that cannot be made is refused"
          <| fun () ->
              inFolder (fun folder ->
                  let report = Path.Combine(folder, "a", "report")
                  let paths = Report.write report paper.Value

                  Expect.equal
                      (filesIn report)
                      [ "activation.caption.md"
                        "activation.pdf"
                        "activation.png"
                        "activation.svg"
                        "certificate.json"
                        "circuit.svg"
                        "phase.caption.md"
                        "phase.pdf"
                        "phase.png"
                        "phase.svg"
                        "report.md"
                        "report.tex" ]
                      "files"

                  Expect.equal (paths |> List.map Path.GetFileName |> List.sort |> List.map string) (filesIn report) "paths"
                  Expect.hasLength (Report.write (Path.Combine(folder, "b")) lateral.Value) 4 "without a potential and with four responses"
                  File.WriteAllText(Path.Combine(folder, "c"), "")

                  try
                      Report.write (Path.Combine(folder, "c")) paper.Value |> ignore
                      failtest "was not refused"
                  with :? Refusal as error ->
                      Expect.stringContains error.Message "cannot be made" "refusal")

          testCase "flat directions are named, and none where there are none"
          <| fun () ->
              let text = Report.text paper.Value
              Expect.stringContains text "the order of the neurons of interneuron" "order"
              Expect.stringContains text "the sign of a neuron of interneuron" "sign"
              Expect.stringContains (Report.text lateral.Value) "Plasticity" "a report"
              Expect.isFalse ((Report.text lateral.Value).Contains "Flat directions") "none"

          testCase "the phase portrait of one number is its energy and its flow, of two a plane a stimulus, of more none"
          <| fun () ->
              let panels model =
                  let derived: Derived = Derived.ofModel 1 1 model

                  PhaseFigure.figure derived.Planes
                  |> Option.map (fun figure -> figure.Rows.Head.Length, (Figure.toSvg figure).Contains "<svg")

              let circuit n =
                  Derived.circuit Potentials.quadratic StandardGaussian 0.5 n 2

              Expect.equal (panels (circuit 1)) (Some(2, true)) "one"
              Expect.equal (panels (circuit 2)) (Some(3, true)) "two"
              Expect.equal (panels (circuit 3)) None "three"

          testCase "another model is read in its own letters, and what it calls otherwise is said"
          <| fun () ->
              let text = Option.get (ModelLibrary.tryText "oja")

              let other =
                  match ModelText.parse (text.Replace("z", "u").Replace("w[", "q[").Replace("pixel", "retina")) with
                  | Ok model -> Derivation.derive model
                  | Error e -> failtest e.Message

              let derived =
                  { Derived.ofModel
                        1
                        1
                        (Option.get (ModelLibrary.tryText "oja")
                         |> ModelText.parse
                         |> Result.toOption
                         |> Option.get) with
                      Against = Some other }

              let said = Report.text derived
              Expect.stringContains said "retina is pixel; u is z; q is w" "names"
              Expect.stringContains said "is the same." "rules"

          testCase "what is ill-posed is refused in one line that says what it needs"
          <| fun () ->
              let derive model () = Derived.ofModel 3 1 model |> ignore

              refuses
                  "the model is ill-posed; it needs that the interneurons span the primary neurons' space, but K = 1 interneurons cannot \
                  hold N = 2 primary neurons: without a leak K is at least 2"
                  (derive (Derived.circuit Potentials.quadratic StandardGaussian 0.0 2 1))

              refuses
                  "the model is ill-posed; it needs that the energy grows faster than linearly, so that every stimulus has a response, but \
                  the activation saturates on both sides, so large stimuli have no response: give the energy a leak, leak/2*sum(a, r[a]^2) \
                  with leak > 0"
                  (derive (Derived.circuit Potentials.logCosh StandardGaussian 0.0 2 3))

              let named name =
                  Potential.define "own" [ Parameter.define name 1.0 2.0 (1.0, 2.0) ] (fun p z -> p[0] * z ** 2.0)

              refuses "'g' is a quantity of the circuit; a parameter of the potential needs another name" (fun () ->
                  Derived.circuit (named "g") StandardGaussian 0.0 2 3 |> ignore)

          testCase "a potential's parameters start where the potential says, through the model and its text"
          <| fun () ->
              for interval in [ 1.25, 2.75; 1.5, 2.0; 1.75, 1.75 ] do
                  let potential =
                      Potential.define "own" [ Parameter.define "theta" 0.5 3.5 interval ] (fun p z -> p[0] * z ** 2.0)

                  let model = Derived.circuit potential StandardGaussian 0.0 2 3

                  for model in
                      [ model
                        Result.defaultWith (string >> failtest) (ModelText.parse (ModelText.print model)) ] do
                      let derivation = Derivation.derive model

                      match Derived.learning derivation with
                      | Some learning ->
                          Expect.equal [ for p in learning.Potential.Parameters -> p.Initial ] [ interval ] "on the fast engine"
                      | None -> failtest "not recognised"

                      let first, last =
                          if interval = Parameter.usualStart 0.5 3.5 then
                              0.5, 3.5
                          else
                              interval

                      for value in (Simulation.initial (Instance.create derivation (Sizes.circuit 2 3)) 1)["theta"] do
                          Expect.isTrue (value >= first && value <= last) $"{value} in {interval}"

              let placed =
                  ModelText.parse
                      "parameter g[i] >= 0 ; W[a,i] unit columns, initial [[1, 0, 1], [0, 1, 0]]\n\
                      energy sum(i, g[i]*sum(a, W[a,i]*r[a])^2)/2 - sum(a, r[a]*s[a])"
                  |> Result.defaultWith (string >> failtest)

              Expect.isNone (Derived.learning (Derivation.derive placed)) "the fast engine sets synapses itself"

          testCase "ridge models learn on the fast engine, others by their rules as they stand"
          <| fun () ->
              match Derived.learning paper.Value.Derivation with
              | Some learning -> Expect.equal learning.Potential.Name "power-mixture" "the name is kept"
              | None -> failtest "not recognised"

              for derived in [ reconstruction.Value; lateral.Value ] do
                  Expect.isNone (Derived.learning derived.Derivation) "another engine"

              let settings =
                  { Simulation.defaults with
                      Steps = 400
                      Seed = 3 }

              // White but for a scale of 2: responses become white, so that M is near the root of their covariance.
              let stimuli =
                  Grid.ofArray 500 2 (heavyTailed 1 500 2 |> Array.mapi (fun m x -> if m % 2 = 0 then 2.0 * x else x))

              let train () =
                  ModelTraining.run settings [] ignore CancellationToken.None lateral.Value.Derivation stimuli

              let trained = train ()
              Expect.equal trained.Simulated.Ending Finished "ending"
              Expect.equal (train ()).Simulated.Values trained.Simulated.Values "the same again"
              let m = trained.Simulated.Values["M"]
              Expect.isGreaterThan m[0] (m[3] + 0.3) "the larger variance"

              let json =
                  Json.toLine (ModelFile.toJson "the text" (Source.Input "s.npy") 500 trained)

              Expect.stringStarts json "{\"format\":\"interneuron-model-1\",\"model\":\"the text\",\"primaries\":2," "JSON"

              Expect.stringContains
                  json
                  "\"learned\":{\"steps\":400,\"batch\":10,\"seed\":3,\"steps_made\":400,\"input\":\"s.npy\",\"samples\":500}"
                  "JSON" ]
