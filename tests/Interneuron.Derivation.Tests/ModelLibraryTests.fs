module Interneuron.Derivation.Tests.ModelLibraryTests

open MathNet.Numerics
open Expecto
open Interneuron.Core.Tests
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

let private model name =
    match ModelLibrary.tryText name |> Option.map ModelText.parse with
    | Some(Ok model) -> model
    | Some(Error e) -> failtest $"{name}: {e}"
    | None -> failtest $"there is no model {name}"

let private derivation name = Derivation.derive (model name)

/// The circuits of theory, sections 1 to 7: interneurons shape the responses of primary neurons.
let private circuits =
    ModelLibrary.names
    |> List.filter (fun name -> (model name).Populations = [ Population.primary; Population.interneurons ])

/// N and K of a circuit.
let private sizes (m: Model) =
    Sizes.count m.Sizes Population.primary, Sizes.count m.Sizes Population.interneurons

/// Online term minus what is subtracted, for each number, at one stimulus; and z, r and the parameters.
type private Step =
    { R: float array
      Z: float array
      Values: Map<string, float array>
      Moves: Map<string, float array> }

let private step name seed : Step =
    let d = derivation name
    let n, k = sizes d.Model
    let instance = Instance.create d (Sizes.circuit n k)
    let values = Simulation.initial instance seed
    let packed = instance.Pack values
    let s = Initial.sampleTarget StandardGaussian n 1 (seed + 50)
    let r = Option.get (instance.Respond(packed, s, Array.zeroCreate n))

    let moves =
        Array.map2 (-) (instance.Online(packed, s, r)) (instance.Fixed packed)
        |> instance.Unpack

    let z =
        match values.TryFind "W" with
        | Some w -> [| for i in 0 .. k - 1 -> Seq.sum (seq { for a in 0 .. n - 1 -> w[a * k + i] * r[a] }) |]
        | None -> [||]

    { R = r
      Z = z
      Values = values
      Moves = moves }

/// What a publication states, for each number of a parameter, against what was derived.
let private states name parameter (published: Step -> int -> int -> float) =
    testCase $"{name}: the step of {parameter} is the published one" (fun () ->
        let n, k = sizes (model name)

        for seed in 1..5 do
            let s = step name seed
            let moves = s.Moves[parameter]
            let rows = moves.Length / (if parameter = "M" then n else k)

            for a in 0 .. rows - 1 do
                let columns = moves.Length / rows

                for i in 0 .. columns - 1 do
                    // Both are a handful of operations on numbers of order 1.
                    Check.near 1e-11 1e-11 (moves[a * columns + i]) (published s a i) $"{parameter}[{a},{i}]")

/// E|z|^p of N(0, 1).
let private moment p =
    sqrt (2.0 ** p / System.Math.PI) * SpecialFunctions.Gamma((p + 1.0) / 2.0)

// The power mixture's factors and their derivatives, as theory section 5 states them.
let private factorA th = exp (max (2.0 * th - 3.85) 0.0 ** 1.95)
let private factorB th = exp (max (th ** 2.32 - 6.0) 0.0)

let private slopeA th =
    factorA th
    * (if 2.0 * th > 3.85 then
           1.95 * (2.0 * th - 3.85) ** 0.95 * 2.0
       else
           0.0)

let private slopeB th =
    factorB th * (if th ** 2.32 > 6.0 then 2.32 * th ** 1.32 else 0.0)

let private powerMixture th (z2: float) (power: float) =
    factorA th * z2 / 2.0 + factorB th * power / (th + 1.0)

let private powerMixtureSlope th (z2: float) (power: float) (powerLog: float) =
    slopeA th * z2 / 2.0 + slopeB th * power / (th + 1.0)
    - factorB th * power / (th + 1.0) ** 2.0
    + factorB th * powerLog / (th + 1.0)

let private length2 (s: Step) n k i =
    Seq.sum (seq { for a in 0 .. n - 1 -> s.Values["W"][a * k + i] ** 2.0 })

let private at (s: Step) name i = s.Values[name][i]

let private f th z =
    factorA th * z + factorB th * float (sign z) * abs z ** th

[<Tests>]
let tests =
    testList
        "Model library"
        [ for name in circuits do
              testCase $"{name}: every rule is local, and the model well posed" (fun () ->
                  let d = derivation name

                  for rule in d.Rules do
                      Expect.equal rule.Locality Local rule.Parameter.Name

                  let n, k = sizes d.Model

                  for finding in WellPosed.check d (Sizes.circuit n k) do
                      Expect.notEqual finding.Verdict Fails finding.Condition)

          for name in ModelLibrary.names do
              testCase $"{name}: its text is read back as it is written" (fun () ->
                  let m = model name
                  Expect.equal (ModelText.parse (ModelText.print m)) (Ok m) "text")

          // Lipshutz and Simoncelli 2024, with the derivatives of a and b as they are (theory, section 7).
          states "shaping-responses" "g" (fun s _ i ->
              let th, z = at s "theta" i, s.Z[i]

              powerMixture th (z * z) (abs z ** (th + 1.0))
              - powerMixture th 1.0 (moment (th + 1.0)))

          states "shaping-responses" "theta" (fun s _ i ->
              let th, z = at s "theta" i, s.Z[i]
              let p = th + 1.0
              let meanLog = moment p * (log 2.0 + SpecialFunctions.DiGamma((p + 1.0) / 2.0)) / 2.0

              at s "g" i
              * (powerMixtureSlope th (z * z) (abs z ** p) (abs z ** p * log (abs z))
                 - powerMixtureSlope th 1.0 (moment p) meanLog))

          states "shaping-responses" "W" (fun s a i ->
              let th, z, g = at s "theta" i, s.Z[i], at s "g" i
              // E r f(w . r) = w E f'(z) for a Gaussian: parallel to w.
              g
              * (s.R[a] * f th z
                 - s.Values["W"][a * 3 + i] * (factorA th + factorB th * th * moment (th - 1.0))))

          // Duong et al., ICML 2023: dg ~ z^2 - |w|^2, the factor 1/2 of J in the rate.
          states "gain-whitening" "g" (fun s _ i -> 0.5 * (s.Z[i] ** 2.0 - length2 s 2 3 i))

          // Duong et al., NeurIPS 2023: dw ~ r n - g w.
          states "fast-gains-slow-synapses" "g" (fun s _ i -> 0.5 * (s.Z[i] ** 2.0 - length2 s 2 2 i))
          states "fast-gains-slow-synapses" "W" (fun s a i -> at s "g" i * (s.R[a] * s.Z[i] - s.Values["W"][a * 2 + i]))

          // Pehlevan and Chklovskii 2015: dW ~ r n^T - W; and without interneurons dM ~ r r^T - I.
          states "synaptic-whitening" "W" (fun s a i -> s.R[a] * s.Z[i] - s.Values["W"][a * 2 + i])
          states "lateral-whitening" "M" (fun s a b -> 0.5 * (s.R[a] * s.R[b] - (if a = b then 1.0 else 0.0)))

          // Learned thresholds: dtheta ~ -g (max(|z| - theta, 0) - E), E = 2 (density - theta tail) for a Gaussian.
          states "threshold-population" "theta" (fun s _ i ->
              let th = at s "theta" i
              let density = exp (-th * th / 2.0) / sqrt (2.0 * System.Math.PI)
              let tail = 0.5 * SpecialFunctions.Erfc(th / sqrt 2.0)
              -(at s "g" i) * (max (abs s.Z[i] - th) 0.0 - 2.0 * (density - th * tail)))

          testCase "laplace-target: what the synapses subtract is not parallel to them" (fun () ->
              let d = derivation "laplace-target"
              let rule = d.Rules |> List.find (fun rule -> rule.Parameter.Name = "W")
              Expect.isTrue rule.TargetTerm.IsAveraged "no formula"
              let instance = Instance.create d (Sizes.circuit 2 1)
              let w = [| 0.6; 0.8 |]
              let packed = instance.Pack(Map [ "g", [| 1.0 |]; "theta", [| 2.8 |]; "W", w ])
              let points = Initial.sampleTarget Laplace 2 20_000 3 |> Array.chunkBySize 2

              let mean c =
                  points
                  |> Array.averageBy (fun r -> (instance.Unpack(instance.Online(packed, [| 0.0; 0.0 |], r))).["W"].[c])

              let across = mean 0 * w[1] - mean 1 * w[0]
              // 20,000 points of values with a standard deviation of some 30 leave 0.2 of chance.
              Expect.isGreaterThan (abs across) 1.0 "across w")

          states "costly-synapses" "W" (fun s a i ->
              let th, z, g, w = at s "theta" i, s.Z[i], at s "g" i, s.Values["W"][a * 2 + i]
              // The target term has no formula for columns that are not of unit length: it is averaged over samples, apart.
              g * s.R[a] * f th z - 0.05 * w)

          testCase "the objective over stimuli and points: half their mean squares for phi = |r|^2/2, without the costs" (fun () ->
              let s = [| 1.0; -2.0; 0.5; 3.0 |]
              let target = [| 0.3; 0.4; -1.0; 2.0; 0.0; 1.0 |]

              let power (x: float array) =
                  Array.sumBy (fun v -> v * v) x / float (x.Length / 2)

              let whitening =
                  Instance.create (derivation "synaptic-whitening") (Sizes.circuit 2 2)

              let j =
                  Simulation.objective whitening (Map [ "W", [| 1.0; 0.0; 0.0; 1.0 |] ]) s target

              Check.near 1e-12 1e-12 j (0.5 * (power s + power target)) "W = I"

              // Gains of 0 leave the leak: r = s/0.5, J = E |s|^2/(2 * 0.5) + 0.5 E |r|^2/2.
              let costly = Instance.create (derivation "costly-synapses") (Sizes.circuit 2 1)

              let j =
                  Simulation.objective costly (Map [ "g", [| 0.0 |]; "theta", [| 2.0 |]; "W", [| 1.0; 1.0 |] ]) s target

              Check.near 1e-12 1e-12 j (power s + 0.25 * power target) "leak alone")

          testCase "costly-synapses: the cost of gains is a constant decay" (fun () ->
              let rule =
                  (derivation "costly-synapses").Rules
                  |> List.find (fun rule -> rule.Parameter.Name = "g")

              Expect.equal (IndexedPrint.text rule.Cost) "nu" "decay") ]
