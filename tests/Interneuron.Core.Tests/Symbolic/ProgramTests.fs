module Interneuron.Core.Tests.ProgramTests

open Expecto
open Interneuron.Core.Symbolic

let private equation operation arguments =
    { Operation = operation
      Arguments = arguments }

let private program equations outputs =
    { Inputs = [ "z"; "c0" ]
      Equations = Array.ofList equations
      Outputs = outputs }

[<Tests>]
let tests =
    testList
        "Program"
        [ testCase "a good program passes the check unchanged" (fun () ->
              let good =
                  program
                      [ equation Op.Multiply [ Input 0; Input 1 ]
                        equation Op.Add [ Earlier 0; Literal 1.0 ] ]
                      [ Earlier 1; Input 0 ]

              Expect.equal (Program.check good) good "the same"
              Expect.equal (Program.run good [ 3.0; 4.0 ]) [ 13.0; 3.0 ] "and runs")
          testCase "the checker refuses what is not yet known, and wrong numbers of arguments" (fun () ->
              let refused parts equations outputs =
                  Check.refused parts (fun () -> Program.check (program equations outputs))

              refused [ "equation 0 (Add)"; "not yet known" ] [ equation Op.Add [ Earlier 0; Input 0 ] ] []
              refused [ "equation 0 (Exp)"; "not yet known" ] [ equation Op.Exp [ Earlier 1 ]; equation Op.Exp [ Input 0 ] ] []
              refused [ "equation 0 (Exp)"; "not yet known" ] [ equation Op.Exp [ Input 2 ] ] []
              refused [ "equation 0 (Exp)"; "not yet known" ] [ equation Op.Exp [ Earlier -1 ] ] []
              refused [ "equation 0 (Add) has 1 arguments, not 2" ] [ equation Op.Add [ Input 0 ] ] []

              refused
                  [ "equation 1 (IfLess) has 3 arguments, not 4" ]
                  [ equation Op.Abs [ Input 0 ]
                    equation Op.IfLess [ Input 0; Input 1; Earlier 0 ] ]
                  []

              refused [ "an output is not computed" ] [ equation Op.Abs [ Input 0 ] ] [ Earlier 1 ])
          testCase "every operation does what its name says" (fun () ->
              let run operation (arguments: float list) =
                  let inputs = arguments |> List.mapi (fun i _ -> $"x{i}")

                  let program =
                      { Inputs = inputs
                        Equations = [| equation operation (List.mapi (fun i _ -> Input i) arguments) |]
                        Outputs = [ Earlier 0 ] }

                  Program.run (Program.check program) arguments |> List.exactlyOne

              for operation, arguments, expected in
                  [ Op.Add, [ 2.0; 3.0 ], 5.0
                    Op.Subtract, [ 2.0; 3.0 ], -1.0
                    Op.Multiply, [ 2.0; 3.0 ], 6.0
                    Op.Divide, [ 3.0; 2.0 ], 1.5
                    Op.FusedMultiplyAdd, [ 2.0; 3.0; 4.0 ], 10.0
                    Op.CopySign, [ 2.0; -3.0 ], -2.0
                    Op.Sqrt, [ 9.0 ], 3.0
                    Op.Power, [ -2.0; 3.0 ], -8.0
                    Op.Exp, [ 0.0 ], 1.0
                    Op.Log, [ 0.0 ], -infinity
                    Op.LogFloored, [ 0.0 ], -1022.0 * log 2.0
                    Op.Abs, [ -2.0 ], 2.0
                    Op.Max, [ 2.0; 3.0 ], 3.0
                    Op.Min, [ 2.0; 3.0 ], 2.0
                    Op.Tanh, [ 0.5 ], tanh 0.5
                    Op.polygamma 1, [ 1.0 ], System.Math.PI ** 2.0 / 6.0
                    Op.IfLess, [ 1.0; 2.0; 3.0; 4.0 ], 3.0
                    Op.IfLess, [ 2.0; 2.0; 3.0; 4.0 ], 4.0 ] do
                  Check.near 1e-14 1e-15 (run operation arguments) expected $"{operation}")
          testCase "a program runs for many values of its first input as for each" (fun () ->
              let steps =
                  [ equation Op.Exp [ Input 0 ]
                    equation Op.FusedMultiplyAdd [ Earlier 0; Input 1; Literal 2.0 ]
                    equation Op.IfLess [ Input 0; Literal 0.0; Earlier 1; Input 1 ] ]

              let p = program steps [ Earlier 2; Literal 5.0; Input 1 ]
              let values = [| -1.0; 0.0; 2.5 |]
              let many = Program.runMany p values [ 0.7 ]

              values
              |> Array.iteri (fun i x -> Expect.equal [ for row in many -> row[i] ] (Program.run p [ x; 0.7 ]) $"at {x}"))

          testCase "formulas that are too many for one method compile to several" (fun () ->
              let x = Expr.var "x"
              let parts = [ for k in 1..1500 -> tanh (float k / 1500.0 * x) + x ]
              let formulas = [ for k in 0..1499 -> parts[k] * parts[(7 * k + 800) % 1500] ]
              let compiled = Scalar.compile [ "x" ] formulas
              let values = Array.zeroCreate 1500
              compiled.Invoke([| 0.7 |], values)

              let expected =
                  formulas |> List.map (Expr.interpret Floats.operations (fun _ -> 0.7))

              for value, expected in Seq.zip values expected do
                  Check.near 1e-14 0.0 value expected "as interpreted") ]
