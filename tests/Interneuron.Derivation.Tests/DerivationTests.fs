module Interneuron.Derivation.Tests.DerivationTests

open System.Threading
open Expecto
open Interneuron.Core.Tests
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

let private circuit potential leak (columns: string) =
    parse
        $"potential {potential}\nparameter g[i] >= 0 ; theta[i] in [0.5, 3] ; W[a,i]{columns}\nconstant leak = {leak}\n\
        energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

let private logCosh leak =
    circuit "F(theta, z) = log(cosh(theta*z))/theta^2" leak " unit columns"

let private rule name (d: Derivation) =
    d.Rules |> List.find (fun rule -> rule.Parameter.Name = name)

let private withLoss text =
    { library "fast-gains-slow-synapses" with
        Objective = (parse $"energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])\nloss {text}").Objective }

let private finding condition (findings: Finding list) =
    findings |> List.find (fun f -> f.Condition.Contains(condition: string))

[<Tests>]
let tests =
    testList
        "Derivation"
        [ testCase "the dynamics of the paper's circuit, in parts" (fun () ->
              let d = Derivation.derive (library "gain-whitening")

              Expect.equal
                  [ for part, term in d.Dynamics.Head.Terms -> part, IndexedPrint.unicode term ]
                  [ Feedforward, "s_a"; Inhibition, "-Σ_i W_ai n_i"; Leak, "-leak r_a" ]
                  "dr/dt"

              Expect.equal
                  [ for z in d.Inputs -> IndexedPrint.unicode z.Form, IndexedPrint.unicode z.OutputFormula ]
                  [ "Σ_a W_ai r_a", "g_i z_i" ]
                  "z, n")

          testCase "the rules of the paper's circuit, as text and LaTeX" (fun () ->
              let d = Derivation.derive (library "shaping-responses")

              Expect.equal
                  [ for r in d.Rules -> IndexedPrint.text r.Online ]
                  [ "F(theta[i], z[i])"; "g[i]*F_theta(theta[i], z[i])"; "n[i]*r[a]" ]
                  "text"

              Expect.equal
                  (IndexedPrint.latex (rule "theta" d).Online)
                  @"g_{i} \, \partial_{\theta} F\left(\theta_{i}, z_{i}\right)"
                  "LaTeX")

          testCase "a reconstruction loss is not local, because of the inverse Hessian" (fun () ->
              let d = Derivation.derive (withLoss "sum(a, (r[a] - s[a])^2)/2")

              for r in d.Rules do
                  match r.Locality with
                  | NonLocal(term, _) -> Expect.stringContains (IndexedPrint.text term) "Hinv" r.Parameter.Name
                  | other -> failtest $"{r.Parameter.Name} is {other}"

              let certificate = Certificate.check d 6 3

              for r in certificate.Rules do
                  Expect.isLessThan r.DualError 1e-9 r.Parameter
                  Expect.isLessThan r.DifferenceError 1e-5 r.Parameter)

          testCase "a rule that uses one number of the whole circuit is local with a broadcast" (fun () ->
              let m =
                  parse
                      "parameter g[i] >= 0 ; W[a,i] unit columns\nconstant leak = 1\n\
                      energy sum(i, g[i]*sum(a, W[a,i]*r[a])^2/2) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])\ncost sum(i, g[i])^2/2"

              match (rule "g" (Derivation.derive m)).Locality with
              | LocalWithBroadcast scalar -> Expect.equal (IndexedPrint.text scalar) "sum(i, g[i])" "the scalar"
              | other -> failtest $"{other}")

          testCase "a rule that needs another neuron's weights is not local, and the term is shown" (fun () ->
              let m =
                  parse
                      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, sum(a, W[a,i]*r[a])^2/2) + leak/2*sum(a, r[a]^2) - sum(a, \
                      s[a]*r[a])\ncost sum(i, sum(j, sum(a, W[a,i]*W[a,j])^2))/4"

              match (rule "W" (Derivation.derive m)).Locality with
              | NonLocal(term, _) -> Expect.stringContains (IndexedPrint.text term) "W[a,j]" "the term"
              | other -> failtest $"{other}")

          testCase "closed target terms are the averages over the target" (fun () ->
              // N = 1: quadrature over z, split at the kinks, to 1e-12.
              for name in
                  [ "shaping-responses"
                    "gain-whitening"
                    "threshold-population"
                    "synaptic-whitening" ] do
                  let d = Derivation.derive { library name with Cost = Number 0.0 }
                  let instance = Instance.create d (Sizes.circuit 1 1)

                  let values =
                      Simulation.initial instance 4
                      |> Map.map (fun p v -> if p = "W" then [| 1.0 |] else v)

                  let packed = instance.Pack values

                  let kinks =
                      if values.ContainsKey "theta" then
                          [ 0.0; values["theta"][0]; -values["theta"][0] ]
                      else
                          [ 0.0 ]

                  let nodes = Quadrature.nodes StandardGaussian kinks

                  let average =
                      nodes
                      |> Array.map (fun (r, weight) -> instance.Online(packed, [| 0.0 |], [| r |]) |> Array.map ((*) weight))
                      |> Array.reduce (Array.map2 (+))

                  Array.iteri2 (fun m a b -> Check.near 1e-9 1e-9 a b $"{name}, number {m}") (instance.Fixed packed) average)

          testCase "ridge energies are told from others" (fun () ->
              for name, isRidge in
                  [ "shaping-responses", true
                    "gain-whitening", true
                    "synaptic-whitening", true
                    "costly-synapses", true
                    "lateral-whitening", false ] do
                  Expect.equal (Ridge.tryOf (Derivation.derive (library name))).IsSome isRidge name

              let ridge =
                  Option.get (Ridge.tryOf (Derivation.derive (library "threshold-population")))

              Expect.equal ridge.Potential.Formula Potentials.symmetricThreshold.Formula "F"
              Expect.equal ridge.Leak 0.1 "leak")

          testCase "a convex potential is proven so by bounds" (fun () ->
              for m in [ logCosh "1"; library "shaping-responses"; library "threshold-population" ] do
                  let findings = WellPosed.check (Derivation.derive m) (Sizes.circuit 2 3)
                  Expect.equal (finding "convex" findings).Verdict Proven m.Title)

          testCase "a concave potential is refused with the place" (fun () ->
              let m = circuit "F(theta, z) = theta*log(1 + z^2)" "1" " unit columns"

              let f =
                  WellPosed.check (Derivation.derive m) (Sizes.circuit 2 3) |> finding "convex"

              Expect.equal f.Verdict Fails f.Detail
              Expect.stringContains f.Detail "theta = " "place")

          testCase "a saturating activation needs a leak" (fun () ->
              let growth leak =
                  WellPosed.check (Derivation.derive (logCosh leak)) (Sizes.circuit 2 3)
                  |> finding "grows"

              Expect.equal (growth "0").Verdict Fails "without"
              Expect.stringContains (growth "0").Detail "leak" "the remedy"
              Expect.equal (growth "1").Verdict Proven "with")

          testCase "too few interneurons are refused without a leak" (fun () ->
              let spanning k =
                  WellPosed.check (Derivation.derive (library "shaping-responses")) (Sizes.circuit 2 k)
                  |> finding "span"

              Expect.equal (spanning 1).Verdict Fails "one"
              Expect.equal (spanning 2).Verdict Unrefuted "two")

          testCase "responses of a compiled model are those of the circuit" (fun () ->
              let d =
                  Derivation.derive
                      { library "shaping-responses" with
                          Constants = Map.empty }

              let instance = Instance.create d (Sizes.circuit 2 3)
              let values = Simulation.initial instance 2
              let columns = [| for i in 0..2 -> [| values["W"][i]; values["W"][3 + i] |] |]

              let c =
                  Circuit.create Potentials.powerMixture StandardGaussian 0.0 values["g"] [| for t in values["theta"] -> [| t |] |] columns

              let s = Initial.sampleTarget StandardGaussian 2 50 9
              let r = (Response.solve c s).R

              for row in 0..49 do
                  let found =
                      Option.get (instance.Respond(instance.Pack values, s[2 * row .. 2 * row + 1], [| 0.0; 0.0 |]))
                  // Residuals of 1e-10 over a Hessian of at least some 0.1.
                  Array.iter2 (fun x y -> Check.near 0.0 1e-8 x y "r") found r[2 * row .. 2 * row + 1])

          // Of stimuli three hundred times as large every step is clipped.
          for size in [ 1.0; 300.0 ] do
              testCase
                  $"a step of the fast engine is made of the derived rules: gains by exponentials, theta and synapses clipped, columns \
                  normalised, stimuli x {size}"
                  (fun () ->
                      let d = Derivation.derive (library "shaping-responses")
                      let n, k = 2, 3
                      let instance = Instance.create d (Sizes.circuit n k)
                      let values = Simulation.initial instance 6
                      let packed = instance.Pack values
                      let g, theta, w = values["g"], values["theta"], values["W"]
                      let potential = Potentials.powerMixture
                      let columns = [| for i in 0 .. k - 1 -> [| w[i]; w[k + i] |] |]

                      let circuit =
                          Circuit.create potential StandardGaussian 0.0 g [| for t in theta -> [| t |] |] columns

                      let batch = Initial.sampleTarget StandardGaussian n 10 8 |> Array.map ((*) size)

                      let settings =
                          { Learner.defaultsFor potential with
                              Steps = 1000 }

                      let next =
                          match Learner.step settings circuit batch with
                          | Ok next -> next
                          | Error ending -> failtest $"{ending}"

                      let online =
                          batch
                          |> Array.chunkBySize n
                          |> Array.map (fun s -> instance.Online(packed, s, Option.get (instance.Respond(packed, s, [| 0.0; 0.0 |]))))
                          |> Array.reduce (Array.map2 (+))
                          |> Array.map (fun x -> x / 10.0)

                      let direction = instance.Unpack(Array.map2 (-) online (instance.Fixed packed))

                      let nodes = Quadrature.nodes StandardGaussian []

                      for i in 0 .. k - 1 do
                          let mean (formula: Expr) (f: float -> float -> float) =
                              nodes
                              |> Array.sumBy (fun (z, weight) -> weight * f z (Potential.evaluate potential formula [ theta[i] ] z))

                          let within bound x = max -bound (min bound x)

                          let value, square =
                              mean potential.Formula (fun _ x -> x), mean potential.Formula (fun _ x -> x * x)

                          let term = List.head potential.ParameterTerms

                          let deviation =
                              sqrt (mean term (fun _ x -> x * x) - mean term (fun _ x -> x) ** 2.0)

                          let drive = mean potential.Activation (fun z x -> z * x)
                          let exponent = Learner.gainRate settings.Learns * direction["g"][i] * value / square
                          // Responses are right to 1e-10, and what is made of them to a hundred times that.
                          Check.near 1e-8 0.0 next.Gains[i] (g[i] * exp (within Learner.gainClip exponent)) "g"

                          let turn =
                              within Learner.parameterClip (Learner.parameterRate * direction["theta"][i] / (g[i] * deviation))

                          Check.near 1e-8 0.0 next.Theta[i].[0] (min 3.0 (max 1.0 (theta[i] + turn))) "theta"
                          // The target term is along the column, and the engine leaves it out.
                          let hebbian = (instance.Unpack online)["W"]

                          let length (v: float array) = sqrt (Array.sumBy (fun x -> x * x) v)

                          let move =
                              [| for a in 0 .. n - 1 -> Learner.synapseRate * hebbian[a * k + i] / (g[i] * drive) |]

                          Expect.equal (length move > Learner.synapseClip) (size > 1.0) "clipped"

                          let moved =
                              Array.map2 (fun w x -> w + x * min 1.0 (Learner.synapseClip / length move)) columns[i] move

                          for a in 0 .. n - 1 do
                              Check.near 0.0 1e-8 next.W[i].[a] (moved[a] / length moved) "W")

          testCase "gains on a fixed frame whiten: they reach the closed optimum" (fun () ->
              // models.md, 2: C = diag(4, 1), g* = ((W^T W) o (W^T W))^-1 diag(W^T (C^1/2 - I) W), here with g >= 0 not imposed.
              let d = Derivation.derive (library "gain-whitening")
              let instance = Instance.create d (Sizes.circuit 2 3)
              let h = sqrt 0.5
              let w = [| 0.0; h; 1.0; 1.0; h; 0.0 |]

              let s =
                  Initial.sampleTarget StandardGaussian 2 20_000 5
                  |> Array.mapi (fun i x -> if i % 2 = 0 then 2.0 * x else x)

              let start = Map [ "g", [| 0.01; 1.2; 0.25 |]; "W", w ]

              let run =
                  Simulation.run
                      { Simulation.defaults with
                          Steps = 20_000
                          Batch = 10 }
                      ignore
                      CancellationToken.None
                      instance
                      start
                      s

              Expect.equal run.Ending Finished "ending"
              Expect.equal (run.Values["W"]) w "the frame does not learn"
              // g* = (0, 0, 1): C^1/2 - I = diag(1, 0). Noise of the last steps: rate 2e-3 and batches of 10 leave a standard deviation of
              // sqrt(2e-3/10) or so.
              Array.iter2 (fun g best -> Check.near 0.0 0.06 g best "g") run.Values["g"] [| 0.0; 0.0; 1.0 |])

          testCase "a constant in F changes neither the rules' steps nor J's course" (fun () ->
              let run constant =
                  let model =
                      parse
                          $"potential F(z) = z^2/2 {constant}\nparameter g[i] ; W[a,i] unit columns\nconstant leak = 0.5\n\
                          energy sum(i, g[i]*F(sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

                  let instance = Instance.create (Derivation.derive model) (Sizes.circuit 2 2)

                  // Stimuli of deviation 3.
                  let s = Initial.sampleTarget StandardGaussian 2 500 5 |> Array.map ((*) 3.0)

                  let settings = { Simulation.defaults with Steps = 200 }

                  let start = Simulation.initial instance 1
                  let ended = Simulation.run settings ignore CancellationToken.None instance start s
                  instance.Pack ended.Values, Simulation.value instance ended.Values s

              let values, j = run ""

              for constant in [ "- 1"; "+ 1"; "- 1/2" ] do
                  let others, other = run constant
                  Array.iter2 (fun a b -> Check.near 1e-9 1e-9 a b constant) others values
                  Check.near 1e-9 1e-9 other j constant)

          testCase "a stopped simulation keeps what it learned" (fun () ->
              let instance =
                  Instance.create (Derivation.derive (library "synaptic-whitening")) (Sizes.circuit 2 2)

              use source = new CancellationTokenSource()

              let progress (step, _) =
                  if step >= 50 then
                      source.Cancel()

              let s = Initial.sampleTarget StandardGaussian 2 100 5

              let run =
                  Simulation.run
                      { Simulation.defaults with
                          Steps = 1000 }
                      progress
                      source.Token
                      instance
                      (Simulation.initial instance 1)
                      s

              Expect.equal (run.Ending, run.Steps, fst (List.last run.Trajectory)) (Interrupted, 50, 50) "ending") ]
