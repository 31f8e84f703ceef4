module Interneuron.Core.Tests.IndexedTests

open Expecto
open FsCheck.FSharp
open Interneuron.Core

let private a: Index = { Name = "a"; Over = Primary }
let private b: Index = { Name = "b"; Over = Primary }
let private i: Index = { Name = "i"; Over = Interneurons }
let private j: Index = { Name = "j"; Over = Interneurons }

let private r at = Symbol("r", [ at ])
let private g at = Symbol("g", [ at ])
let private w (at: Index) (k: Index) = Symbol("W", [ at; k ])
let private square = Indexed.formula (Expr.var "x" ** 2.0)

let private size neurons =
    match neurons with
    | Primary -> 2
    | Interneurons -> 3

/// Numbers for the symbols that tell places apart.
let private value name (places: int list) =
    let seed = List.fold (fun h p -> 7 * h + p + 1) (hash (name: string) % 100) places
    sin (float seed) + 1.5

let private place (index: Index) =
    match index.Name with
    | "a"
    | "i" -> 1
    | _ -> 0

let private read e =
    Indexed.interpret Floats.operations size value place e

/// Formulas with free indices a and i, sums and deltas included.
let private formulas =
    let rec sized depth : FsCheck.Gen<Indexed> =
        let leaf =
            Gen.elements
                [ Number 2.0
                  Number -0.5
                  r a
                  r b
                  g i
                  g j
                  w a i
                  w b i
                  w a j
                  Delta(a, b)
                  Delta(i, j)
                  Symbol("leak", []) ]

        if depth = 0 then
            leaf
        else
            let part = sized (depth - 1)

            Gen.oneof
                [ leaf
                  Gen.map2 (fun x y -> Plus [ x; y ]) part part
                  Gen.map2 (fun x y -> Times [ x; y ]) part part
                  Gen.map (fun x -> Total(b, x)) part
                  Gen.map (fun x -> Total(j, x)) part
                  Gen.map (fun x -> Total(a, x)) part
                  Gen.map (fun x -> square [ "x", x ]) part
                  Gen.map (fun x -> Indexed.formula (tanh (Expr.var "x")) [ "x", x ]) part ]

    sized 4

[<Tests>]
let tests =
    testList
        "Indexed"
        [ Check.law "the normal form has the value of the formula as written" 300 formulas (fun e ->
              let given, normal = read e, read (Indexed.normal e)
              // Sums of at most 6^4 products that each round once a factor.
              Check.near 1e-10 1e-10 normal given (IndexedPrint.text e))

          Check.law "the normal form of a normal form is itself" 300 formulas (fun e ->
              let once = Indexed.normal e
              Expect.equal (Indexed.normal once) once "normal")

          Check.law "a derivative is the slope of the value" 200 formulas (fun e ->
              let slope = read (Indexed.diff "g" [ i ] e)

              let moved h =
                  Indexed.interpret
                      Floats.operations
                      size
                      (fun name at -> value name at + (if name = "g" && at = [ place i ] then h else 0.0))
                      place
                      e

              let h = 1e-5
              let difference = (moved h - moved -h) / (2.0 * h)
              // Truncation h^2 times a third derivative, and rounding of values up to 1e4 over h.
              Check.near 1e-4 1e-5 slope difference (IndexedPrint.text e))

          testCase "a sum over a delta is a substitution" (fun () ->
              Expect.equal
                  (Indexed.normal (Total(j, Times [ Delta(i, j); g j; w a j ])))
                  (Indexed.normal (Times [ g i; w a i ]))
                  "contracted")

          testCase "the letter of a sum does not matter" (fun () ->
              Expect.equal (Indexed.normal (Total(b, Times [ w b i; r b ]))) (Indexed.normal (Total(a, Times [ w a i; r a ]))) "alpha"

              Expect.equal
                  (Indexed.normal (Total(a, Times [ r a; Total(b, Times [ w b i; r b ]) ])))
                  (Indexed.normal (Total(b, Times [ r b; Total(a, Times [ w a i; r a ]) ])))
                  "nested")

          testCase "a symbol put in a sum's place is not caught by its index" (fun () ->
              let e = Total(b, Times [ w b i; r a ])
              Check.near 0.0 1e-12 (read (Indexed.rename a b e)) (value "r" [ 0 ] * (value "W" [ 0; 1 ] + value "W" [ 1; 1 ])) "renamed")

          testCase "factors that do not depend on the index leave the sum" (fun () ->
              Expect.equal (IndexedPrint.text (Total(a, Times [ g i; w a i; r a ]))) "g[i]*sum(a, W[a,i]*r[a])" "outside")

          testCase "in print a sum's letter is none of the free ones, and the square of a sum is not the sum of squares" (fun () ->
              let length = Total(a, Times [ w a i; w a i ])
              Expect.equal (IndexedPrint.text (Times [ w a i; length ])) "W[a,i]*sum(b, W[b,i]^2)" "letter"
              let z = Total(a, Times [ w a i; r a ])
              Expect.equal (IndexedPrint.unicode (Times [ z; z ])) "(Σ_a W_ai r_a)²" "square"
              Expect.equal (IndexedPrint.unicode length) "Σ_a W_ai²" "squares"
              Expect.equal (IndexedPrint.latex (Times [ z; z ])) @"{\left(\sum_{a} W_{ai} \, r_{a}\right)}^{2}" "LaTeX")

          testCase "dE/dg_i of the circuit's energy" (fun () ->
              let z at = Total(a, Times [ w a at; r a ])
              let energy = Total(i, Times [ g i; square [ "x", z i ] ])
              Expect.equal (Indexed.diff "g" [ i ] energy) (Indexed.normal (Times [ z i; z i ])) "F") ]
