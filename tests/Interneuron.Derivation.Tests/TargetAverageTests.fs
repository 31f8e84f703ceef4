module Interneuron.Derivation.Tests.TargetAverageTests

open System
open Expecto
open Interneuron.Core.Tests
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let private circuit potential =
    parse
        $"potential F(theta, z) = {potential}\nparameter g[i] >= 0 ; theta[i] in [0.5, 2] ; W[a,i] unit columns\nconstant leak = 1\n\
        energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

let private rule name (d: Derivation) =
    d.Rules |> List.find (fun rule -> rule.Parameter.Name = name)

let private closed (rule: DerivedRule) =
    match rule.TargetTerm with
    | Closed e -> e
    | Averaged e -> failtest $"{rule.Parameter.Name} is averaged: {IndexedPrint.text e}"
    | Absent -> failtest $"{rule.Parameter.Name} has no target term"

let private a: Index =
    { Name = "a"
      Over = Population.primary }

let private i: Index =
    { Name = "i"
      Over = Population.interneurons }

/// A formula of the parameters at given numbers, for two primary neurons and one interneuron; the first of each index.
let private value (numbers: Map<string, float list>) (e: Indexed) =
    Indexed.interpret
        Floats.operations
        (fun neurons -> if neurons = Population.primary then 2 else 1)
        (fun name places ->
            match places with
            | [] -> numbers[name].Head
            | first :: _ -> numbers[name].[first])
        (fun _ -> 0)
        e

/// The average of a formula of two standard normal coordinates over a fine grid of midpoints, which shares nothing with the closed forms:
/// the error of functions with kinks is of the order of the square of the spacing, of ones with jumps of the order of the spacing.
let private overGrid (f: float -> float -> float) =
    let n, reach = 1600, 8.0
    let h = 2.0 * reach / float n
    let points = [| for k in 0 .. n - 1 -> -reach + (float k + 0.5) * h |]

    let weights =
        points |> Array.map (fun x -> h * exp (-x * x / 2.0) / sqrt (2.0 * Math.PI))

    let mutable total = 0.0

    for k in 0 .. n - 1 do
        for m in 0 .. n - 1 do
            total <- total + weights[k] * weights[m] * f points[k] points[m]

    total

[<Tests>]
let tests =
    testList
        "Averages over the target"
        [ testCase "Stein's identity has a term for each jump of the activation" (fun () ->
              // E r_a f(w . r) = w_a (E f' + sum over jumps of height times density).
              let root = sqrt (2.0 / Math.PI)

              let density t =
                  exp (-t * t / 2.0) / sqrt (2.0 * Math.PI)

              for potential, expected in
                  [ "max(abs(z) - theta, 0)", (fun t -> 2.0 * density t)
                    "z^2/2 - theta*abs(z)", (fun t -> 1.0 - t * root)
                    "theta*abs(z)", (fun t -> t * root)
                    "max(z - theta, 0)", density
                    "z^2/2 + max(z, theta)", (fun t -> 1.0 + density t) ] do
                  let w = closed (rule "W" (Derivation.derive (circuit potential)))

                  for theta in [ 0.5; 1.1; 2.0 ] do
                      let numbers =
                          Map [ "g", [ 1.7 ]; "theta", [ theta ]; "W", [ 0.6; 0.8 ]; "leak", [ 1.0 ] ]

                      Check.near 1e-12 1e-12 (value numbers w) (1.7 * 0.6 * expected theta) $"{potential} at {theta}")

          testCase "averages of activations with jumps are those of a grid" (fun () ->
              let f theta z =
                  if abs z > theta then float (sign z) else 0.0

              let d = Derivation.derive (circuit "max(abs(z) - theta, 0)")

              let numbers =
                  Map [ "g", [ 1.0 ]; "theta", [ 0.9 ]; "W", [ 0.6; 0.8 ]; "leak", [ 1.0 ] ]

              let expected = overGrid (fun x y -> x * f 0.9 (0.6 * x + 0.8 * y))
              // Jumps along lines that cross the grid at a slope: some 1e-2 h.
              Check.near 0.0 1e-3 (value numbers (closed (rule "W" d))) expected "W")

          testCase "two inputs in one potential: each of them is averaged, by pairs" (fun () ->
              let d =
                  Derivation.derive (
                      parse
                          "parameter g[i] >= 0 ; W[a,i] unit columns ; U[a,i] unit columns\nconstant leak = 0.5\n\
                          energy sum(i, g[i]*(sum(a, W[a,i]*r[a]) + sum(a, U[a,i]*r[a]))^4)/4 + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"
                  )

              let w, u = [ 0.6; 0.8 ], [ -0.28; 0.96 ]
              let numbers = Map [ "g", [ 1.3 ]; "W", w; "U", u; "leak", [ 0.5 ] ]

              let total x y = (w[0] + u[0]) * x + (w[1] + u[1]) * y

              for name, online in
                  [ "g", (fun x y -> total x y ** 4.0 / 4.0)
                    "W", (fun x y -> 1.3 * total x y ** 3.0 * x)
                    "U", (fun x y -> 1.3 * total x y ** 3.0 * x) ] do
                  let mean = closed (rule name d)

                  let left =
                      Set.intersect (Indexed.symbols mean) (set [ "r"; "s"; "z"; "n"; "z2"; "n2" ])

                  Expect.isEmpty left $"{name}: an activity is left"
                  // Smooth: the midpoint rule is exact to rounding.
                  Check.near 1e-10 1e-10 (value numbers mean) (overGrid online) name)

          testCase "columns of any length: powers of an input pair as well" (fun () ->
              let d =
                  Derivation.derive (
                      parse
                          "parameter g[i] >= 0 ; W[a,i]\nconstant leak = 0.5\n\
                          energy sum(i, g[i]*sum(a, W[a,i]*r[a])^4)/4 + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"
                  )

              // E z^4 = 3 |w|^4.
              let numbers = Map [ "g", [ 1.0 ]; "W", [ 1.5; 2.0 ]; "leak", [ 0.5 ] ]
              Check.near 1e-13 0.0 (value numbers (closed (rule "g" d))) (3.0 * 6.25 ** 2.0 / 4.0) "g")

          testCase
              "powers of an input over a target that is not Gaussian: four linear forms do not pair (Isserlis holds for Gaussians only)"
              (fun () ->
                  // E (w . r)^4 = m (w_0^4 + w_1^4) + 6 w_0^2 w_1^2, and of r_0 (w . r)^3 m w_0^3 + 3 w_0 w_1^2, for independent
                  // coordinates of unit variance with the fourth moment m.
                  let w = [ 1.5; -0.5 ]
                  let g = 1.3

                  for target, m in [ "laplace", 6.0; "uniform", 1.8; "logistic", 4.2; "gaussian", 3.0 ] do
                      let d =
                          Derivation.derive (
                              parse
                                  $"target {target}\nparameter g[i] >= 0 ; W[a,i]\nconstant leak = 0.5\nsize N = 2, K = 1\n\
                                  energy sum(i, g[i]*sum(a, W[a,i]*r[a])^4)/4 + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"
                          )

                      let instance = Instance.create d (Sizes.circuit 2 1)
                      let packed = instance.Pack(Map [ "g", [| g |]; "W", Array.ofList w ])
                      let squares = w[0] ** 2.0 * w[1] ** 2.0

                      let expected =
                          [| (m * (w[0] ** 4.0 + w[1] ** 4.0) + 6.0 * squares) / 4.0
                             g * (m * w[0] ** 3.0 + 3.0 * w[0] * w[1] ** 2.0)
                             g * (m * w[1] ** 3.0 + 3.0 * w[1] * w[0] ** 2.0) |]

                      // Quadrature is exact for polynomials, to rounding of its weights.
                      (instance.Closed packed, instance.Averages(packed, 1))
                      ||> Array.map2 (+)
                      |> Array.iter2 (fun expected found -> Check.near 1e-9 0.0 found expected target) expected)

          testCase "what has no closed average stays an average as a whole" (fun () ->
              for text in
                  [ "parameter g[i] >= 0 ; W[a,i] unit columns ; U[a,i] unit columns\nconstant leak = 0.5\n\
                    energy sum(i, g[i]*log(cosh(sum(a, W[a,i]*r[a]) + sum(a, U[a,i]*r[a])))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"
                    "parameter g[i] >= 0 ; W[a,i] unit columns\nconstant leak = 0.5\n\
                    energy sum(i, sum(j, g[i]*g[j]*max(sum(a, W[a,i]*r[a]), sum(a, W[a,j]*r[a])))) + leak/2*sum(a, r[a]^2) - sum(a, \
                    s[a]*r[a])" ] do
                  let d = Derivation.derive (parse text)

                  for rule in d.Rules do
                      match rule.TargetTerm with
                      | Averaged e -> Expect.equal e rule.Online rule.Parameter.Name
                      | Closed e ->
                          let left =
                              Set.intersect (Indexed.symbols e) (set [ "r"; "s"; "z"; "n"; "z2"; "n2" ])

                          Expect.isEmpty left $"{rule.Parameter.Name}: {IndexedPrint.text e}"
                      | Absent -> ())

          testCase "a single response beside nothing has the mean 0" (fun () ->
              let d =
                  Derivation.derive (parse "parameter d[a]\nenergy sum(a, r[a]^2)/2 + sum(a, d[a]*r[a]) - sum(a, s[a]*r[a])")

              Expect.equal (closed (rule "d" d)) (Number 0.0) "d") ]
