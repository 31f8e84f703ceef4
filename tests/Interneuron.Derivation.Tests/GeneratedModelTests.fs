// One long file: a generator of whole models, whose parts know of one another, and one test.
module Interneuron.Derivation.Tests.GeneratedModelTests

open System
open System.IO
open System.Text
open Expecto
open Interneuron.Core.Tests
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks
open Interneuron.Tests
open Interneuron.Tests.Fuzz

// Model texts by a grammar: valid ones, ones with a few letters changed, ones that grow as fast as their length allows, and words without
// order. Each is read, printed, read again, and its rules are derived, judged and compared: refused in one line, or done, within bounds of
// time and memory.

let private parameters =
    [ "g", "i"
      "h", "i"
      "theta", "i"
      "W", "a,i"
      "U", "a,i"
      "M", "a,b"
      "V", "a,b"
      "L", "i,j"
      "d", "a"
      "mu", "" ]

type private Letters =
    { Primary: string list
      Interneurons: string list }

let private primary = [ "a"; "b"; "c"; "d"; "a_1"; "a_2"; "a_17" ]
let private interneurons = [ "i"; "j"; "k"; "l"; "i_1"; "i_2"; "i_9" ]

/// Of tame numbers or of wild ones, such as 0 below the line, whose rounding depends on the order in which a function's formula has them.
type private Generator(random: Random, isTame: bool) =
    let pick (choices: 'T list) = choices[random.Next choices.Length]

    let number () =
        pick (
            [ "1"; "2"; "0.5"; "3"; "0.25" ]
            @ if isTame then
                  []
              else
                  [ "0"; "1e-3"; "2.5e10"; "1/3"; "pi"; "0.1"; "1e308" ]
        )

    /// A name at indices that are summed over; a number where there are none.
    let symbol (scope: Letters) =
        let name, site = pick ([ "r", "a"; "r", "a"; "s", "a" ] @ parameters)

        let letters =
            [ for letter in site.Split(',', StringSplitOptions.RemoveEmptyEntries) ->
                  if List.contains letter [ "a"; "b" ] then
                      scope.Primary
                  else
                      scope.Interneurons ]

        if letters |> List.exists List.isEmpty then
            number ()
        elif letters.IsEmpty then
            name
        else
            name + "[" + String.Join(",", letters |> List.map pick) + "]"

    member _.Pick(choices: 'T list) = pick choices

    member this.Formula(scope: Letters, depth: int) : string =
        let part () = this.Formula(scope, depth - 1)

        if depth <= 0 then
            if random.Next 4 = 0 then number () else symbol scope
        else
            match random.Next 14 with
            | 0
            | 1 -> $"{part ()} + {part ()}"
            | 2 -> $"{part ()} - ({part ()})"
            | 3
            | 4 -> $"({part ()})*({part ()})"
            | 5
            | 6
            | 7 ->
                let letter = pick (primary @ interneurons)

                let inner =
                    if List.contains letter primary then
                        { scope with
                            Primary = letter :: scope.Primary }
                    else
                        { scope with
                            Interneurons = letter :: scope.Interneurons }

                $"sum({letter}, {this.Formula(inner, depth - 1)})"
            | 8 ->
                let power =
                    pick (
                        [ "2"; "3"; "0.5"; "-1"; "8" ]
                        @ if isTame then [] else [ "9"; "62"; "1e308"; "mu" ]
                    )

                $"({part ()})^{power}"
            | 9 ->
                let f = pick [ "tanh"; "log"; "exp"; "abs"; "sqrt"; "cosh"; "sign"; "step"; "erfc" ]
                $"{f}({part ()})"
            | 10 ->
                let f = pick [ "max"; "min"; "F"; "G"; "pow" ]
                $"{f}({part ()}, {part ()})"
            | 11 -> $"if({part ()} < {part ()}, {part ()}, {part ()})"
            | 12 -> $"-{part ()}"
            | _ -> $"({part ()})/({part ()})"

    member private this.Closed(depth: int) =
        this.Formula({ Primary = []; Interneurons = [] }, depth)

    member this.Model(depth: int) : string =
        let text = StringBuilder()
        let line (s: string) = text.Append(s).Append('\n') |> ignore

        // What may stand in any order, and may be left out.
        let odd = [ "1e400"; "-1"; "nan"; "1e-320"; "0"; "inf" ]

        let value usual =
            if random.Next 8 = 0 then pick odd else usual

        for statement in
            [ "title Gains, $x_1$ & <y> # no comment"
              "cite\tA. Author, \u201cJournal\u201d; 1 (2024)"
              "population r (primary) ; population z (interneuron)"
              "rate g " + value "2e-3" + " ; rate W " + value "0"
              "constant leak = " + value "0.1" + ", nu = " + value "2"
              "target "
              + pick
                  [ "laplace"
                    "uniform"
                    "Gaussian"
                    "generalised-gaussian:1.5"
                    "generalised-gaussian:1e9"
                    "cauchy" ]
              "size N = " + value "2" + ", K = " + value "3"
              "size N = 3, K = 1"
              "potential H = "
              + pick [ "log-cosh"; "threshold-linear"; "saturating-threshold"; "monomial"; "none" ]
              "# a comment; energy 1"
              "potential F(theta, z) = z^2" ] do
            if random.Next 6 = 0 then
                line statement

        for name, site in parameters do
            let at = if site = "" then "" else $"[{site}]"

            let held =
                pick [ ""; " >= 0"; " in [0.5, 2]"; (if site = "a,i" then " unit columns" else "") ]

            line $"parameter {name}{at}{held}"

        line "potential F(theta, z) = log(cosh(theta*z))"

        let inner =
            pick
                [ "max(abs(z) - t, 0)"
                  "z^2/2 - t*abs(z)"
                  "if(z < t, z^2, z^3)"
                  "t*z^4"
                  "abs(z)^t" ]

        line $"potential G(t, z) = {inner}"

        // Every parameter is in the energy.
        line "energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + sum(i, h[i]*G(1, sum(a, U[a,i]*r[a])))"
        line "    + sum(a, sum(b, r[a]*M[a,b]*r[b])) + sum(a, r[a]*d[a])^2 + mu*sum(a, sum(b, V[a,b]*r[a]))^2 - sum(a, s[a]*r[a])"
        line $"    + sum(i, sum(j, L[i,j]*sum(a, W[a,i]*r[a])*sum(b, U[b,j]*r[b]))) + {this.Closed depth}"

        if random.Next 2 = 0 then
            line $"cost {this.Closed depth}"

        if random.Next 3 = 0 then
            line $"loss {this.Closed depth}"

        if random.Next 2 = 0 then
            line
                $"published g[i] = {this.Formula(
                                        { Primary = []
                                          Interneurons = [ 'i'.ToString() ] },
                                        depth
                                    )}"

        if random.Next 2 = 0 then
            let body =
                this.Formula(
                    { Primary = [ "a" ]
                      Interneurons = [ "i" ] },
                    depth
                )

            line $"published W[a,i] = z[i]*r[a] - g[i]*target({body})"

        text.ToString()

    /// Texts that grow as fast as their length allows.
    member this.Growing() : string =
        let times n (separator: string) (piece: int -> string) =
            String.Join(separator, [ for k in 1..n -> piece k ])

        let n = pick [ 3; 8; 20; 60; 150 ]
        let letters = List.replicate 40 (primary @ interneurons) |> List.concat
        let open' = times n "" (fun k -> $"sum({letters[k]}, ")
        let close = String.replicate n ")"

        let body =
            match random.Next 10 with
            | 0 -> times n "*" (fun k -> $"({number ()} + {symbol { Primary = []; Interneurons = [] }} + r_{k % 3})")
            | 1 -> open' + "W[a,i]*r[a]*r[b]*M[a,b]*L[i,j]" + close
            | 2 -> times n "*" (fun _ -> "sum(a, r[a] + s[a])")
            | 3 -> times n "*" (fun _ -> "(mu + sum(i, g[i]) + sum(a, d[a]*r[a]) + sum(a, s[a]))")
            | 4 ->
                // A chain or a ring of synapses.
                let chain = [ for k in 0..n -> $"a_{k + 1}" ]
                let ring = random.Next 2 = 0
                let factors = [ for x, y in List.pairwise chain -> $"M[{x},{y}]*V[{x},{y}]" ]

                let last =
                    if ring then
                        [ $"M[{List.last chain},{chain.Head}]" ]
                    else
                        []

                String.Join("", [ for x in chain -> $"sum({x}, " ])
                + String.Join("*", factors @ last)
                + String.replicate chain.Length ")"
            | 5 -> String.replicate n "tanh(sum(a, r[a]*" + "mu" + String.replicate n "))"
            | 6 ->
                String.replicate n "tanh(sum(a, sum(b, M[a,b]*r[b]*"
                + "mu"
                + String.replicate n ")))"
            | 7 -> times n "" (fun _ -> "(1 + sum(a, r[a])*") + "1" + String.replicate n ")" + "^8"
            | 8 ->
                // All corners joined to all.
                let corners = [ for k in 1 .. min n 12 -> $"a_{k}" ]

                String.Join("", [ for x in corners -> $"sum({x}, " ])
                + String.Join(
                    "*",
                    [ for x in corners do
                          for y in corners do
                              if x < y then
                                  $"M[{x},{y}]*M[{y},{x}]" ]
                )
                + String.replicate corners.Length ")"
            | _ ->
                times n "+" (fun k ->
                    let z1, z2 = $"sum(a, W[a,i]*r[a]^{k})", $"sum(b, U[b,i]*r[b])"
                    $"sum(i, ({z1} + {z2})^4)")

        this.Model 1 + $"cost {body}\npublished g[i] = z[i]*({body})\n"

    member _.Garbage() : string =
        let words =
            [ "energy"
              "sum"
              "("
              ")"
              "["
              "]"
              ","
              "a"
              "i"
              "r"
              "W"
              "*"
              "+"
              "^"
              "/"
              "-"
              "<"
              "1e5"
              "\n"
              ";"
              "#"
              "target"
              "é"
              "\u0000"
              "\t"
              "if"
              "=" ]

        String.Join(" ", [ for _ in 1 .. random.Next 200 -> pick words ])

    member _.Mutated(text: string) : string =
        let letters = StringBuilder(text)

        for _ in 0 .. random.Next 4 do
            let at = random.Next letters.Length

            match random.Next 3 with
            | 0 -> letters.Remove(at, 1) |> ignore
            | 1 ->
                letters.Insert(at, pick [ '('; ')'; '['; '*'; 'a'; '9'; '\n'; ','; '^'; '='; 'z' ])
                |> ignore
            | _ -> letters[at] <- pick [ 'a'; 'i'; 'r'; '('; ')'; '-'; '+'; '.'; '#'; ';'; 'ø' ]

        letters.ToString()

let private write (random: Random) (path: string) =
    let isTame = random.Next 2 = 0
    let generator = Generator(random, isTame)

    let text, isTame =
        match random.Next 14 with
        | 0 -> generator.Garbage(), false
        | 10
        | 11
        | 12
        | 13 ->
            // What the library says, with words and signs put in each other's place.
            let text = ModelLibrary.tryText (generator.Pick ModelLibrary.names) |> Option.get
            let words = Text.RegularExpressions.Regex.Split(text, @"(\w+|\s+|[^\w\s])")

            for _ in 0 .. random.Next 4 do
                let at, other = random.Next words.Length, random.Next words.Length

                match random.Next 4 with
                | 0 -> words[at] <- ""
                | 1 -> words[at] <- words[other]
                | 2 -> words[at] <- words[at] + words[other]
                | _ ->
                    words[at] <-
                        generator.Pick
                            [ ">= 0"
                              "in [0, 1]"
                              "simplex"
                              ", maximises"
                              ", ascends"
                              " symmetric"
                              " positive definite"
                              " orthonormal columns"
                              " rows sum to 1"
                              ", initial identity"
                              ", tau 2"
                              "previous(x[a])"
                              "objective value\n"
                              "objective transport\n"
                              "\naverage m[k] of y[k]^2, rate 1e-3\n"
                              "\nvariable v[k]\n"
                              "\ninput w[a]\n"
                              "^3"
                              "sum(k, " ]

            String.Concat words, false
        | 1
        | 2 -> generator.Mutated(generator.Model 3), false
        | 3
        | 4
        | 5 -> generator.Growing(), isTame
        | _ -> generator.Model(generator.Pick [ 2; 3; 4; 5 ]), isTame

    File.WriteAllText(path, (if isTame then "# tame\n" else "") + text)

/// What becomes of a text: nothing but a refusal in one line may stop it.
let private attempt (path: string) : string =
    let text = File.ReadAllText path

    match ModelText.parse text with
    | Error e ->
        Expect.isFalse ((string e).Contains '\n') $"one line: {e}"
        "refused"
    | Ok model ->
        // What is printed is read; of tame numbers, what was read of it is printed and read as the same. The longest are read once, as by a
        // verb.
        let again (m: Model) =
            let printed = ModelText.print m

            match ModelText.parse printed with
            | Ok model -> model
            | Error e -> failtest $"what is printed is refused: {e}\n{printed}"

        if text.Length < 2_000 then
            let once = again model

            if text.StartsWith("# tame", StringComparison.Ordinal) then
                Expect.isTrue (again once = once) $"what is printed reads back\n{ModelText.print once}\n{ModelText.print (again once)}"

        try
            let d = Derivation.derive model

            for rule in d.Rules do
                IndexedPrint.latex rule.Online |> ignore
                IndexedPrint.unicode rule.Cost |> ignore

            Published.check d |> ignore
            Ridge.tryOf d |> ignore
            WellPosed.require d model.Sizes |> ignore
            "derived"
        with :? Refusal as e ->
            Expect.isFalse (e.Message.Contains '\n') $"one line: {e.Message}"
            "ill-posed"

[<Tests>]
let tests = Fuzz.test "models" Growth 150 write attempt
