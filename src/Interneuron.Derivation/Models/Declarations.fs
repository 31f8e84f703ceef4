namespace Interneuron.Derivation.Models

open System
open FParsec
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas

/// The statements of a model's text but for its formulas: what is declared, and how each is written.
module internal Declarations =
    let private keyword (text: string) = skipString text >>. spaces

    /// Every statement of one word; `read` reads the rest of each.
    let all word (read: Statement -> 'T) (statements: Statement list) : (Statement * 'T) list =
        statements
        |> List.filter (fun s -> s.Word = word)
        |> List.map (fun s -> s, read s)

    let private lineOf text at = (Reading.position text at).Line

    /// Refuses the second of two that share a key.
    let unique (text: string) (what: string -> string) (items: (int * string) list) =
        (Map.empty, items)
        ||> List.fold (fun seen (at, key) ->
            match seen |> Map.tryFind key with
            | Some(first: int) -> Reading.fail at $"{what key} is given twice, first in line {lineOf text first}" "keep one"
            | None -> seen.Add(key, at))
        |> ignore

    /// The one statement of a word.
    let single text word read statements =
        let found = all word read statements
        unique text (fun key -> $"the {key}") [ for s, _ in found -> s.At, word ]
        found |> List.tryHead

    let named = Syntax.here .>>. Syntax.word "a name"

    let rest parser text (s: Statement) = Syntax.run parser text s.Start s.Stop

    /// A beginning, and the offset at which a formula follows it.
    let upTo (beginning: Parser<'T, int>) : Parser<'T * int, int> =
        beginning .>>. Syntax.here .>> skipManySatisfy (fun _ -> true)

    /// Free text, on one line.
    let prose (text: string) (s: Statement) =
        let lines =
            text.Substring(s.Start, s.Stop - s.Start).Split('\n', StringSplitOptions.TrimEntries)

        String.Join(' ', lines).Trim()

    let population =
        named .>>. between (Syntax.sign '(') (Syntax.sign ')') named
        |>> fun ((at, name), (kindAt, kind)) ->
            match name, kind with
            | "r", "primary"
            | "z", "interneuron" -> at, name
            | _, "primary" -> Reading.fail at $"the primary population is not '{name}'" "its name is always r"
            | _, "interneuron" -> Reading.fail at $"the interneuron population is not '{name}'" "its name is always z"
            | _ -> Reading.fail kindAt $"there is no population of kind '{kind}'" "it is primary or interneuron"

    let private constrained: Parser<Constraint, int> =
        let atLeast =
            Syntax.sign '>' >>. Syntax.sign '=' >>. Syntax.number
            |>> fun bound ->
                if bound = 0.0 then
                    NonNegative
                else
                    Between(bound, infinity)

        choice
            [ atLeast <?> "'>= 0'"
              keyword "in" >>. Syntax.interval |>> Between <?> "'in [1, 3]'"
              keyword "unit" >>. keyword "columns" >>% UnitColumns <?> "'unit columns'"
              eof >>% Free ]

    let site =
        between (Syntax.sign '[') (Syntax.sign ']') (sepBy1 named (Syntax.sign ','))
        <|>% []

    let parameter =
        pipe3 named site constrained (fun (at, name) letters held ->
            let site = [ for place, letter in letters -> IndexedText.index place letter ]

            if held = UnitColumns && List.map _.Over site <> [ Primary; Interneurons ] then
                Reading.fail at $"'{name}' has no columns" "unit columns are for synapses such as W[a,i]"

            at, name, site, held)

    let constants =
        sepBy1 (named .>> Syntax.sign '=' .>>. Syntax.signedNumber) (Syntax.sign ',')

    let rate =
        named .>>. (Syntax.here .>>. Syntax.signedNumber)
        |>> fun (name, (at, value)) ->
            if value < 0.0 then
                Reading.fail at $"the rate {value} is negative" "a rate is 0 or more"

            name, value

    let size =
        let count (letter: string) =
            keyword letter >>. Syntax.sign '=' >>. (Syntax.here .>>. Syntax.number)
            |>> fun (at, value) ->
                if value <> floor value || value < 1.0 || value > 1e6 then
                    Reading.fail at $"{letter} = {value} is not a number of neurons" "it is a whole number from 1"

                int value

        count "N" .>> Syntax.sign ',' .>>. count "K"

    let target text (s: Statement) =
        let name = prose text s

        let refuse what right =
            let at = s.Start + (text.Length - s.Start - text.AsSpan(s.Start).TrimStart().Length)
            Reading.fail (min at s.Stop) what right

        match Target.read name with
        | Result.Ok(Some target) -> target
        | Result.Ok None -> refuse $"unknown target '{name}'" (Spelling.suggestion Target.names name)
        | Result.Error wrong -> refuse wrong ""

    /// A potential as a function with a name in the model.
    let ofPotential (name: string) (p: Potential) : Function =
        Function.define name ([ for parameter in p.Parameters -> parameter.Name ] @ [ "z" ]) p.Formula

    let private powerMixture = ofPotential "F" Potentials.powerMixture

    let potential (text: string) (s: Statement) : int * Function =
        let arguments =
            between (Syntax.sign '(') (Syntax.sign ')') (sepBy1 named (Syntax.sign ','))

        let ((at, name), arguments), start =
            rest (upTo (named .>>. opt arguments .>> Syntax.sign '=')) text s

        if
            List.contains name [ "sum"; "delta"; "target" ]
            || (Formula.tryFunction name).IsSome
        then
            Reading.fail at $"'{name}' is a function already" "a potential has another name"

        match arguments with
        | Some arguments ->
            unique text (fun key -> $"the argument '{key}'") arguments
            let names = List.map snd arguments

            at, Function.define name names (Formula.read names text start s.Stop)
        | None ->
            let other = text.Substring(start, s.Stop - start).Trim()

            match Potentials.tryFind other with
            | Some p -> at, ofPotential name p
            | None ->
                let known = [ for p in Potentials.all -> p.Name ]

                Reading.fail
                    start
                    $"unknown potential '{other}'"
                    $"{Spelling.suggestion known other} A formula needs its arguments: {name}(theta, z) = ..."

    /// Parameters and constants with their positions, and the scope formulas are read in.
    let declarations (text: string) (statements: Statement list) =
        let populations = all "population" (rest population text) statements
        unique text (fun key -> $"the population '{key}'") (List.map snd populations)
        let parameters = all "parameter" (rest parameter text) statements |> List.map snd
        let constants = all "constant" (rest constants text) statements |> List.collect snd

        [ for at, name, _, _ in parameters -> at, name ] @ List.map fst constants
        |> List.sortBy fst
        |> unique text (fun key -> $"'{key}'")

        for (at, name), _ in constants do
            if List.contains name [ "r"; "s"; "z"; "n" ] then
                Reading.fail at $"'{name}' is the name of an activity" "a constant has another name"

        let functions = all "potential" (potential text) statements |> List.map snd
        unique text (fun key -> $"the potential '{key}'") [ for at, f in functions -> at, f.Name ]

        let scope: IndexedText.Scope =
            { Sites =
                Map
                    [ "leak", []
                      for (_, name), _ in constants do
                          name, []
                      for _, name, site, _ in parameters do
                          name, List.map _.Over site
                      "r", [ Primary ]
                      "s", [ Primary ] ]
              Functions =
                Map
                    [ powerMixture.Name, powerMixture
                      for _, f in functions do
                          f.Name, f ]
              HasAverages = false }

        parameters, constants, scope
