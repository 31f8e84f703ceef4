module Interneuron.Core.Tests.QuadratureTests

open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Tests.Reference

let private average nodes f =
    nodes |> Array.sumBy (fun (x, w) -> w * f x)

[<Tests>]
let tests =
    testList
        "Quadrature"
        [ testList
              "averages over nodes"
              [ for target in
                    Samples.targets
                    @ [ Target.generalisedGaussian 0.3
                        Target.generalisedGaussian 12.0
                        Target.generalisedGaussian 60.0 ] ->
                    testCase (Target.name target) (fun () ->
                        let nodes = Quadrature.nodes target []
                        // Gauss-Legendre with 16 points is exact to 1e-14 on panels this small; some 50 of them add up to 1e-13.
                        Check.near 1e-12 0.0 (average nodes (fun _ -> 1.0)) 1.0 "mass"
                        Check.near 1e-12 0.0 (average nodes (fun x -> x * x)) 1.0 "variance"
                        Check.near 0.0 1e-12 (average nodes id) 0.0 "mean"

                        for p in [ 1.1; 3.1 ] do
                            let expected =
                                match Target.absoluteMoment target (Expr.constant p) with
                                | Some moment -> Expr.interpret Floats.operations (fun _ -> nan) moment
                                | None -> Densities.average target [] (fun x -> abs x ** p)

                            Check.near 1e-11 0.0 (average nodes (fun x -> abs x ** p)) expected $"E|x|^{p}") ]
          testCase "a kink at a break costs nothing" (fun () ->
              for target in Samples.targets do
                  for t in [ 0.123; -0.9; 1.5 ] do
                      let nodes = Quadrature.nodes target [ t; 2.0; 2.0 ]

                      Check.near
                          1e-11
                          0.0
                          (average nodes (fun x -> max (x - t) 0.0))
                          (Densities.average target [ t ] (fun x -> max (x - t) 0.0))
                          (Target.name target))
          testCase "a break beyond the last node changes nothing" (fun () ->
              Expect.equal (Quadrature.nodes StandardGaussian [ 1e3; -1e3 ]) (Quadrature.nodes StandardGaussian []) "nodes")
          testCase "an empirical target's nodes are its points" (fun () ->
              Expect.equal
                  (Quadrature.nodes (Target.ofSamples 2 [| 1.0; 2.0; 3.0; 4.0 |]) [ 0.0 ])
                  [| 1.0, 0.5; 3.0, 0.5 |]
                  "first coordinate") ]
