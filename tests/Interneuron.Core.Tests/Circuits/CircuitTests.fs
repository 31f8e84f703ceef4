module Interneuron.Core.Tests.CircuitTests

open System
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Tests.Reference

let private unit (v: float list) =
    let length = sqrt (List.sumBy (fun x -> x * x) v)
    [| for x in v -> x / length |]

let private direction angle = [| cos angle; sin angle |]

let private quadratic leak gains columns =
    Circuit.create Potentials.quadratic StandardGaussian leak (Array.ofList gains) [| for _ in gains -> [||] |] (Array.ofList columns)

let private thresholds leak columns =
    Circuit.create
        Potentials.thresholdLinear
        StandardGaussian
        leak
        (Array.replicate (List.length columns) 0.3)
        (Array.replicate columns.Length [| 0.5 |])
        (Array.ofList columns)

/// A circuit of N = 2, K = 3 for each potential, with the parameters, gains and angles given.
let private circuitOf (p: Potential) theta (gains: float list) angles leak =
    Circuit.create p StandardGaussian leak (Array.ofList gains) [| for t in theta -> Array.ofList t |] [| for a in angles -> direction a |]

let private random (p: Potential) =
    Gen.zip
        (Gen.listOfLength 3 (Samples.parameters p))
        (Gen.zip
            (Gen.listOfLength 3 (Check.between 0.1 1.0))
            (Gen.zip (Gen.listOfLength 3 (Check.between 0.0 6.28)) (Gen.two (Check.between -3.0 3.0))))

[<Tests>]
let tests =
    testList
        "Circuit"
        [ testCase "shapes that differ are refused" (fun () ->
              let create gains theta columns =
                  fun () -> Circuit.create Potentials.monomial StandardGaussian 0.1 gains theta columns

              Check.refused [ "at least one interneuron" ] (create [||] [||] [||])

              Check.refused
                  [ "2 gains, 1 rows of theta and 2 columns of W" ]
                  (create [| 1.0; 1.0 |] [| [| 2.0 |] |] [| [| 1.0 |]; [| 1.0 |] |])

              Check.refused [ "1 gains, 1 rows of theta and 2 columns" ] (create [| 1.0 |] [| [| 2.0 |] |] [| [| 1.0 |]; [| 1.0 |] |])

              Check.refused
                  [ "interneuron 0 has 2 activation parameters; monomial has 1" ]
                  (create [| 1.0 |] [| [| 2.0; 2.0 |] |] [| [| 1.0 |] |])

              Check.refused
                  [ "column 1 of W has 1 weights, column 0 has 2" ]
                  (create [| 1.0; 1.0 |] [| [| 2.0 |]; [| 2.0 |] |] [| [| 1.0; 0.0 |]; [| 1.0 |] |])

              Check.refused [ "column 0 of W has 0 weights" ] (create [| 1.0 |] [| [| 2.0 |] |] [| [||] |]))
          testCase "numbers out of range are refused, and named" (fun () ->
              let create leak gain theta w =
                  fun () ->
                      Circuit.create
                          Potentials.monomial
                          StandardGaussian
                          leak
                          [| 1.0; gain |]
                          [| [| 2.0 |]; [| theta |] |]
                          [| [| 1.0 |]; [| w |] |]

              Check.refused [ "the gain of interneuron 1 is -0.1"; "at least 0" ] (create 0.0 -0.1 2.0 1.0)
              Check.refused [ "the gain of interneuron 1 is NaN" ] (create 0.0 nan 2.0 1.0)
              Check.refused [ "the gain of interneuron 1 is"; "finite" ] (create 0.0 infinity 2.0 1.0)
              Check.refused [ "theta of interneuron 1 is 0.5; for monomial it lies in [1, 3]" ] (create 0.0 1.0 0.5 1.0)
              Check.refused [ "theta of interneuron 1 is NaN" ] (create 0.0 1.0 nan 1.0)
              Check.refused [ "column 1 of W has length 1.1; columns have unit length" ] (create 0.0 1.0 2.0 1.1)
              Check.refused [ "column 1 of W has length NaN" ] (create 0.0 1.0 2.0 nan)
              Check.refused [ "the leak is -1" ] (create -1.0 1.0 2.0 1.0)
              Check.refused [ "the leak is NaN" ] (create nan 1.0 2.0 1.0)

              let infinite =
                  fun () -> Circuit.create Potentials.thresholdLinear StandardGaussian 1.0 [| 1.0 |] [| [| infinity |] |] [| [| 1.0 |] |]

              Check.refused [ "theta of interneuron 0 is" ] infinite
              create 0.0 1.0 2.0 (1.0 + 5e-7) () |> ignore)
          testCase "a target of another dimension is refused" (fun () ->
              let samples = Target.ofSamples 2 [| 1.0; 2.0 |]

              Check.refused [ "the target's samples have 2 coordinates, the circuit 1 primary neurons" ] (fun () ->
                  Circuit.create Potentials.quadratic samples 0.0 [| 1.0 |] [| [||] |] [| [| 1.0 |] |]))
          testCase "interneurons that do not span the primary neurons need a leak" (fun () ->
              let message =
                  [ "do not span the 2 primary neurons"
                    "at least 2 in independent directions, or a leak" ]

              Check.refused ("the 1 interneurons" :: message) (fun () -> quadratic 0.0 [ 1.0 ] [ direction 0.3 ])
              Check.refused message (fun () -> quadratic 0.0 [ 1.0; 1.0 ] [ direction 0.3; direction (0.3 + Math.PI) ])
              Check.refused ("the 1 interneurons" :: message) (fun () -> quadratic 0.0 [ 1.0; 0.0 ] [ direction 0.3; direction 1.0 ])
              quadratic 0.0 [ 1.0; 1.0 ] [ direction 0.3; direction 0.4 ] |> ignore
              quadratic 0.1 [ 0.0 ] [ direction 0.3 ] |> ignore)
          testCase "a saturating activation needs a leak" (fun () ->
              let create leak =
                  fun () -> Circuit.create Potentials.logCosh StandardGaussian leak [| 1.0 |] [| [| 1.0 |] |] [| [| 1.0 |] |]

              Check.refused [ "the activation of log-cosh saturates"; "a leak greater than 0" ] (create 0.0)
              create 0.01 () |> ignore)
          testCase "one-sided interneurons must surround the origin" (fun () ->
              let refused columns =
                  Check.refused [ "threshold-linear acts on one side only"; "do not surround the origin" ] (fun () ->
                      thresholds 0.0 columns)

              let accepted columns = thresholds 0.0 columns |> ignore
              let third = 2.0 * Math.PI / 3.0
              // N = 1: both signs.
              refused [ [| 1.0 |] ]
              refused [ [| -1.0 |]; [| -1.0 |] ]
              accepted [ [| 1.0 |]; [| -1.0 |] ]
              // N = 2: three directions, no two neighbours half a turn or more apart.
              accepted [ direction 0.0; direction third; direction (2.0 * third) ]
              accepted [ direction 0.0; direction Math.PI; direction 1.0; direction (1.0 + Math.PI) ]
              refused [ direction 0.0; direction third ]
              refused [ direction 0.0; direction 1.0; direction 3.0 ]
              refused [ direction 0.0; direction Math.PI; direction 1.0 ]
              refused [ direction 0.0; direction Math.PI ]
              accepted [ direction 0.0; direction 1.0; direction 3.0; direction 3.2 ]
              // N = 3: a simplex does, its faces do not; the axes with both signs do, without one of them they do not.
              let simplex =
                  [ unit [ 1.0; 1.0; 1.0 ]
                    unit [ 1.0; -1.0; -1.0 ]
                    unit [ -1.0; 1.0; -1.0 ]
                    unit [ -1.0; -1.0; 1.0 ] ]

              accepted simplex
              refused (List.tail simplex)

              let axes =
                  [ for a in 0..2 do
                        for sign in [ 1.0; -1.0 ] -> [| for b in 0..2 -> if a = b then sign else 0.0 |] ]

              accepted axes
              refused (List.tail axes)
              // And a leak serves any.
              thresholds 0.1 [ [| 1.0 |] ] |> ignore)
          Check.law
              "one-sided pairs w, -w of spanning directions always surround the origin"
              50
              (Gen.listOfLength 12 (Check.between -1.0 1.0))
              (fun v ->
                  let columns =
                      v
                      |> List.chunkBySize 3
                      |> List.filter (fun w -> List.sumBy (fun x -> x * x) w > 1e-3)
                      |> List.map unit
                  // Determinants of random directions: linear dependence to rounding has no chance.
                  if columns.Length = 4 then
                      thresholds 0.0 (columns @ List.map (Array.map (~-)) columns) |> ignore
                      let sum = columns |> List.reduce (Array.map2 (+))

                      let half =
                          columns
                          |> List.map (fun w ->
                              if Array.fold2 (fun d a b -> d + a * b) 0.0 w sum > 0.0 then
                                  w
                              else
                                  Array.map (~-) w)
                      // All on one side of a plane.
                      Check.refused [ "do not surround" ] (fun () -> thresholds 0.0 half))
          testList
              "the stimulus of a response is the gradient of phi, and H its Jacobian"
              [ for p in Potentials.all ->
                    Check.law p.Name 100 (random p) (fun (theta, (gains, (angles, (x, y)))) ->
                        let leak = 0.2
                        let circuit = circuitOf p theta gains angles leak
                        // phi as a formula of r, and everything else from it by duals.
                        let r = [ Expr.var "r1"; Expr.var "r2" ]

                        let term (t: float list) g (angle: float) =
                            let w = direction angle
                            let input = Expr.sum [ for a in 0..1 -> w[a] * r[a] ]

                            let values =
                                Map.ofList (
                                    ("z", input)
                                    :: List.zip [ for q in p.Parameters -> q.Name ] (List.map Expr.constant t)
                                )

                            g * (p.Formula |> Expr.substitute (fun name -> Map.tryFind name values))

                        let terms = List.map3 term theta gains angles
                        let phi = Expr.sum terms + 0.5 * leak * (r[0] ** 2.0 + r[1] ** 2.0)
                        let at name = if name = "r1" then x else y
                        let names = [ "r1"; "r2" ]
                        // Sums of four terms of either sign: rounding in proportion to their sizes, which powers up to 4 and gains of b(3)
                        // = 1e3 make large.
                        let size =
                            1.0
                            + (terms |> List.sumBy (fun t -> abs (Expr.interpret Floats.operations at t)))

                        Check.near
                            1e-12
                            (1e-13 * size)
                            (Circuit.potentialAt circuit [| x; y |])
                            (Expr.interpret Floats.operations at phi)
                            "phi"

                        let s = Circuit.stimulusOf circuit [| x; y |]
                        let h = Circuit.hessianAt circuit [| x; y |]
                        // At a threshold the second derivative jumps, and a point within rounding of it may fall on either side.
                        let inputs =
                            [ for angle in angles -> let w = direction angle in w[0] * x + w[1] * y ]

                        let away =
                            List.forall2 (fun z t -> t |> List.forall (fun t -> abs (abs z - t) > 1e-9)) inputs theta
                            && inputs |> List.forall (fun z -> abs z > 1e-6)

                        for a, first in List.indexed names do
                            Check.near 1e-12 (1e-12 * size) s[a] (Dual.derivative first at phi) $"s_{a}"

                            for b, second in List.indexed names do
                                if away then
                                    Check.near 1e-10 (1e-11 * size) (h[a][b]) (Dual.secondDerivative first second at phi) $"H_{a}{b}"
                        // And phi's own slope by central differences: h^2 phi'''/6 + rounding/h.
                        let step = 1e-5

                        let slope =
                            (Circuit.potentialAt circuit [| x + step; y |]
                             - Circuit.potentialAt circuit [| x - step; y |])
                            / (2.0 * step)

                        Check.near 1e-6 (1e-7 * size) s[0] slope "s_0 by differences") ]
          testCase "a response of another dimension is refused" (fun () ->
              let circuit = quadratic 0.0 [ 1.0 ] [ [| 1.0 |] ]

              for f in
                  [ Circuit.potentialAt circuit >> ignore
                    Circuit.stimulusOf circuit >> ignore
                    Circuit.hessianAt circuit >> ignore ] do
                  Check.refused [ "2 values for 1 primary neurons" ] (fun () -> f [| 1.0; 2.0 |]))
          testCase "a circuit gives its numbers, and keeps its own copies" (fun () ->
              let gains, theta, columns =
                  [| 0.5; 0.25 |], [| [| 1.5 |]; [| 2.5 |] |], [| [| 1.0; 0.0 |]; [| 0.0; 1.0 |] |]

              let circuit = Circuit.create Potentials.monomial Laplace 0.1 gains theta columns
              gains[0] <- 9.0
              theta[0][0] <- 9.0
              columns[0][0] <- 9.0
              circuit.Gains[1] <- 9.0
              circuit.Theta[1][0] <- 9.0
              circuit.W[1][1] <- 9.0
              Expect.equal circuit.Gains [| 0.5; 0.25 |] "gains"
              Expect.equal circuit.Theta [| [| 1.5 |]; [| 2.5 |] |] "theta"
              Expect.equal circuit.W [| [| 1.0; 0.0 |]; [| 0.0; 1.0 |] |] "W"
              Expect.equal (circuit.Primaries, circuit.Interneurons, circuit.Leak, circuit.Target) (2, 2, 0.1, Laplace) "the rest"
              Expect.equal circuit.Potential.Name "monomial" "potential"
              let other = Circuit.update [| 1.0; 1.0 |] circuit.Theta circuit.W circuit
              Expect.equal other.Gains [| 1.0; 1.0 |] "updated"

              Check.refused [ "the gain of interneuron 0 is -1" ] (fun () ->
                  Circuit.update [| -1.0; 1.0 |] circuit.Theta circuit.W circuit)) ]
