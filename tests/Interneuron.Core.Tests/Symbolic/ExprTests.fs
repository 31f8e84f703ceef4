module Interneuron.Core.Tests.ExprTests

open System
open System.Runtime.CompilerServices
open Expecto
open FsCheck.FSharp
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Tests.Reference

let private x = Expr.var "x"
let private y = Expr.var "y"
let private z = Expr.var "z"

let private same (a: Expr) (b: Expr) =
    Expect.isTrue (obj.ReferenceEquals(a, b)) $"{Print.text a} and {Print.text b} are one object"

let private bounded (point: Map<string, float>) name = Bounded.exact point[name]

let private valued =
    Gen.map2 (fun tree (a, b) -> tree, a, b) Tree.any (Gen.two Tree.point)

let private shuffled (seed: int) (items: 'T list) =
    List.randomShuffleWith (Random seed) items

[<MethodImpl(MethodImplOptions.NoInlining)>]
let private forgotten () =
    WeakReference(Expr.var "a name of no other formula" * x + 1.0)

[<Tests>]
let tests =
    testList
        "Expr"
        [ Check.law "the normal form has the value of the formula as written" 2000 valued (fun (tree, a, b) ->
              let formula = Tree.formula id tree

              for point in [ a; b ] do
                  let written = Tree.interpret Bounded.operations (bounded point) tree
                  let normal = Expr.interpret Bounded.operations (bounded point) formula
                  // Outside the domain of the formula as written, where it overflows or divides by 0, the normal form may know better.
                  if not (Bounded.agree written normal) then
                      failtest $"{Print.text formula} is {normal}, not {written}")
          testCase "most of those random formulas are inside their domain" (fun () ->
              let inside =
                  Gen.sampleWithSize 4 400 valued
                  |> Array.filter (fun (tree, a, _) -> Tree.interpret Bounded.operations (bounded a) tree |> Bounded.isInside)
              // About three in five are; at 100 of 400 the chance is below 1e-40.
              Expect.isGreaterThan inside.Length 100 "the law above is not vacuous")
          Check.law "a formula is one object in whatever order its operands came" 1000 Tree.exact (fun tree ->
              let formula = Tree.formula id tree

              for seed in 1..3 do
                  same (Tree.formula (shuffled seed) tree) formula)
          Check.law "sums are one object however they are bracketed" 500 (Gen.listOfLength 4 Tree.exact) (fun trees ->
              match List.map (Tree.formula id) trees with
              | [ a; b; c; d ] ->
                  let flat = Expr.sum [ a; b; c; d ]
                  List.iter (same flat) [ ((a + b) + c) + d; a + (b + (c + d)); (d + b) + (a + c); (c + d) + (b + a) ]
              | _ -> failtest "four")
          testCase "a formula is one object on whatever thread it is made" (fun () ->
              let trees = Gen.sampleWithSize 4 200 Tree.exact

              let rows =
                  Array.Parallel.init 8 (fun i -> trees |> Array.map (Tree.formula (shuffled i)))

              for row in rows do
                  Array.iter2 same row rows[0])
          testCase "formulas that nobody holds are not kept" (fun () ->
              let reference = forgotten ()
              GC.Collect()
              GC.WaitForPendingFinalizers()
              GC.Collect()
              Expect.isFalse reference.IsAlive "the table of formulas holds them weakly")
          Check.law "printing depends on the formula alone" 300 Tree.exact (fun tree ->
              Expect.equal (Print.text (Tree.formula (shuffled 7) tree)) (Print.text (Tree.formula id tree)) "text")
          testCase "sums of short decimals are exact decimals" (fun () ->
              same (Expr.constant 2.32 - 1.0) (Expr.constant 1.32)
              same (x ** 2.32 / x) (x ** 2.32 / x)
              same (Expr.sum [ Expr.constant 0.1; Expr.constant 0.2 ]) (Expr.constant 0.3)
              same (0.1 * x + 0.2 * x) (0.3 * x)
              same (abs x ** 2.32 / abs x) (abs x ** 1.32))
          testCase "terms and factors are collected" (fun () ->
              same (x + x) (2.0 * x)
              same (x * y + y * x) (2.0 * (x * y))
              same (x - x) (Expr.constant 0.0)
              same (x * x) (x ** 2.0)
              same (x / x) (Expr.constant 1.0)
              same ((2.0 * x) ** 2.0) (4.0 * x ** 2.0)
              same (2.0 * (x + y)) (2.0 * x + 2.0 * y)
              same (Expr.sum []) (Expr.constant 0.0)
              same (Expr.product []) (Expr.constant 1.0))
          testCase "powers are merged only where both sides exist on the same domain" (fun () ->
              same ((x ** 2.0) ** 3.0) (x ** 6.0)
              same (abs x ** y * abs x) (abs x ** (y + 1.0))
              same ((abs x ** y) ** z) (abs x ** (y * z))
              same (abs x ** 2.0) (x ** 2.0)
              Expect.isFalse ((x ** 2.0) ** 0.5 = x) "sqrt(x^2) is |x|"
              Expect.isFalse ((x ** 0.5) ** 2.0 = x) "sqrt(x)^2 is not defined below 0"
              Expect.isFalse (x ** 0.5 * x ** 0.5 = x) "nor is sqrt(x) sqrt(x)")
          testCase "a squared sign times a magnitude is the magnitude" (fun () ->
              same (Expr.sign x ** 2.0 * abs x ** y) (abs x ** y)
              same (Expr.sign x ** 3.0) (Expr.sign x)
              same (Expr.step x * Expr.max x (Expr.constant 0.0)) (Expr.max x (Expr.constant 0.0)))
          testCase "which at x = 0 and exponent 0 is the limit and not the product as written" (fun () ->
              let valueOf name = if name = "x" then 0.0 else 0.0
              let written = Expr.sign x ** 2.0
              Expect.equal (Expr.interpret Floats.operations valueOf written * Math.Pow(0.0, 0.0)) 0.0 "sign(0)^2 0^0, as written"
              Expect.equal (Expr.interpret Floats.operations valueOf (written * abs x ** y)) 1.0 "its limit 0^0")
          testCase "functions of special arguments are simplified" (fun () ->
              same (log (exp x)) x
              same (abs (-x)) (abs x)
              same (abs (abs x)) (abs x)
              same (abs (x ** 2.0)) (x ** 2.0)
              same (abs (-2.0 * x)) (2.0 * abs x)
              same (Expr.sign (-3.0 * x)) (-(Expr.sign x))
              same (Expr.max x x) x
              same (Expr.max x y) (Expr.max y x)
              same (Expr.ifLess x y z z) z
              same (Expr.ifLess (Expr.constant 1.0) (Expr.constant 2.0) x y) x
              Expect.equal (Print.text (log (cosh x))) "logcosh(x)" "log cosh in a form that does not overflow"
              Expect.equal (Print.text (log (1.0 + exp x))) "softplus(x)" "log(1 + exp x) too")
          testCase "constants fold where the result is finite, and there is one zero" (fun () ->
              same (exp (Expr.constant 0.0)) (Expr.constant 1.0)
              same (Expr.constant -0.0) (Expr.constant 0.0)
              let unfolded = log (Expr.constant 0.0)
              Expect.equal (Expr.interpret Floats.operations (fun _ -> nan) unfolded) -infinity "log 0 stays as it is written")
          Check.law "what is known not to be negative is not" 1000 valued (fun (tree, a, b) ->
              let formula = Tree.formula id tree

              if Expr.isNonNegative formula then
                  for point in [ a; b ] do
                      let value = Expr.interpret Bounded.operations (bounded point) formula
                      Expect.isFalse (value.Value < -value.Error) $"{Print.text formula} is {value}")
          Check.law "the order of formulas is total" 500 (Gen.three Tree.any) (fun (a, b, c) ->
              let f = Tree.formula id
              let a, b, c = f a, f b, f c
              Expect.equal (sign (Expr.compare a b)) -(sign (Expr.compare b a)) "antisymmetric"
              Expect.equal (Expr.compare a b = 0) (a = b) "0 exactly for equal formulas"

              if Expr.compare a b <= 0 && Expr.compare b c <= 0 then
                  Expect.isLessThanOrEqual (Expr.compare a c) 0 "transitive")
          testCase "a shared part is visited once" (fun () ->
              let mutable visits = 0
              let shared = exp (x + y)
              let formula = shared * x + shared * y + tanh shared

              let count: int =
                  formula
                  |> Expr.fold (fun _ parts ->
                      visits <- visits + 1
                      1 + List.sum parts)
              // exp, x + y, x, y, the two products, tanh and the sum.
              Expect.equal visits 8 "nodes"
              Expect.isGreaterThan count visits "as a tree it is larger")
          Check.law "rebuilding over the same children is the identity" 300 Tree.any (fun tree ->
              let formula = Tree.formula id tree
              same (Expr.fold (fun node _ -> Expr.rebuild node (Expr.children node)) formula) formula)
          testCase "variables come in alphabetical order" (fun () ->
              Expect.equal (Expr.variables (z * x + exp y + x)) [ "x"; "y"; "z" ] "each once")
          testCase "substitution replaces each variable that has a replacement" (fun () ->
              let formula = x ** 2.0 + y * x
              same (formula |> Expr.substitute (fun v -> if v = "x" then Some(y + 1.0) else None)) ((y + 1.0) ** 2.0 + y * (y + 1.0)))
          testCase "several formulas are read at once" (fun () ->
              let values =
                  Expr.interpretAll Floats.operations (fun _ -> 2.0) [ x + y; x * y; x ** y ]

              Expect.equal values [ 4.0; 4.0; 4.0 ] "in order")
          testCase "rebuilding with a wrong number of children is refused" (fun () ->
              Check.refused [ "expected 2 children, found 1" ] (fun () -> Expr.rebuild (x ** y) [ x ])
              Check.refused [ "min of 1 arguments, not 2" ] (fun () -> Expr.apply Primitives.min [ x ])) ]
