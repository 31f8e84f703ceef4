namespace Interneuron.Derivation.Models

open FParsec
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models.Phrases

/// Populations as a model's text declares them.
module internal PopulationStatement =
    /// What a population statement declares: the primary neurons or the interneurons, or a population with letters and a size.
    let population =
        let known =
            between (Syntax.sign '(') (Syntax.sign ')') named
            |>> fun (kindAt, kind) (at, name) ->
                match name, kind with
                | "r", "primary" -> (at, name), (Population.primary, None)
                | "z", "interneuron" -> (at, name), (Population.interneurons, None)
                | _, "primary" ->
                    Reading.fail
                        at
                        $"the primary population is not '{name}'"
                        "its name is always r; one of your own is declared as population y a, b : 3"
                | _, "interneuron" ->
                    Reading.fail
                        at
                        $"the interneuron population is not '{name}'"
                        "its name is always z; one of your own is declared as population y k, l : 3"
                | _ -> Reading.fail kindAt $"there is no population of kind '{kind}'" "it is primary or interneuron"

        let declared =
            sepBy1 named (Syntax.sign ',') .>> Syntax.sign ':'
            .>>. (Syntax.here .>>. Syntax.number)
            |>> fun (letters, (sizeAt, size)) (at, name) ->
                for place, letter in letters do
                    if letter.Contains '_' then
                        Reading.fail
                            place
                            $"'{letter}' is not an index letter"
                            "it has no _: after its letters a population's indices have numbers, a_1"

                if size <> floor size || size < 1.0 || size > 1e6 then
                    Reading.fail sizeAt $"{size} is not a number of neurons" "it is a whole number from 1"

                let population: Population =
                    { Name = name
                      Letters = List.map snd letters }

                (at, name), (population, Some(letters, int size))

        named
        .>>. (known <|> declared
              <?> "'(primary)', '(interneuron)' or letters and a size, as in pixel a, b : 16")
        |>> fun (name, make) -> make name

    /// The populations, with the sizes of those that say it. The circuit's two where none is declared with letters of its own.
    let populations (text: string) (statements: Statement list) : (Population * int option) list =
        let declared = all "population" (rest population text) statements |> List.map snd
        unique text (fun key -> $"the population '{key}'") (List.map fst declared)

        declared
        |> List.collect (fun (_, (_, own)) -> own |> Option.map fst |> Option.defaultValue [])
        |> unique text (fun key -> $"the index letter '{key}'")

        for (at, _), (population, own) in declared do
            if own.IsSome then
                let taken =
                    [ for _, (other, theirs) in declared do
                          if theirs.IsNone then
                              yield! other.Letters ]

                match population.Letters |> List.tryFind (fun letter -> List.contains letter taken) with
                | Some letter -> Reading.fail at $"the index letter '{letter}' is one of the circuit's" "take another"
                | None -> ()

        if declared |> List.exists (fun (_, (_, own)) -> own.IsSome) then
            [ for _, (population, own) in declared -> population, Option.map snd own ]
        else
            [ Population.primary, None; Population.interneurons, None ]
