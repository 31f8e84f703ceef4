/// Formulas and parameters made by a grammar, valid, nearly valid and not at all: whatever they are, they are read and judged, or refused
/// in one line.
module Interneuron.Derivation.Tests.FormulaFuzzTests

open System
open System.IO
open System.Text
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Checks
open Interneuron.Tests
open Interneuron.Tests.Fuzz

let private functions =
    [| for row in Primitives.all -> row.Name, row.Arity |]
    |> Array.append [| "sqrt", 1; "sinh", 1; "pow", 2; "polygamma1", 1; "polygamma7", 1 |]

let private numbers = [| "0"; "1"; "2"; "3"; "0.5"; "1.5"; "4"; "pi" |]

let private oddNumbers =
    [| "62"
       "1e308"
       "1e-308"
       "1e400"
       "1000000"
       ".5"
       "5."
       "Infinity"
       "NaN"
       "2x"
       "1e"
       "1..2"
       "999999999999" |]

/// A formula of z, theta and numbers, of at most some layers.
let rec private formula (random: Random) (out: StringBuilder) (depth: int) : unit =
    let put (text: string) = out.Append text |> ignore
    let inner () = formula random out (depth - 1)

    let between (left: string) (middle: string) (right: string) =
        put left
        inner ()
        put middle
        inner ()
        put right

    if depth <= 0 then
        match random.Next 8 with
        | 0 -> put "theta"
        | 1 -> put numbers[random.Next numbers.Length]
        | 2 when random.Next 4 = 0 -> put oddNumbers[random.Next oddNumbers.Length]
        | _ -> put "z"
    else
        match random.Next 12 with
        | 0
        | 1 -> between "" " + " ""
        | 2 -> between "(" " - " ")"
        | 3
        | 4 -> between "(" ")*(" ")"
        | 5 -> between "(" ")/(" ")"
        | 6 -> between "(" ")^" ""
        | 7 ->
            put "-"
            inner ()
        | 8 ->
            put "if("
            inner ()
            between " < " ", " ", "
            inner ()
            put ")"
        | 9 ->
            // One part many times over: what a product or a power of it grows to.
            put "("
            inner ()
            put $")^{random.Next 70}"
        | _ ->
            let name, arity = functions[random.Next functions.Length]
            put name
            put "("

            for i in 1..arity do
                inner ()

                if i < arity then
                    put ", "

            put ")"

let private noise =
    "()[]+-*/^<>,._ \t\nz0e1\u0000\u001b\u00e9\u221e\U0001F600;:=\"'"

/// Characters taken out, put in, doubled or changed.
let private damaged (random: Random) (text: string) =
    let out = StringBuilder text

    for _ in 0 .. random.Next 4 do
        let at = random.Next(out.Length + 1)

        match random.Next 3 with
        | 0 when at < out.Length -> out.Remove(at, min (1 + random.Next 3) (out.Length - at)) |> ignore
        | 1 -> out.Insert(at, noise[random.Next noise.Length]) |> ignore
        | _ ->
            let part =
                out.ToString(min at (out.Length / 2), min 30 (out.Length - min at (out.Length / 2)))

            out.Insert(at, part) |> ignore

    out.ToString()

/// Few things many times: what a parser may recurse on.
let private repeated (random: Random) =
    let pick (xs: string array) = xs[random.Next xs.Length]

    let unit =
        pick
            [| "("
               "z+"
               "z*"
               "z^"
               "-"
               "exp("
               "z/"
               "e"
               "1e+"
               "max(z,"
               "if(z<"
               "["
               "z."
               "(z+1)*"
               "abs(z)+"
               "log(cosh(z))*"
               "2^" |]

    let text = String.replicate (1 + random.Next(9_900 / unit.Length)) unit
    if random.Next 2 = 0 then text + "z" else text

let private input (random: Random) =
    let text () =
        let out = StringBuilder()
        formula random out (1 + random.Next 6)

        if out.Length > 10_000 then
            out.ToString(0, 10_000)
        else
            out.ToString()

    match random.Next 10 with
    | 0 -> repeated random
    | 1
    | 2
    | 3 -> damaged random (text ())
    | 4 -> String(Array.init (random.Next 60) (fun _ -> noise[random.Next noise.Length]))
    | _ -> text ()

/// Parameters, one a line: mostly theta alone, where the formula has it.
let private parameters (random: Random) (formula: string) =
    let bound () =
        pick
            random
            [ "0"
              "0.5"
              "1"
              "2"
              "-3"
              "1e308"
              "-1e308"
              "inf"
              "-inf"
              "1e-320"
              "nan"
              "1e999"
              "two" ]

    let interval () =
        if random.Next 3 = 0 then
            $"[{bound ()}, {bound ()}]"
        else
            pick random [ "[0.5, 2]"; "[0, inf]"; "(0, 1]"; "[1e-300, 1e300]"; "[1, 1.0000000001]" ]

    let one () =
        let name =
            pick random [ "theta"; "theta"; "theta"; "z"; "beta"; "exp"; "pi"; "\u03b8" ]

        let start =
            pick random [ ""; ""; " from 1"; $" from {bound ()}"; $" from {interval ()}" ]

        let text = $"{name} in {interval ()}{start}"
        if random.Next 6 = 0 then damaged random text else text

    match random.Next 12 with
    | 0 -> [ one (); one () ]
    | 1
    | 2 -> [ one () ]
    | _ when formula.Contains "theta" -> [ "theta in [0.5, 2]" ]
    | _ -> []

let private write (random: Random) (path: string) =
    let formula = (input random).ReplaceLineEndings " "
    File.WriteAllLines(path, formula :: parameters random formula, Encoding.UTF8)

/// The circuit of a potential, derived and certified as `derive` does by default.
let private certified (text: string) =
    let model =
        $"potential F(theta, z) = {text}\nparameter g[i] >= 0 ; theta[i] in [0.5, 2] ; W[a,i] unit columns\nsize N = 2, K = 3\n\
        energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) - sum(a, s[a]*r[a])"

    match ModelText.parse model with
    | Error _ -> ()
    | Ok model ->
        let d = Derivation.derive model
        WellPosed.require d (Sizes.circuit 2 3) |> ignore
        Certificate.check d 27 1 |> ignore

/// Everything that is done with a potential's text before anything is learned: what it came to.
let private attempt (path: string) : string =
    let lines = File.ReadAllLines path |> List.ofArray

    match PotentialText.parse lines.Head lines.Tail with
    | Error error ->
        Expect.isFalse (error.Message.Contains '\n') "one line"
        "refused"
    | Ok potential ->
        Potential.growth potential |> ignore
        Breakpoints.at "z" (fun _ -> 1.3) potential.Activation |> ignore

        let judgement =
            Convex.judgePotential potential (Some("g", Interval.between 0.0 infinity)) 0.1

        Print.latex potential.Formula |> ignore

        match judgement with
        | Proved _ ->
            let start =
                [ for p in potential.Parameters -> 0.5 * (fst p.Initial + snd p.Initial) ]

            // Between bounds: where a softplus has underflowed, step of it is anything from 0.5 to 1, and says nothing.
            let numbers = Map [ for p, x in List.zip potential.Parameters start -> p.Name, x ]

            let value z =
                potential.Formula
                |> Bounds.ofFormula (fun name -> Interval.point (if name = "z" then z else numbers[name]))

            for x, y in [ -3.0, 1.0; -1.0, 2.5; 0.2, 0.9; -0.1, 0.1; 5.0, 9.0 ] do
                let a, b, c = (value x).Upper, (value (0.5 * (x + y))).Lower, (value y).Upper

                // Two ends that are finite may have a sum that is not.
                if Double.IsFinite(a + c) then
                    Expect.isTrue (0.5 * (a + c) - b >= -1e-9 * (abs a + abs b + abs c)) $"{lines.Head} is not convex"

            "proved"
        | Refuted _ -> "refuted"
        | Undecided _ -> "undecided"

[<Tests>]
let tests =
    testList
        "Formulas"
        [ Fuzz.test "potentials" Growth 300 write attempt
          testCase "a potential that is proved convex is certified or refused within seconds" (fun () ->
              let mostSeconds = 20.0

              for seed in 1..150 do
                  let text = (input (Random seed)).ReplaceLineEndings " "

                  match PotentialText.parse text [ "theta in [0.5, 2]" ] with
                  | Error _ -> ()
                  | Ok potential ->
                      match Convex.judgePotential potential (Some("g", Interval.between 0.0 infinity)) 0.1 with
                      | Proved _ ->
                          let before = Diagnostics.Process.GetCurrentProcess().TotalProcessorTime

                          try
                              certified text
                          with :? Refusal ->
                              ()

                          // The process's time: other tests run beside this one, so that the bound is ten times what it takes alone.
                          let took = Diagnostics.Process.GetCurrentProcess().TotalProcessorTime - before
                          Expect.isLessThan took.TotalSeconds mostSeconds $"seed {seed}: {text}"
                      | Refuted _
                      | Undecided _ -> ()) ]
