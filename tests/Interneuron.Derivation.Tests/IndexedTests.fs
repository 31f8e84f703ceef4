// One long file: every law is held by the same generator of formulas and the same evaluator, written out here.
module Interneuron.Derivation.Tests.IndexedTests

open System
open Expecto
open Interneuron.Core.Tests
open FsCheck.FSharp
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

let private a: Index =
    { Name = "a"
      Over = Population.primary }

let private b: Index =
    { Name = "b"
      Over = Population.primary }

let private i: Index =
    { Name = "i"
      Over = Population.interneurons }

let private j: Index =
    { Name = "j"
      Over = Population.interneurons }

let private r at = Symbol("r", [ at ])
let private g at = Symbol("g", [ at ])
let private w (at: Index) (k: Index) = Symbol("W", [ at; k ])
let private square = Indexed.formula (Expr.var "x" ** 2.0)

/// A formula as it was written, which shares nothing with the house's own: what forms are judged against.
type private Written =
    | Literal of float
    | Quantity of string * Index list
    | Same of Index * Index
    | Sum of Written list
    | Product of Written list
    | Over of Index * Written
    | Tanh of Written
    | Potential of Written * Written

let private potential =
    Function.define "F" [ "theta"; "z" ] (Expr.var "theta" * log (cosh (Expr.var "z")))

let rec private build e =
    match e with
    | Literal c -> Number c
    | Quantity(name, at) -> Symbol(name, at)
    | Same(x, y) -> Delta(x, y)
    | Sum parts -> Plus(List.map build parts)
    | Product parts -> Times(List.map build parts)
    | Over(x, body) -> Total(x, build body)
    | Tanh x -> Indexed.formula (tanh (Expr.var "x")) [ "x", build x ]
    | Potential(x, y) -> Call(potential, [ build x; build y ])

/// Populations of definite sizes, with numbers that tell places apart.
type private Circuit = { N: int; K: int; Seed: int }

let private sizeOf (c: Circuit) population =
    if population = Population.primary then c.N else c.K

let private valueOf (c: Circuit) (name: string) (places: int list) =
    let seed = List.fold (fun h p -> 7 * h + p + 1) (c.Seed + Seq.sumBy int name) places

    sin (float seed) + 1.5

let private place (c: Circuit) (index: Index) =
    (index.Name.Length + int index.Name[0]) % sizeOf c index.Over

let private evaluateAt (given: Map<Index, int>) (c: Circuit) (e: Written) =
    let rec read (env: Map<Index, int>) e =
        let at x =
            env.TryFind x |> Option.defaultWith (fun () -> place c x)

        match e with
        | Literal x -> x
        | Quantity(name, indices) -> valueOf c name (List.map at indices)
        | Same(x, y) -> if at x = at y then 1.0 else 0.0
        | Sum parts -> List.sumBy (read env) parts
        | Product parts -> parts |> List.map (read env) |> List.fold (*) 1.0
        | Over(x, body) -> List.sumBy (fun n -> read (env.Add(x, n)) body) [ 0 .. sizeOf c x.Over - 1 ]
        | Tanh x -> tanh (read env x)
        | Potential(x, y) -> read env x * log (cosh (read env y))

    read given e

let private evaluate = evaluateAt Map.empty

/// Places of two indices, the same and others.
let private places = [ 0, 0; 0, 1; 2, 1 ]

let private valueIn (c: Circuit) (e: Indexed) =
    Indexed.interpret Floats.operations (sizeOf c) (valueOf c) (place c) e

let private circuits = [ { N = 4; K = 3; Seed = 1 }; { N = 3; K = 4; Seed = 20 } ]

let rec private freeIn e =
    match e with
    | Literal _ -> Set.empty
    | Quantity(_, at) -> Set.ofList at
    | Same(x, y) -> set [ x; y ]
    | Sum parts
    | Product parts -> parts |> List.map freeIn |> Set.unionMany
    | Over(x, body) -> Set.remove x (freeIn body)
    | Tanh x -> freeIn x
    | Potential(x, y) -> freeIn x + freeIn y

let rec private renamed (from: Index) (into: Index) e =
    let one x = if x = from then into else x

    match e with
    | Literal _ -> e
    | Quantity(name, at) -> Quantity(name, List.map one at)
    | Same(x, y) -> Same(one x, one y)
    | Sum parts -> Sum(List.map (renamed from into) parts)
    | Product parts -> Product(List.map (renamed from into) parts)
    | Over(x, body) -> if x = from then e else Over(x, renamed from into body)
    | Tanh x -> Tanh(renamed from into x)
    | Potential(x, y) -> Potential(renamed from into x, renamed from into y)

/// The same formula with sums under other letters, in another order and nested otherwise.
let private disguised (random: Random) (e: Written) =
    let mutable letters = 0

    let fresh (like: Index) =
        letters <- letters + 1
        Index.all like.Over |> Seq.item (10 + (letters * 37 + random.Next 5) % 60)

    let shuffled parts =
        parts |> List.sortBy (fun _ -> random.Next())

    let rec visit e =
        match e with
        | Literal _
        | Quantity _ -> e
        | Same(x, y) -> if random.Next 2 = 0 then Same(y, x) else e
        | Sum parts -> shuffled (List.map visit parts) |> Sum
        | Product parts ->
            let parts = shuffled (List.map visit parts)

            // A sum may take in the other factors.
            match parts |> List.tryFindIndex _.IsOver with
            | Some n when random.Next 2 = 0 ->
                match parts[n] with
                | Over(x, body) ->
                    let other = fresh x
                    Over(other, Product(shuffled (renamed x other body :: List.removeAt n parts)))
                | part -> part
            | _ -> Product parts
        | Over(x, Over(y, body)) when x <> y && random.Next 2 = 0 -> visit (Over(y, Over(x, body)))
        | Over(x, Sum parts) when random.Next 2 = 0 -> visit (Sum [ for part in parts -> Over(x, part) ])
        | Over(x, body) ->
            let other = fresh x
            Over(other, visit (renamed x other body))
        | Tanh x -> Tanh(visit x)
        | Potential(x, y) -> Potential(visit x, visit y)

    visit e

/// Formulas with free indices a and i.
let private written (withFunctions: bool) =
    let indices = [ a; b; i; j ]

    let rec sized depth : FsCheck.Gen<Written> =
        let leaf =
            Gen.elements
                [ Literal 2.0
                  Literal -0.1
                  Literal(1.0 / 3.0)
                  Quantity("r", [ a ])
                  Quantity("r", [ b ])
                  Quantity("g", [ i ])
                  Quantity("g", [ j ])
                  Quantity("W", [ a; i ])
                  Quantity("W", [ b; i ])
                  Quantity("W", [ a; j ])
                  Quantity("W", [ b; j ])
                  Quantity("M", [ a; b ])
                  Quantity("M", [ b; a ])
                  Quantity("M", [ b; b ])
                  Same(a, b)
                  Same(i, j)
                  Quantity("leak", []) ]

        if depth = 0 then
            leaf
        else
            let part = sized (depth - 1)
            let over = Gen.map2 (fun x body -> Over(x, body)) (Gen.elements indices) part
            let product = Gen.map2 (fun x y -> Product [ x; y ]) part part
            let sum = Gen.map2 (fun x y -> Sum [ x; y ]) part part

            Gen.oneof
                [ leaf
                  sum
                  product
                  product
                  over
                  over
                  if withFunctions then
                      Gen.map Tanh part
                      Gen.map2 (fun x y -> Potential(x, y)) part part ]

    sized 4

let private seeds = Gen.choose (0, 1_000_000)

/// Every index summed over.
let private closed e =
    freeIn e |> Set.fold (fun body x -> Over(x, body)) e

/// As the loss of a model that declares every symbol.
let private readBack (text: string) =
    let model =
        "parameter g[i]; W[a,i]; M[a,b]\npotential F(theta, z) = theta*log(cosh(z))\n"
        + "energy sum(i, g[i]*sum(a, W[a,i]*r[a])^2) + sum(a, sum(b, r[a]*M[a,b]*r[b])) + leak*sum(a, r[a]^2) - sum(a, s[a]*r[a])\n"
        + $"loss {text}"

    match ModelText.parse model with
    | Ok model -> model.Loss.Value
    | Error e -> failtest $"{e}\n{text}"

/// A sum over one letter for each corner, of two factors for each edge, which do not tell its ends apart.
let private undirected (edges: (int * int) list) (order: int list) =
    let corners = Index.all Population.primary |> Seq.take order.Length |> List.ofSeq
    let corner n = corners[order[n]]

    (Product
        [ for x, y in edges do
              Quantity("M", [ corner x; corner y ])
              Quantity("M", [ corner y; corner x ]) ],
     corners)
    ||> List.fold (fun body x -> Over(x, body))

[<Tests>]
let tests =
    testList
        "Indexed"
        [ Check.law "a form has the value of the formula as written" 300 (written true) (fun e ->
              for c in circuits do
                  // Sums of at most 4^4 products that each round once a factor.
                  Check.near 1e-10 1e-10 (valueIn c (build e)) (evaluate c e) (IndexedPrint.text (build e)))

          Check.law "names of sums, order and nesting do not matter, and e - e is 0" 400 (Gen.zip (written true) seeds) (fun (e, seed) ->
              let other = disguised (Random seed) e
              let one, two = build e, build other
              Expect.equal two one $"{IndexedPrint.text one} and {IndexedPrint.text two}"
              Expect.equal (one - two) (Number 0.0) "difference"
              Expect.equal (hash two) (hash one) "hash")

          Check.law "forms that differ have other values" 400 (Gen.zip (written false) (written false)) (fun (e, f) ->
              // Equal in every circuit only where equal as formulas: polynomials of generic numbers.
              let same =
                  List.allPairs circuits (List.allPairs places places)
                  |> List.forall (fun (c, ((x, y), (k, l))) ->
                      let at = Map [ a, x; b, y; i, k; j, l ]
                      let x, y = evaluateAt at c e, evaluateAt at c f
                      abs (x - y) <= 1e-9 * (1.0 + abs x))

              Expect.equal (build e = build f) same $"{IndexedPrint.text (build e)} and {IndexedPrint.text (build f)}")

          Check.law "what is printed reads back as the same" 200 (written true) (fun e ->
              let one = build (closed e)
              Expect.equal (readBack (IndexedPrint.text one)) one (IndexedPrint.text one))

          Check.law "no letter is summed over twice in a term of what is printed" 200 (written true) (fun e ->
              let one = build (closed e)

              for term in Indexed.addends one do
                  // Powers write their base once.
                  let letters =
                      Text.RegularExpressions.Regex.Matches(IndexedPrint.text term, @"sum\((\w+),")
                      |> Seq.map _.Groups[1].Value
                      |> List.ofSeq

                  Expect.equal (List.distinct letters) letters (IndexedPrint.text term))

          Check.law "a derivative is the slope of the value" 200 (written true) (fun e ->
              let form = build e
              let slope = Indexed.diff "g" [ i ] form

              for c in circuits do
                  let moved h =
                      Indexed.interpret
                          Floats.operations
                          (sizeOf c)
                          (fun name at -> valueOf c name at + (if name = "g" && at = [ place c i ] then h else 0.0))
                          (place c)
                          form

                  let h = 1e-5
                  let difference = (moved h - moved -h) / (2.0 * h)
                  let scale = 1.0 + abs (moved 0.0)
                  // Truncation h^2 times a third derivative, and rounding of values over h.
                  Check.near 1e-4 (1e-5 * scale) (valueIn c slope) difference (IndexedPrint.text form))

          testCase "the double sum that gave two forms gives one, in any thread and however often" (fun () ->
              let product =
                  Over(i, Over(j, Over(a, Product [ Quantity("W", [ a; i ]); Quantity("W", [ a; j ]) ])))

              let forms =
                  Array.Parallel.init 400 (fun n -> build (disguised (Random n) product) |> IndexedPrint.text)

              Expect.equal (Array.distinct forms) [| IndexedPrint.text (build product) |] "text"

              let one =
                  Over(i, Over(j, Product [ Quantity("g", [ i ]); Quantity("h", [ j ]); Quantity("L", [ i; j ]) ]))

              let two =
                  Over(j, Over(i, Product [ Quantity("h", [ j ]); Quantity("L", [ i; j ]); Quantity("g", [ i ]) ]))

              Expect.equal (build one) (build two) "g L h"

              let transposed =
                  Over(i, Over(j, Product [ Quantity("g", [ i ]); Quantity("h", [ j ]); Quantity("L", [ j; i ]) ]))

              Expect.notEqual (build one) (build transposed) "g L^T h")

          testCase "numbers add up the same in any order" (fun () ->
              let x = Symbol("leak", [])
              let parts = [ 0.1; 0.2; 0.3; -0.6; 1e16; 1.0; -1e16 ] |> List.map (fun c -> c * x)
              Expect.equal (Plus parts) x "once"
              Expect.equal (List.reduce (+) (List.rev parts)) x "one by one"
              Expect.equal (x / 3.0 + x / 3.0 + x / 3.0) x "thirds"
              Expect.equal (IndexedPrint.text (x / 3.0)) "1/3*leak" "a third")

          testCase "sums whose indices only the whole tells apart: a cube, in every of 200 orders; two triangles are no hexagon" (fun () ->
              let cube =
                  [ for x in 0..7 do
                        for bit in [ 1; 2; 4 ] do
                            if x &&& bit = 0 then
                                x, x + bit ]

              let random = Random 3
              let orders = [ for _ in 1..200 -> [ 0..7 ] |> List.sortBy (fun _ -> random.Next()) ]
              Expect.equal (orders |> List.map (undirected cube >> build) |> List.distinct |> List.length) 1 "cube"

              // Both have six corners of two edges each: colours alone do not tell them apart once a hub touches every corner.
              let hub edges = edges @ [ for x in 0..5 -> x, 6 ]

              let hexagon = hub [ 0, 1; 1, 2; 2, 3; 3, 4; 4, 5; 5, 0 ]
              let triangles = hub [ 0, 1; 1, 2; 2, 0; 3, 4; 4, 5; 5, 3 ]
              let orders = [ for _ in 1..50 -> [ 0..6 ] |> List.sortBy (fun _ -> random.Next()) ]

              let forms edges =
                  orders |> List.map (undirected edges >> build) |> List.distinct

              Expect.equal (forms hexagon).Length 1 "hexagon"
              Expect.equal (forms triangles).Length 1 "triangles"
              Expect.notEqual (forms hexagon) (forms triangles) "apart")

          testCase "more sums than letters: the letters go on" (fun () ->
              let chain n =
                  let indices = Index.all Population.interneurons |> Seq.take n |> List.ofSeq

                  (Product [ for x, y in List.pairwise indices -> Quantity("L", [ x; y ]) ], indices)
                  ||> List.fold (fun body x -> Over(x, body))
                  |> build

              Expect.stringContains (IndexedPrint.text (chain 20)) "sum(i_1, " "numbers"
              Expect.stringContains (IndexedPrint.unicode (chain 20)) "Σ_i₁" "Unicode"
              Expect.stringContains (IndexedPrint.latex (chain 20)) @"\sum_{i_{1}}" "LaTeX"
              let z = Total(a, w a i * r a)
              Expect.equal (IndexedPrint.unicode (Times(List.replicate 12 z))) "(Σ_a W_ai r_a)¹²" "exponent")

          testCase "a product of many sums is refused in one line, before it is made" (fun () ->
              let sum n =
                  Plus [ for k in 0..9 -> Symbol($"p{n}_{k}", []) ]

              match
                  (try
                      Ok(Times [ for n in 1..12 -> sum n ])
                   with :? FormulaGrowthException as e ->
                       Error e.Message)
              with
              | Ok _ -> failtest "10^12 terms"
              | Error message -> Expect.stringContains message "too large" message)

          testCase "a sum over a delta is a substitution" (fun () ->
              Expect.equal (Total(j, Times [ Delta(i, j); g j; w a j ])) (Times [ g i; w a i ]) "contracted"
              Expect.equal (Delta(i, j) * g i) (Delta(j, i) * g j) "of two that agree it does not matter which")

          testCase "a symbol put in a sum's place is not caught by its index" (fun () ->
              let e = Total(b, Times [ w b i; r a ])
              Expect.equal (Indexed.rename a b e) (Total(a, w a i) * r b) "renamed")

          testCase "factors that do not depend on the index leave the sum" (fun () ->
              Expect.equal (IndexedPrint.text (Total(a, Times [ g i; w a i; r a ]))) "g[i]*sum(a, W[a,i]*r[a])" "outside")

          testCase "an average over the target is linear, and what is averaged already leaves it" (fun () ->
              let f = Call(potential, [ g i; r a ])
              Expect.equal (Average(2.0 * f + Number 3.0)) (2.0 * Average f + Number 3.0) "linear"
              Expect.equal (Average(Average f * r a)) (Average f * Average(r a)) "twice"
              Expect.equal (IndexedPrint.text (Average f)) "target(F(g[i], r[a]))" "text"
              Expect.equal (Indexed.diff "g" [ i ] (Average f)) (Average(Indexed.diff "g" [ i ] f)) "derivative")

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
              Expect.equal (Indexed.diff "g" [ i ] energy) (Times [ z i; z i ]) "F")

          testCase "as mathematics: sums, indices, deltas, derivatives, averages" (fun () ->
              let z = Total(a, Times [ w a i; r a ])

              for formula, shown in
                  [ r a, "<msub><mi>r</mi><mi>a</mi></msub>"
                    z,
                    "<mrow><munder><mo>∑</mo><mi>a</mi></munder><mrow><msub><mi>W</mi><mrow><mi>a</mi><mi>i</mi></mrow></msub>\
                    <mo>\u2062</mo><msub><mi>r</mi><mi>a</mi></msub></mrow></mrow>"
                    r a - Number 0.5, "<mrow><msub><mi>r</mi><mi>a</mi></msub><mo>−</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></mrow>"
                    -(r a), "<mrow><mo>−</mo><msub><mi>r</mi><mi>a</mi></msub></mrow>"
                    Delta(a, b), "<msub><mi>δ</mi><mrow><mi>a</mi><mi>b</mi></mrow></msub>"
                    Average(Call(potential, [ g i; r a ])),
                    "<msub><mrow><mo>⟨</mo><mrow><mi>F</mi><mo>\u2061</mo><mrow><mo>(</mo><mrow><msub><mi>g</mi><mi>i</mi></msub>\
                    <mo>,</mo><msub><mi>r</mi><mi>a</mi></msub></mrow><mo>)</mo></mrow></mrow><mo>⟩</mo></mrow><mtext>target</mtext>\
                    </msub>" ] do
                  Expect.equal (IndexedPrint.mathml formula) shown (IndexedPrint.text formula))

          testCase "every rule of the library is well-formed mathematics" (fun () ->
              for name in ModelLibrary.names do
                  match ModelLibrary.tryText name |> Option.map ModelText.parse with
                  | Some(Ok model) ->
                      let derivation = Interneuron.Derivation.Rules.Derivation.derive model

                      for rule in derivation.Rules do
                          for formula in [ rule.Online; rule.Cost ] do
                              System.Xml.Linq.XElement.Parse(IndexedPrint.mathml formula) |> ignore
                  | _ -> failtest name) ]
