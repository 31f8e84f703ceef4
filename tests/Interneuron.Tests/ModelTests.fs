module Interneuron.Facade.Tests.ModelTests

open System
open Expecto
open Interneuron

let private a, i = NeuronIndex.Primary "a", NeuronIndex.Interneuron "i"
let private r, s = IndexedFormula.Response a, IndexedFormula.Stimulus a
let private w = IndexedFormula.Parameter("W", [| a; i |])
let private z = IndexedFormula.Sum(a, w * r)

let private whitening =
    Model.Energy(IndexedFormula.Sum(i, z * z / 2.0) - IndexedFormula.Sum(a, s * r)).Learning("W", [| a; i |])

[<Tests>]
let tests =
    testList
        "Models"
        [ test "a model written with operators is the library's" {
              let written, library =
                  whitening.Derive(), Model.FromLibrary("synaptic-whitening").Derive()

              Expect.equal [ for t in written.Dynamics -> string t ] [ for t in library.Dynamics -> string t ] "dynamics"
              Expect.equal (string written.Rules[0].Online) (string library.Rules[0].Online) "online"
              Expect.equal (string written.Rules[0].Online, string written.Rules[0].Target) ("n[i]*r[a]", "W[a,i]") "rule"
              Expect.equal written.Rules[0].Locality Locality.Local "local"
          }

          test "every model of the library is certified" {
              for name in Model.Library do
                  let certificate = Model.FromLibrary(name).Derive().Certify(3, 2)
                  Expect.isTrue certificate.IsPassed name
                  Expect.equal (certificate.Circuits, Seq.sum certificate.Discarded.Values) (3, certificate.Drawn - 3) "circuits"

                  for rule in certificate.Rules do
                      Expect.isLessThan rule.DualError 1e-9 $"{name}, {rule.Parameter}"
                      Expect.isLessThan rule.DifferenceError 1e-4 $"{name}, {rule.Parameter}"
                      Expect.isTrue rule.IsPassed $"{name}, {rule.Parameter}"
          }

          test "text and code give the same model: principal subspace, with a saddle" {
              let pixel, unit' =
                  Population("pixel", 6, [| "a"; "b" |]), Population("unit", 2, [| "k"; "l" |])

              let a, k, l = pixel["a"], unit'["k"], unit'["l"]

              let at name (indices: NeuronIndex list) =
                  IndexedFormula.Parameter(name, Array.ofList indices)

              let x, y = at "x" [ a ], at "y" [ k ]
              let w, m = at "W" [ k; a ], at "M" [ k; l ]
              let sum (over: NeuronIndex) body = IndexedFormula.Sum(over, body)

              let energy =
                  sum k (sum l (y * m * at "y" [ l ])) - sum k (sum a (y * w * x + y * w * x))

              let coded =
                  Model
                      .Of(energy, [| pixel; unit' |])
                      .WithInput("x", a)
                      .WithVariable("y", k)
                      .Learning("W", [| k; a |], rate = 1e-2)
                      .Learning(
                          "M",
                          [| k; l |],
                          Constraint.Symmetric.And Constraint.PositiveDefinite,
                          2e-2,
                          LearningWay.Ascends,
                          ParameterStart.Identity
                      )
                      .WithCost(sum k (sum a (w * w)) - sum k (sum l (m * m)) / 2.0)
                      .WithPublished("W", y * x - w)
                      .WithPublished("M", y * at "y" [ l ] - m)

              let written =
                  Model.Parse
                      "population pixel a, b : 6
population unit k, l : 2
input x[a]
variable y[k]
parameter W[k,a], rate 1e-2 ; M[k,l] symmetric, positive definite, ascends, rate 2e-2, initial identity
energy sum(k, sum(l, y[k]*M[k,l]*y[l])) - 2*sum(k, sum(a, y[k]*W[k,a]*x[a]))
objective value
cost sum(k, sum(a, W[k,a]^2)) - sum(k, sum(l, M[k,l]^2))/2
published W[k,a] = y[k]*x[a] - W[k,a]
published M[k,l] = y[k]*y[l] - M[k,l]"

              Expect.equal (string coded) (string written) "in print"
              Expect.equal (string (Model.Parse(string coded))) (string coded) "read back"

              let derived = coded.Derive()
              Expect.isTrue (derived.Published |> Seq.forall _.IsEqual) "the published rules"
              Expect.isTrue (derived.Certify(3, 1).IsPassed) "certified"
          }

          test "symmetries, the names of another model, and the natural gradient are reached" {
              let derived = Model.FromLibrary("principal-subspace").Derive()
              let rotation = derived.FlatDirections() |> Seq.head
              Expect.equal (rotation.Symmetry, rotation.Population) (SymmetryKind.Rotation, "unit") "rotation"
              Expect.sequenceEqual rotation.Moves [ "y"; "W"; "M" ] "what turns"
              Expect.isEmpty rotation.Powers "no scale"

              let text = Model.TextFromLibrary("principal-subspace").Replace("W[", "Q[")
              let other = Model.Parse(text).Derive()
              Expect.equal [ for name in derived.NamesIn other -> name.Key, name.Value ] [ "Q", "W" ] "names"
              Expect.isTrue (derived.Against other |> Seq.forall _.IsEqual) "rules"

              // Along the axes, so that each axis is a principal component.
              let stimuli =
                  Grid(
                      12,
                      6,
                      ReadOnlySpan
                          [| for a in 0..5 do
                                 for side in [ 1.0; -1.0 ] do
                                     for b in 0..5 -> if a = b then side * float (6 - a) else 0.0 |]
                  )

              let modes = derived.Train(stimuli, ModelTrainingOptions(Steps = 5000)).Modes

              match modes with
              | null -> failtest "no modes"
              | modes ->
                  Expect.isTrue modes.IsStable "stable"
                  Expect.equal modes.Flat 1 "the rotation"
                  Expect.sequenceEqual modes.Ascending [ "M" ] "what ascends"
                  Expect.isTrue modes.Ratios.HasValue "factors"
          }

          test "a loss is not local, and the term is told" {
              let model =
                  Model.FromLibrary("gain-whitening").WithLoss(IndexedFormula.Sum(a, (r - s) * (r - s)))

              let rule = model.Derive().Rules[0]
              Expect.equal rule.Locality Locality.NonLocal "verdict"
              Expect.stringContains (string rule.OffendingTerm) "Hinv" "term"
          }

          test "a published rule is beside the derived one: equal up to a factor, or by what it differs" {
              for name in Model.Library do
                  for c in Model.FromLibrary(name).Derive().Published do
                      Expect.isTrue c.IsEqual $"{name}, {c.Parameter}"
                      Expect.equal (string c, c.DifferenceLatex) ("0", "0") $"{name}, {c.Parameter}"

              let n = IndexedFormula.Parameter("n", [| i |])

              let compare online target =
                  whitening.WithPublished("W", online, target).Derive().Published[0]

              let c = compare ((n * r - w) / 0.5) null
              Expect.equal (c.Parameter, c.IsEqual, c.Factor, c.Form) ("W", true, 0.5, RuleForm.Gradient) "a factor"
              Expect.isTrue (compare (z * r) (z * r)).IsEqual "an average over the target"
              let c = compare (n * r) null
              Expect.equal (c.IsEqual, string c, c.DifferenceLatex) (false, "-W[a,i]", "-W_{ai}") "a missing term"

              let read = Model.Parse(string (whitening.WithPublished("W", z * r)))
              Expect.equal (string (Model.Parse(string read))) (string read) "text"
              Expect.isFalse (read.Derive().Published[0].IsEqual) "read back"

              Expect.equal
                  [ for c in Model.FromLibrary("shaping-responses").Derive().Published -> c.Form ]
                  [ RuleForm.Multiplicative; RuleForm.Gradient; RuleForm.AcrossColumns ]
                  "forms"

              Expect.throwsT<Interneuron.Statistics.Refusal>
                  (fun () -> whitening.WithPublished("V", r).Derive() |> ignore)
                  "no such parameter"
          }

          test "a derived model learns, is saved and answers as it did" {
              let model = Model.FromLibrary("gain-whitening").WithSize("interneuron", 3)
              let derived = model.Derive()
              Expect.isTrue (derived.Findings |> Seq.forall (fun f -> f.Judgement <> Judgement.Refuted)) "well posed"
              Expect.equal derived.DynamicsParts.Count derived.Dynamics.Count "a part each"
              // Twice as wide along one axis.
              let x = Targets.StandardGaussian.Sample(500, 2, 1)
              let stimuli = Grid.OfColumns(Array.map ((*) 2.0) (x.Column 0), x.Column 1)
              let reports = Collections.Generic.List<LearningProgress>()

              let progress =
                  { new IProgress<LearningProgress> with
                      member _.Report at = reports.Add at }

              let trained =
                  derived.Train(stimuli, ModelTrainingOptions(Steps = 400, Seed = 2), progress)

              Expect.equal (trained.Ending, trained.Steps, trained.Missed) (LearningEnding.Finished, 400, 0) "ending"
              Expect.equal (string trained.Circuit.Parameters["g"]) "3 x 1" "one gain an interneuron"
              Expect.equal (trained.Trajectory[0].Step, reports[reports.Count - 1].Step) (0, 400) "course"
              Expect.isLessThan trained.J trained.Trajectory[0].J "lower than at first"
              let responses = trained.Circuit.Respond stimuli
              let file = IO.Path.GetTempFileName()
              trained.Save file
              let read = ModelCircuit.Load file
              Expect.isTrue (ModelCircuit.IsFile file) "says what it is"
              IO.File.Delete file
              Expect.equal (read.Respond(stimuli).Values.ToArray()) (responses.Values.ToArray()) "the same bits"
              Expect.equal (read.LogDensity(stimuli).Length, read.Sample(7, 1).Rows) (500, 7) "a density model"
              Expect.isNull derived.Fast "gains that may be negative are not for the fast engine"
              let fast = nonNull (Model.FromLibrary("shaping-responses").Derive().Fast)
              Expect.equal (fast.Potential, fast.Learning.Learns) (Potentials.PowerMixture, Nullable Learns.All) "the paper's circuit is"

              let early = new Threading.CancellationTokenSource()
              early.Cancel()
              Expect.equal (derived.Train(stimuli, cancellation = early.Token)).Ending LearningEnding.Interrupted "cancelled"
          }

          test "certificates and verdicts are typed" {
              let certificate = Model.FromLibrary("gain-whitening").Derive().Certify(5, 3)
              Expect.equal (certificate.IsPassed, certificate.Circuits, certificate.Seed) (true, 5, 3) "passed"
              Expect.equal (certificate.Rules[0].Locality, certificate.Rules[0].Failures.Count) (Locality.Local, 0) "rule"
              Expect.equal (certificate.Circuits + Seq.sum certificate.Discarded.Values) certificate.Drawn "drawn: kept or discarded"

              let well =
                  Formula.Parse("z^4/4 - b*z^2", [| "z"; "b" |]).IsConvexIn("z", [| struct ("b", 0.5, 1.0) |])

              Expect.equal well.Judgement Judgement.Refuted "two minima"
              // -2b + 3z^2 < 0 at the point that is named.
              Expect.isLessThan (3.0 * well.Point["z"] ** 2.0 - 2.0 * well.Point["b"]) 0.0 "where"

              Expect.equal
                  (Potentials.Quadratic.Convexity().Judgement, Potentials.Quadratic.Convexity().Point.Count)
                  (Judgement.Proved, 0)
                  "z^2/2"
          }

          test "a model is read back from its text" {
              let model =
                  whitening
                      .WithTarget(Targets.Laplace)
                      .WithConstant("mu", 0.1)
                      .WithCost(
                          IndexedFormula.Parameter("mu", [||])
                          * IndexedFormula.Sum(i, IndexedFormula.Sum(a, w * w))
                      )

              let read = Model.Parse(string model)
              Expect.equal (string (Model.Parse(string read))) (string read) "text"

              let rules (m: Model) =
                  [ for rule in m.Derive().Rules -> string rule.Online, string rule.Target, string rule.Cost ]

              Expect.equal (rules read) (rules model) "rules"
          }

          test "what is wrong is told with its place" {
              let refusal =
                  Expect.throwsC (fun () -> Model.Parse "energy sum(a, q[a]*r[a])" |> ignore) (fun (e: exn) -> e)

              Expect.isTrue (refusal :? FormatException) "kind"
              Expect.stringContains refusal.Message "line 1, column" "place"
              Expect.throwsT<ArgumentException> (fun () -> Model.FromLibrary "whitenning" |> ignore) "library"
              Expect.throwsT<ArgumentException> (fun () -> NeuronIndex.Primary "i" |> ignore) "letter"
              Expect.throwsT<Interneuron.Statistics.Refusal> (fun () -> Model.Energy(z).Derive() |> ignore) "free index"
          }

          testSequencedGroup "dotnet"
          <| test "scripts/derive.cs derives two circuits" {
              let exitCode, output, errors =
                  Dotnet.run
                      [ "run"
                        "-c"
                        "Release"
                        System.IO.Path.Combine(Interneuron.Tests.Common.root, "scripts", "derive.cs") ]

              Expect.equal exitCode 0 (output + errors)
              Expect.equal (output.Split("Local;").Length - 1) 3 $"three local rules in\n{output}"
              Expect.equal (output.Split("NonLocal, because of").Length - 1) 3 $"three that are not in\n{output}"
          } ]
