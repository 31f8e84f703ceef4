module Interneuron.Kernels.Tests.DriveTests

open System
open Expecto
open MathNet.Numerics.LinearAlgebra
open Interneuron.Kernels
open Interneuron.Kernels.TestPotentials
open Interneuron.Kernels.Tests.Circuits

let private drive (engine: Engine) c (r: float array) =
    let s = Array.zeroCreate r.Length
    let logs = Array.zeroCreate (r.Length / (c: CircuitState).Primaries)
    engine.Drive(c, ReadOnlyMemory r, Memory s, Memory logs)
    s, logs

[<Tests>]
let tests =
    testList
        "Drive"
        [ for n in [ 1; 2; 3; 6 ] do
              for name, engine, potential, c in kinds n do
                  for width in widths do
                      testCase $"{name}, N = {n}, {width} lanes: stimuli are grad phi, and respond leads back"
                      <| fun () ->
                          let r = normal 20 (30 * n)
                          let s, _ = drive (engine width) c r

                          Array.iter2
                              (fun s r -> closeAll 1e-12 s (Naive.gradPhi potential c r) "grad phi")
                              (Naive.rows n s)
                              (Naive.rows n r)

                          let back, outcome = respond (engine width) c s
                          Expect.isTrue outcome.IsConverged "converged"
                          // The residual of 1e-10 over the smallest eigenvalue of the Hessian, which is above 0.01 here.
                          closeAll 1e-8 back r "responses"

              for name, engine, potential, c in kinds n do
                  // At kinks of the threshold-linear potential the Jacobian is not defined; the others are smooth.
                  if not (name.StartsWith "threshold") then
                      testCase $"{name}, N = {n}: log-determinants are those of the differenced naive Jacobian"
                      <| fun () ->
                          let r = normal 21 (20 * n)
                          let _, logs = drive (engine LaneWidth.Widest) c r

                          Naive.rows n r
                          |> Array.iteri (fun j r ->
                              let h = 1e-5

                              let column a =
                                  let at x =
                                      Naive.gradPhi potential c (Array.mapi (fun b v -> if a = b then v + x else v) r)

                                  Array.map2 (fun p m -> (p - m) / (2.0 * h)) (at h) (at -h)

                              let jacobian = Matrix.Build.DenseOfColumnArrays(Array.init n column)
                              // Central differences of step 1e-5: 1e-10 f''' and 1e-11 of rounding, times N.
                              close 1e-7 logs[j] (log (jacobian.Determinant())) $"sample {j}")

          testCase "a singular Hessian has the log-determinant -infinity"
          <| fun () ->
              for n in [ 1; 2; 3 ] do
                  // All thresholds are above the responses, and nothing leaks.
                  let c = circuit 22 n (2 * n) 0.0 (fun _ -> 1.0) (fun _ -> 5.0) 1
                  let s, logs = drive (Engine<ThresholdLinear>()) c (Array.create n 0.1)
                  Expect.equal s (Array.zeroCreate n) "no drive"
                  Expect.equal logs [| -infinity |] $"N = {n}" ]
