module Interneuron.Core.Tests.BreakpointsTests

open System
open Expecto
open FsCheck
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Tests.Reference

let private read text =
    match Formula.parse [ "z"; "theta" ] text with
    | Ok e -> e
    | Error error -> failtest $"{text}: {error}"

let private at theta text =
    Breakpoints.at "z" (fun _ -> theta) (read text)

/// Formula, theta, and where it is not smooth: by hand.
let private places: (string * float * float list) list =
    [ "z^2 + cosh(z)", 1.0, []
      "abs(z)", 1.0, [ 0.0 ]
      "max(z - theta, 0)", 1.5, [ 1.5 ]
      "max(abs(z) - theta, 0)", 1.5, [ -1.5; 0.0; 1.5 ]
      "step(2*z - theta) + abs(theta - 2*z)", 1.0, [ 0.5 ]
      "max(z^2 - theta, 0)", 4.0, [ -2.0; 2.0 ]
      "max(z^2 + theta, 0)", 4.0, []
      "min((z - theta)^2, (z + theta)^2)", 1.0, [ 0.0 ]
      "if(exp(z) < theta, 0, z)", 2.0, [ log 2.0 ]
      "sign(tanh(z) - theta)", 0.5, [ 0.5 * log 3.0 ]
      "abs(z^2 - 3*z + 2)", 1.0, [ 1.0; 2.0 ]
      "abs(theta*z)^1.5", 2.0, [ 0.0 ]
      "sqrt(log(cosh(z)))", 1.0, [ 0.0 ]
      // The roots of z^3 - 3z + 1 are 2 cos(2 pi/9), 2 cos(4 pi/9) and 2 cos(8 pi/9); no formula is found for them.
      "abs(z^3 - 3*z + theta)", 1.0, [ for k in [ 4.0; 2.0; 1.0 ] -> 2.0 * cos (2.0 * Math.PI * k / 9.0) ] ]

/// Formula, theta, and its jumps: place and height.
let private jumps =
    [ "abs(z)", 2.0, []
      "theta*sign(z)", 2.0, [ 0.0, 4.0 ]
      "z*step(z - theta)", 2.0, [ 2.0, 2.0 ]
      "z*step(theta - z)", 2.0, [ 2.0, -2.0 ]
      "sign(theta*z)", -2.0, [ 0.0, -2.0 ]
      "sign(z^3)", 1.0, [ 0.0, 2.0 ]
      "step(abs(z) - theta)", 1.0, [ -1.0, -1.0; 1.0, 1.0 ]
      "if(z < theta, z^2/2, z^2/2 + 3*z)", 2.0, [ 2.0, 6.0 ]
      "if(abs(z) < theta, z^2/2, theta*abs(z) - theta^2/2)", 2.0, []
      "sign(z^2 - theta)*z", 4.0, [ -2.0, 4.0; 2.0, 4.0 ] ]

/// Piecewise formulas with steps of several kinds at several places.
let private stepped: Gen<string> =
    let number = Gen.elements [ "-1.5"; "-0.5"; "0"; "0.25"; "1"; "2" ]

    let piece =
        Gen.elements
            [ "sign(z - A)*B"
              "step(A - z)*z"
              "step(2*z - A)*(z + B)"
              "abs(z - A)*B"
              "max(z, A)*B"
              "if(z < A, B*z, z^2)"
              "sign(abs(z) - A)"
              "B*z^3" ]

    Gen.listOfLength
        3
        (Gen.map3 (fun (p: string) (a: string) (b: string) -> p.Replace("A", $"({a})").Replace("B", $"({b})")) piece number number)
    |> Gen.map (String.concat " + ")

[<Tests>]
let tests =
    testList
        "Breakpoints"
        [ testCase "are where the formula is not smooth" (fun () ->
              for text, theta, expected in places do
                  let found = at theta text
                  Expect.equal found.Length expected.Length $"{text}: {found}"
                  Seq.iter2 (fun a b -> Check.near 1e-12 1e-12 a b text) found expected)

          testCase "have jumps of known height" (fun () ->
              for text, theta, expected in jumps do
                  match Breakpoints.jumps "z" (read text) with
                  | None -> failtest $"{text}: no formula for its jumps"
                  | Some found ->
                      let value = Expr.interpret Floats.operations (fun _ -> theta)

                      let found =
                          [ for place, height in found do
                                if value height <> 0.0 && not (Double.IsNaN(value height)) then
                                    value place, value height ]
                          |> List.sort

                      Expect.equal found.Length expected.Length $"{text}: {found}"

                      List.iter2
                          (fun (p, h) (place, height) ->
                              Check.near 1e-14 1e-14 p place text
                              Check.near 1e-14 1e-14 h height text)
                          found
                          expected)

          Check.law "the jumps of a formula are all the changes of its values" 200 stepped (fun text ->
              let e = read text

              let value z =
                  Expr.interpret Floats.operations (fun name -> if name = "z" then z else nan) e

              let heights =
                  Breakpoints.jumps "z" e
                  |> Option.get
                  |> List.map (fun (place, height) ->
                      Expr.interpret Floats.operations (fun _ -> nan) place, Expr.interpret Floats.operations (fun _ -> nan) height)

              for place in at nan text do
                  let change = value (place + 1e-7) - value (place - 1e-7)

                  let known =
                      heights |> List.sumBy (fun (p, h) -> if abs (p - place) < 1e-9 then h else 0.0)

                  Check.near 1e-5 1e-5 change known $"{text} at {place}")

          Check.law "limits are the values beside" 200 stepped (fun text ->
              let e = read text
              let breaks = at nan text

              let value z =
                  Expr.interpret Floats.operations (fun name -> if name = "z" then z else nan) e

              for place in breaks do
                  let struct (below, above) = Breakpoints.limits "z" (fun _ -> nan) breaks e place
                  Check.near 1e-5 1e-5 below (value (place - 1e-7)) $"{text} below {place}"
                  Check.near 1e-5 1e-5 above (value (place + 1e-7)) $"{text} above {place}") ]
