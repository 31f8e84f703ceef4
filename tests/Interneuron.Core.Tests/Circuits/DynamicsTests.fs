module Interneuron.Core.Tests.DynamicsTests

open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

let private circuit =
    Initial.circuit Potentials.powerMixture StandardGaussian 0.1 2 3 2.0 4

let private energy (s: float array) (r: float array) =
    Circuit.potentialAt circuit r - Array.sum (Array.map2 (*) s r)

[<Tests>]
let tests =
    testList
        "Dynamics"
        [ for s in [ [| 0.3; -0.1 |]; [| 6.0; 4.0 |] ] do
              testCase $"the transient to {s[0]}, {s[1]} ends at the fixed point that the solver finds" (fun () ->
                  // The slowest mode decays with the least eigenvalue of H, which a leak keeps above 0.1: exp(-0.1 * 200) is 2e-9.
                  let path = Dynamics.transient circuit s [| 0.0; 0.0 |] 200.0 1e-9
                  let fixedPoint = (Response.solve circuit s).R
                  Array.iter2 (fun a b -> Check.near 0.0 1e-7 a b "r") (Array.last path.Responses) fixedPoint)

              testCase $"the energy falls all the way to {s[0]}, {s[1]}" (fun () ->
                  let path = Dynamics.transient circuit s [| 0.0; 0.0 |] 20.0 1e-9

                  for a, b in Seq.pairwise path.Responses do
                      Expect.isLessThanOrEqual (energy s b) (energy s a + 1e-9) "E"

                  Expect.isAscending path.Times "time")

          testCase "one quadratic interneuron relaxes exponentially" (fun () ->
              // tau dr/dt = s - g r: r = s/g (1 - exp(-g t)).
              let c =
                  Circuit.create Potentials.quadratic StandardGaussian 0.0 [| 2.0 |] [| [||] |] [| [| 1.0 |] |]

              let path = Dynamics.transient c [| 3.0 |] [| 0.0 |] 2.0 1e-10

              for t, r in Array.zip path.Times path.Responses do
                  Check.near 0.0 1e-8 (r[0]) (1.5 * (1.0 - exp (-2.0 * t))) $"r at {t}")

          testCase "a duration that is not positive is refused" (fun () ->
              Check.refused [ "duration is 0" ] (fun () -> Dynamics.transient circuit [| 1.0; 1.0 |] [| 0.0; 0.0 |] 0.0 1e-6)) ]
