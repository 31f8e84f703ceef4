module Interneuron.Derivation.Tests.LocalityTests

open System
open System.IO
open System.Text.RegularExpressions
open Expecto
open Interneuron.Core.Tests
open FsCheck.FSharp
open Interneuron.Statistics
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

let private grade (locality: Locality) =
    let text = IndexedPrint.text

    match locality with
    | Local -> "local"
    | Heterosynaptic sum -> "heterosynaptic " + text sum
    | LocalWithBroadcast scalar -> "broadcast " + text scalar
    | Gather sum -> "gather " + text sum
    | TwoPhases term -> "two phases " + text term
    | WeightTransport weight -> "weight transport " + text weight
    | NonLocal(_, factor) -> "not local " + text factor

let private graded (text: string) =
    [ for rule in (Derivation.derive (parse text)).Rules -> rule.Parameter.Name, grade rule.Locality ]

let private drive = " - sum(a, s[a]*r[a])"
let private leak = " + leak/2*sum(a, r[a]^2)"
let private z = "sum(a, W[a,i]*r[a])"

/// Model, and the grade of each rule with what it needs.
let private cases: (string * string * (string * string) list) list =
    [ "a reciprocal synapse: M[b,a] in the rule of M[a,b]",
      "parameter M[a,b]\nconstant mu = 0.1\nenergy sum(a, sum(b, r[a]*M[a,b]*r[b]))/2"
      + drive
      + "\ncost mu*sum(a, sum(b, M[a,b]*M[b,a]))",
      [ "M", "weight transport M[b,a]" ]

      "a gain that needs the weights of all other interneurons",
      "parameter g[i] >= 0 ; W[a,i] unit columns\nenergy sum(i, g[i]*"
      + z
      + "^2)/2"
      + drive
      + "\ncost sum(i, g[i]*sum(a, W[a,i]*sum(j, W[a,j])))",
      [ "g", "not local sum(j, sum(a, W[a,i]*W[a,j]))"
        "W", "not local sum(i, W[a,i]*g[i])" ]

      "the current that a neuron receives itself",
      "parameter h[a] in [0.5,2] ; W[a,i]\nconstant leak = 0.1\nenergy sum(i, sum(a, W[a,i]*h[a]*r[a])^2)/2"
      + leak
      + drive,
      [ "h", "local"; "W", "local" ]

      "one theta that all interneurons share",
      "potential F(theta, z) = z^2/2 + theta*z^4/4\nparameter g[i] >= 0\nparameter theta in [0.1, 2]\nparameter W[a,i] unit columns\n\
      energy sum(i, g[i]*F(theta, "
      + z
      + "))"
      + drive,
      [ "g", "local"
        "theta", "gather sum(i, g[i]*F_theta(theta, z[i]))"
        "W", "local" ]

      "one parameter that all share gathers only what each neuron knows, not overlaps of synapses",
      "parameter c >= 0 ; W[a,i]\nconstant leak = 1\nenergy c*sum(i, "
      + z
      + "^2/2)"
      + leak
      + drive
      + "\ncost c*sum(i, sum(j, sum(a, W[a,i]*W[a,j])^2))/4",
      [ "c", "not local sum(i, sum(j, sum(a, W[a,i]*W[a,j])^2))"; "W", "not local" ]

      "a loss equal to the energy is the value of the energy",
      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, "
      + z
      + "^2)/2"
      + leak
      + drive
      + "\nloss sum(i, "
      + z
      + "^2)/2"
      + leak
      + drive,
      [ "W", "local" ]

      "a multiple of the energy as loss, and terms of the parameters",
      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, "
      + z
      + "^2)/2"
      + leak
      + drive
      + "\nloss 3*(sum(i, "
      + z
      + "^2)/2"
      + leak
      + drive
      + ") + sum(i, sum(a, W[a,i]^4))",
      [ "W", "local" ]

      "two synapses between the same neurons: U in the rule of W",
      "parameter W[a,i] ; U[a,i]\nconstant leak = 0.5, mu = 0.1\nenergy sum(i, "
      + z
      + "^2)/2 + sum(i, sum(a, U[a,i]*r[a])^2)/2"
      + leak
      + drive
      + "\ncost mu/2*sum(i, sum(a, (W[a,i]-U[a,i])^2))",
      [ "W", "weight transport U[a,i]"; "U", "weight transport W[a,i]" ]

      "a pool that is hidden in the outputs",
      "parameter g[i] >= 0 ; W[a,i]\nconstant leak = 0.5\nenergy (sum(i, g[i]*"
      + z
      + "^2))^2/4"
      + leak
      + drive,
      [ "g", "broadcast sum(i, g[i]*z[i]^2)"; "W", "broadcast sum(i, g[i]*z[i]^2)" ]

      "a softmax is a pool",
      "parameter W[a,i]\nconstant leak = 1\nenergy log(sum(i, exp("
      + z
      + ")))"
      + leak
      + drive,
      [ "W", "broadcast sum(i, exp(z[i]))" ]

      "divisive normalisation by a pool of one's own is a current",
      "parameter g[i] >= 0 ; W[a,i] >= 0 ; sigma[i] in [0.5, 2]\nconstant leak = 1\n\
      energy sum(i, g[i]*log(sigma[i]^2 + sum(a, W[a,i]*r[a]^2)))/2"
      + leak
      + drive,
      [ "g", "local"; "W", "local"; "sigma", "local" ]

      "Oja: feedforward synapses and a diagonal Hessian",
      "parameter Q[a,b]\nenergy sum(a, r[a]^2)/2 - sum(a, sum(b, r[a]*Q[a,b]*s[b]))\nloss -sum(a, r[a]^2)/2",
      [ "Q", "local" ]

      "independent components by feedforward synapses",
      "parameter U[a,b]\nenergy sum(a, r[a]^2)/2 - sum(a, r[a]*sum(b, U[a,b]*s[b]))\nloss sum(a, log(cosh(r[a])))",
      [ "U", "local" ]

      "sparse coding: the residual is a current",
      "parameter D[b,a]\nconstant lam = 0.1, mu = 0.01\nenergy sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, log(1+r[a]^2))\n\
      loss sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, log(1+r[a]^2))\ncost mu/2*sum(a, sum(b, D[b,a]^2))",
      [ "D", "local" ]

      "divisive normalisation learned against a loss: a diagonal Hessian that holds a current",
      "parameter P[a,b] >= 0\nconstant v = 0.5\nenergy sum(a, (v + sum(b, P[a,b]*s[b]^2))*r[a]^2)/2 - sum(a, s[a]^2*r[a])\n\
      loss sum(a, (r[a]-0.5)^2)/2",
      [ "P", "local" ]

      "similarity matching",
      "parameter V[a,b] ; M[a,b]\nenergy sum(a, sum(b, r[a]*M[a,b]*r[b]))/2 - sum(a, sum(b, r[a]*V[a,b]*s[b]))\n\
      loss sum(a, sum(b, r[a]*M[a,b]*r[b]))/2 - sum(a, sum(b, r[a]*V[a,b]*s[b]))\n\
      cost sum(a, sum(b, V[a,b]^2))/2 - sum(a, sum(b, M[a,b]^2))/4",
      [ "V", "local"; "M", "local" ]

      "error-gated: one error for all, of a loss that alone has the synapses",
      "parameter W[a,i]\nconstant e0 = 2, q = 1.4\nenergy sum(a, r[a]^2)/2"
      + drive
      + "\nloss (q*sum(i, abs("
      + z
      + ")) - e0)^2/2",
      [ "W", "broadcast sum(i, abs(sum(a, W[a,i]*r[a])))" ]

      "the length of a neuron's own weights",
      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, "
      + z
      + "^2)/2"
      + leak
      + drive
      + "\ncost sum(i, sum(a, W[a,i]^2)^2)",
      [ "W", "heterosynaptic sum(a, W[a,i]^2)" ]

      "one number of the whole circuit",
      "parameter g[i] >= 0 ; W[a,i] unit columns\nconstant leak = 1\nenergy sum(i, g[i]*"
      + z
      + "^2/2)"
      + leak
      + drive
      + "\ncost sum(i, g[i])^2/2",
      [ "g", "broadcast sum(i, g[i])"; "W", "local" ]

      "weights that decorrelate by themselves",
      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, "
      + z
      + "^2/2)"
      + leak
      + drive
      + "\ncost sum(i, sum(j, sum(a, W[a,i]*W[a,j])^2))/4",
      [ "W", "not local" ]

      "signals go along weights the way that the dynamics send them, not back: Oja's subspace rule",
      "population eye p, q : 4\npopulation unit m, n : 3\ninput v[p]\nvariable u[m]\nparameter Z[m,p]\n\
      energy sum(m, u[m]^2)/2 - sum(m, sum(p, u[m]*Z[m,p]*v[p]))\nloss sum(p, (v[p] - sum(m, Z[m,p]*u[m]))^2)/2",
      [ "Z", "not local" ]

      "an output's error does not come back along feedforward weights",
      "population eye a : 3\npopulation unit k : 3\npopulation out c : 2\ninput x[a] ; d[c]\nvariable o[c]\nparameter V[k,a] ; U[c,k]\n\
      energy sum(c, (o[c] - sum(k, U[c,k]*sum(a, V[k,a]*x[a])))^2)/2\nloss sum(c, (o[c] - d[c])^2)/2",
      [ "V", "not local"; "U", "local" ]

      "what vanishes at the fixed point is no signal",
      "population eye p : 4\npopulation unit m, n : 3\ninput v[p]\nvariable u[m]\nparameter Z[m,p]\n\
      energy sum(m, u[m]^2)/2 - sum(m, sum(p, u[m]*Z[m,p]*v[p]))\n\
      loss -sum(m, u[m]^2)/2 + sum(m, (u[m] - sum(p, Z[m,p]*v[p]))*u[m])*sum(n, u[n]^4)",
      [ "Z", "local" ]

      "a force that is balanced at the fixed point stands for what balances it",
      "population eye a : 4\npopulation unit k, l : 2\ninput x[a]\nvariable y[k]\nparameter D[a,k] ; q[k] in [0.5, 2]\nconstant lam = 0.1\n\
      energy sum(a, (x[a] - sum(k, D[a,k]*q[k]*y[k]))^2)/2 + lam*sum(k, y[k]^2)/2\nobjective value",
      [ "D", "local"; "q", "local" ]

      "an average of pairs is no synapse",
      "population eye a : 3\npopulation unit k, l : 3\ninput x[a]\nvariable h[k]\nparameter V[k,a]\naverage c[k,l] of h[k]*h[l]\n\
      energy sum(k, h[k]^2)/2 - sum(k, sum(a, h[k]*V[k,a]*x[a]))\nobjective value\ncost sum(k, sum(l, c[k,l]^2))/4",
      [ "V", "not local"; "c", "local" ]

      "a block of the Hessian is inverted in place",
      "population unit a, b : 3\ninput x[a]\nvariable y[a] ; q[a], maximises\nparameter P[a,b] >= 0\nconstant v = 0.5\n\
      energy sum(a, v*y[a]^2/2 - x[a]^2*y[a] + q[a]*y[a] - q[a]^2/(2*(1 + sum(b, P[a,b]*x[b]^2))))\nloss sum(a, (y[a]-0.5)^2)/2",
      [ "P", "local" ]

      "a response that depends on others through the Hessian",
      "parameter W[a,i]\nconstant leak = 1\nenergy sum(i, "
      + z
      + "^2/2)"
      + leak
      + drive
      + "\nloss sum(a, (r[a]-s[a])^2)/2",
      [ "W", "not local" ] ]

/// The same model with its parameters and the letters of its sums called otherwise.
let private renamed (random: Random) (text: string) =
    let names =
        [ for m in Regex.Matches(text, @"(?:parameter|;)\s*(\w+)(?:\[|\s+(?:in|>=))") -> m.Groups[1].Value ]
        |> List.distinct

    let others =
        [ "weight"; "kappa"; "Rr"; "S"; "nn"; "Zed"; "E_1"; "alpha"; "H"; "b_3" ]
        |> List.sortBy (fun _ -> random.Next())

    let called = Map.ofList (List.zip names (List.take names.Length others))

    Regex.Replace(text, @"\b[A-Za-z_]\w*\b", (fun m -> called.TryFind m.Value |> Option.defaultValue m.Value)), called

[<Tests>]
let tests =
    testList
        "Locality"
        [ for name, text, expected in cases do
              testCase name (fun () ->
                  for (parameter, found), (_, wanted) in List.zip (graded text) expected do
                      if wanted = "not local" then
                          Expect.stringStarts found wanted parameter
                      else
                          Expect.equal found wanted parameter)

          Check.law
              "other names do not fool the verdict"
              40
              (Gen.zip (Gen.elements cases) (Gen.choose (0, 1_000_000)))
              (fun ((_, text, expected), seed) ->
                  let text, called = renamed (Random seed) text
                  let first (verdict: string) = verdict.Split(' ')[0]

                  Expect.equal
                      [ for parameter, found in graded text -> parameter, first found ]
                      [ for parameter, wanted in expected -> called.TryFind parameter |> Option.defaultValue parameter, first wanted ]
                      text)

          testCase "what is not local is named with its term" (fun () ->
              let d =
                  Derivation.derive (
                      parse (
                          "parameter W[a,i]\nconstant leak = 1, mu = 2\nenergy sum(i, "
                          + z
                          + "^2/2)"
                          + leak
                          + drive
                          + "\ncost mu*sum(i, sum(j, sum(a, W[a,i]*W[a,j])))"
                      )
                  )

              match (List.exactlyOne d.Rules).Locality with
              | Heterosynaptic sum -> Expect.equal (IndexedPrint.text sum) "sum(i, W[a,i])" "all synapses of the primary neuron"
              | other -> failtest (grade other))

          testCase "a parameter has no name that the derivation gives" (fun () ->
              for name in [ "Hinv"; "z2"; "n" ] do
                  let text =
                      $"parameter W[a,i]; {name}[i]\nconstant leak = 1\nenergy sum(i, {z}^2) + sum(i, {name}[i]*sum(a, W[a,i]^2*r[a])^2)"
                      + leak
                      + drive

                  match ModelText.parse text with
                  | Ok _ -> failtest $"{name} was read"
                  | Error e -> Expect.equal e.Where.Position (Some { Line = 1; Column = 19 }) e.Message)

          testCase "the models that were tried from outside are read and derived, or refused in one line with a place" (fun () ->
              for path in Directory.GetFiles(Interneuron.Tests.Common.shared "cases/models", "*.model") do
                  match ModelText.parse (File.ReadAllText path) with
                  | Error e -> Expect.isFalse (e.Message.Contains '\n') path
                  | Ok model ->
                      Expect.equal (ModelText.parse (ModelText.print model)) (Ok model) path
                      Derivation.derive model |> ignore) ]
