namespace Interneuron.Derivation.Models

open System
open FParsec
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models.Phrases
open Interneuron.Derivation.Models.PopulationStatement
open Interneuron.Derivation.Models.ParameterStatement
open Interneuron.Derivation.Models.VariableStatement

/// The statements of a model's text but for its formulas: what is declared, and how each is written.
module internal Declarations =
    /// The rate at the end of an average, if there is one, and where the formula before it stops.
    let averageRate (text: string) (s: Statement) : int * float option =
        match text.LastIndexOf(',', s.Stop - 1, s.Stop - s.Start) with
        | comma when
            comma > 0
            && text.Substring(comma + 1, s.Stop - comma - 1).TrimStart().StartsWith "rate"
            ->
            comma, Some(Syntax.run (spaces >>. rateOf .>> eof) text (comma + 1) s.Stop)
        | _ -> s.Stop, None

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

    let powerMixture = ofPotential "F" Potentials.powerMixture

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

    /// The names of the objectives that a statement can choose.
    let objectives = [ "transport"; "value" ]

    let objective (text: string) (s: Statement) =
        match prose text s with
        | "transport" -> Transport
        | "value" -> Value
        | "loss" -> Reading.fail s.Start "a loss is given by its formula" "write loss ... in a statement of its own"
        | other -> Reading.fail s.Start $"unknown objective '{other}'" (Spelling.suggestion objectives other)

/// What a model's text declares, each with where.
type internal Declared =
    { Sizes: Sizes
      Inputs: (int * Input) list
      Variables: (int * Variable) list
      Parameters: (int * Learned) list
      Averages: (int * Learned) list
      Constants: ((int * string) * float) list
      Scope: IndexedText.Scope }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Declared =
    open Declarations

    let private sizes text statements (populations: (Population * int option) list) : Sizes =
        let stated = single text "size" (rest size text) statements

        match stated with
        | Some(s, _) when populations |> List.forall (snd >> Option.isSome) ->
            Reading.fail s.At "N and K are the sizes of the circuit's populations" "declared populations have theirs in their statement"
        | _ ->
            let n, k = stated |> Option.map snd |> Option.defaultValue (2, 3)

            [ for population, own in populations ->
                  population,
                  match own with
                  | Some size -> size
                  | None when population = Population.primary -> n
                  | None -> k ]

    let private rates text (parameters: (int * Learned * int option) list) statements =
        let rates = all "rate" (rest rate text) statements |> List.map snd
        unique text (fun key -> $"the rate of '{key}'") (List.map fst rates)

        for (at, name), _ in rates do
            match parameters |> List.tryFind (fun (_, p, _) -> p.Name = name) with
            | None ->
                let known = [ for _, p, _ in parameters -> p.Name ]
                Reading.fail at $"there is no parameter '{name}' to have a rate" (Spelling.suggestion known name)
            | Some(_, _, Some _) -> Reading.fail at $"the rate of '{name}' is given where it is declared" "keep one"
            | Some _ -> ()

        [ for at, p, _ in parameters ->
              at,
              rates
              |> List.tryPick (fun ((_, name), value) -> if name = p.Name then Some { p with Rate = value } else None)
              |> Option.defaultValue p ]

    /// Averages are of formulas, which see everything else.
    let private averages text populations statements =
        all
            "average"
            (fun s ->
                let stop, rate = averageRate text s

                let ((at, name), letters), start =
                    Syntax.run (upTo (named .>>. site .>> (phrase "of" ()))) text s.Start stop

                let site =
                    [ for place, letter in letters -> IndexedText.index populations place letter ]

                at,
                { Model.parameter name site with
                    Rate = defaultArg rate (Model.defaultRate site)
                    Start = All 0.0 },
                (start, stop))
            statements
        |> List.map snd

    /// What the statements declare.
    let read (text: string) (statements: Statement list) : Declared =
        let known = populations text statements
        let populations = List.map fst known

        let declared word reader =
            all word (rest reader text) statements |> List.map snd

        let inputs, variables =
            declared "input" (input populations), declared "variable" (variable populations)

        // The circuit's own, where neither is declared.
        let inputs, variables =
            if
                inputs.IsEmpty
                && variables.IsEmpty
                && List.contains Population.primary populations
            then
                [ -1, Model.stimulus ], [ -1, Model.response ]
            else
                inputs, variables

        let parameters =
            rates text (declared "parameter" (parameter populations)) statements

        let averages = averages text populations statements
        let constants = declared "constant" constants |> List.concat

        let names =
            [ for at, input in inputs -> at, input.Name
              for at, variable in variables -> at, variable.Name
              for at, p in parameters -> at, p.Name
              for at, m, _ in averages -> at, m.Name ]

        for (at, name), _ in constants do
            if
                names |> List.exists (fun (place, other) -> place < 0 && other = name)
                || List.contains name [ "z"; "n" ]
            then
                Reading.fail at $"'{name}' is the name of an activity" "a constant has another name"

        [ for at, name in names do
              if at >= 0 then
                  at, name ]
        @ List.map fst constants
        |> List.sortBy fst
        |> unique text (fun key -> $"'{key}'")

        let functions = all "potential" (potential text) statements |> List.map snd
        unique text (fun key -> $"the potential '{key}'") [ for at, f in functions -> at, f.Name ]

        let scope: IndexedText.Scope =
            { Populations = populations
              Sites =
                Map
                    [ "leak", []
                      for (_, name), _ in constants do
                          name, []
                      for _, m, _ in averages do
                          m.Name, List.map _.Over m.Site
                      for _, p in parameters do
                          p.Name, List.map _.Over p.Site
                      for _, input in inputs do
                          input.Name, [ input.Index.Over ]
                      for _, variable in variables do
                          variable.Name, [ variable.Index.Over ] ]
              Inputs = Set.ofList [ for _, input in inputs -> input.Name ]
              Functions =
                Map
                    [ powerMixture.Name, powerMixture
                      for _, f in functions do
                          f.Name, f ]
              HasAverages = false }

        { Sizes = sizes text statements known
          Inputs = inputs
          Variables = variables
          Parameters = parameters
          Averages =
            [ for at, m, (start, stop) in averages ->
                  at,
                  { m with
                      Role = Follows(IndexedText.read scope m.Site text start stop) } ]
          Constants = constants
          Scope = scope }
