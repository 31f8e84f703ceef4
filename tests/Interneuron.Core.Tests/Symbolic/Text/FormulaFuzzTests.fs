/// Formulas made by a grammar, valid, nearly valid and not at all: whatever they are, they are read, judged or refused, in a budget of time and memory.
/// FUZZ_SECONDS=1200 goes on for that long; without it, a few hundred.
module Interneuron.Core.Tests.FormulaFuzzTests

open System
open System.Diagnostics
open System.Text
open Expecto
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport

let private functions =
    [| for row in Primitives.all -> row.Name, row.Arity |]
    |> Array.append [| "sqrt", 1; "sinh", 1; "pow", 2; "polygamma1", 1; "polygamma7", 1 |]

let private numbers =
    [| "0"
       "1"
       "2"
       "3"
       "0.5"
       "1.5"
       "62"
       "1e308"
       "1e-308"
       "1e400"
       "1000000"
       ".5"
       "5."
       "pi"
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
        | 1
        | 2 -> put numbers[random.Next numbers.Length]
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

/// Everything that is done with a potential's text before anything is learned: what it came to.
let private tried (text: string) : string =
    match PotentialText.parse text [ "theta in [0.5, 2]" ] with
    | Error error ->
        Expect.isFalse ((string error).Contains '\n') $"one line for {text}"
        "refused"
    | Ok potential ->
        Potential.growth potential |> ignore
        Breakpoints.at "z" (fun _ -> 1.3) potential.Activation |> ignore

        let judgement =
            Convex.judgePotential potential (Some("g", Interval.between 0.0 infinity)) 0.1

        Print.latex potential.Formula |> ignore

        match judgement with
        | Proved _ ->
            let value z = Potential.value potential [ 1.3 ] z

            for x, y in [ -3.0, 1.0; -1.0, 2.5; 0.2, 0.9; -0.1, 0.1; 5.0, 9.0 ] do
                let a, b, c = value x, value (0.5 * (x + y)), value y

                if Double.IsFinite a && Double.IsFinite c then
                    Expect.isTrue (0.5 * (a + c) - b >= -1e-9 * (abs a + abs b + abs c)) $"{text} is not convex"

            "proved"
        | Refuted _ -> "refuted"
        | Undecided _ -> "undecided"

[<Tests>]
let tests =
    testCase "formulas of every kind are read, judged or refused within a budget" (fun () ->
        let seconds =
            match Double.TryParse(Environment.GetEnvironmentVariable "FUZZ_SECONDS") with
            | true, s -> Some s
            | _ -> None

        let clock = Stopwatch.StartNew()
        let seed = if seconds.IsSome then Environment.TickCount else 1
        let outcomes = Collections.Generic.Dictionary<string, int>()
        let mutable worst = 0.0, ""
        let mutable trial = 0

        let goesOn () =
            match seconds with
            | Some s -> clock.Elapsed.TotalSeconds < s
            | None -> trial < 300

        while goesOn () do
            let text = input (Random(seed + trial))
            trial <- trial + 1
            let before = GC.GetTotalMemory false
            let start = clock.Elapsed.TotalSeconds

            let outcome =
                try
                    tried text
                with
                | :? ArgumentException -> "refused"
                | :? AssertException -> reraise ()
                | error -> failtest $"seed {seed + trial - 1}: {error.GetType().Name} for {text}: {error}"

            let took = clock.Elapsed.TotalSeconds - start

            outcomes[outcome] <-
                match outcomes.TryGetValue outcome with
                | true, count -> count + 1
                | _ -> 1

            if took > fst worst then
                worst <- took, text
            // Generous, for machines that do other things.
            if took > 60.0 then
                failtest $"seed {seed + trial - 1}: {took} s for {text}"

            if GC.GetTotalMemory false - before > 500_000_000L then
                failtest $"seed {seed + trial - 1}: memory for {text}"

        if seconds.IsSome then
            let took, text = worst
            printfn "%d formulas, %A; the slowest took %.2f s: %s" trial [ for o in outcomes -> o.Key, o.Value ] took text)
