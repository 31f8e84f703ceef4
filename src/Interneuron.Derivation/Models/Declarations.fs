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

    /// A word that an attribute begins with.
    let phrase (words: string) (value: 'T) : Parser<'T, int> =
        words.Split ' '
        |> List.ofArray
        |> List.map (fun word -> attempt (skipString word .>> notFollowedBy letter) >>. spaces)
        |> List.reduce (>>.)
        >>% value
        <?> $"'{words}'"

    let private atLeast (whole: 'T) (between: float * float -> 'T) =
        Syntax.sign '>' >>. Syntax.sign '=' >>. Syntax.signedNumber
        |>> (fun bound -> if bound = 0.0 then whole else between (bound, infinity))
        <?> "'>= 0'"

    let private within (between: float * float -> 'T) =
        phrase "in" () >>. Syntax.interval |>> between <?> "'in [1, 3]'"

    /// Attributes after a name, separated by commas.
    let private attributes (examples: string) (one: Parser<'T, int>) : Parser<(int * 'T) list, int> =
        let placed = Syntax.here .>>. one

        (eof >>% [])
        <|> (opt (Syntax.sign ',') >>. sepBy1 placed (Syntax.sign ',') .>> eof)
        <?> examples

    /// What is said of a parameter.
    type private Attribute =
        | Held of Constraint
        | Moves of Role
        | Learns of float
        | Starts of Start

    let private rateOf =
        phrase "rate" () >>. (Syntax.here .>>. Syntax.signedNumber)
        |>> fun (at, value) ->
            if value < 0.0 then
                Reading.fail at $"the rate {value} is negative" "a rate is 0 or more"

            value

    let private start =
        let row =
            between (Syntax.sign '[') (Syntax.sign ']') (sepBy1 Syntax.signedNumber (Syntax.sign ','))

        let rows =
            between (Syntax.sign '[') (Syntax.sign ']') (sepBy1 row (Syntax.sign ','))
            |>> List.concat

        choice
            [ attempt (within Among)
              phrase "identity" Identity
              attempt rows <|> row |>> Table
              Syntax.signedNumber |>> All ]

    let private attribute: Parser<Attribute, int> =
        let sums words make =
            phrase words () >>. Syntax.signedNumber |>> (make >> Held)

        choice
            [ atLeast (Held NonNegative) (Between >> Held)
              Syntax.sign '<' >>. Syntax.sign '=' >>. Syntax.signedNumber
              |>> (fun bound ->
                  Held(
                      if bound = 0.0 then
                          NonPositive
                      else
                          Between(-infinity, bound)
                  ))
              attempt (phrase "initial" ()) >>. start |>> Starts
              attempt (within (Between >> Held))
              attempt (phrase "unit columns" (Held UnitColumns))
              phrase "unit rows" (Held UnitRows)
              sums "columns sum to" ColumnSums
              attempt (rateOf |>> Learns)
              sums "rows sum to" RowSums
              phrase "symmetric" (Held Symmetric)
              phrase "zero diagonal" (Held ZeroDiagonal)
              phrase "positive definite" (Held PositiveDefinite)
              phrase "orthonormal columns" (Held Orthonormal)
              phrase "descends" (Moves Descends)
              phrase "ascends" (Moves Ascends) ]

    let site =
        between (Syntax.sign '[') (Syntax.sign ']') (sepBy1 named (Syntax.sign ','))
        <|>% []

    let private siteOf (populations: Population list) letters =
        [ for place, letter in letters -> IndexedText.index populations place letter ]

    /// A parameter, with where it is declared and where its rate is, if it has one there.
    let parameter (populations: Population list) : Parser<int * Learned * int option, int> =
        pipe3
            named
            site
            (attributes "'>= 0', 'in [1, 3]', 'unit columns', 'symmetric', 'ascends' or another attribute" attribute)
            (fun (at, name) letters said ->
                let site = siteOf populations letters

                let several what choose =
                    match
                        said
                        |> List.choose (fun (place, a) -> choose a |> Option.map (fun v -> place, v))
                    with
                    | [] -> None
                    | [ one ] -> Some one
                    | _ :: (place, _) :: _ -> Reading.fail place $"{what} of '{name}' is given twice" "keep one"

                let constraints =
                    [ for place, a in said do
                          match a with
                          | Held constraint' ->
                              let isMatrix = site.Length = 2
                              let isSquare = isMatrix && site[0].Over = site[1].Over

                              match constraint' with
                              | UnitColumns
                              | UnitRows
                              | ColumnSums _
                              | RowSums _
                              | Orthonormal when not isMatrix ->
                                  Reading.fail at $"'{name}' has no columns" "unit columns are for synapses such as W[a,i]"
                              | Symmetric
                              | ZeroDiagonal
                              | PositiveDefinite when not isSquare ->
                                  Reading.fail
                                      place
                                      $"'{name}' is not square"
                                      "a parameter with two indices of one population, such as M[a,b], can be held so"
                              | _ -> constraint'
                          | Moves _
                          | Learns _
                          | Starts _ -> () ]

                let role =
                    several "the way" (function
                        | Moves role -> Some role
                        | _ -> None)

                let rate =
                    several "the rate" (function
                        | Learns rate -> Some rate
                        | _ -> None)

                let start =
                    several "the start" (function
                        | Starts start -> Some start
                        | _ -> None)

                match start with
                | Some(place, Identity) when site.Length <> 2 || site[0].Over <> site[1].Over ->
                    Reading.fail place $"'{name}' is not square" "the identity is a start for a parameter such as M[a,b]"
                | _ -> ()

                let parameter =
                    { Model.parameter name site with
                        Constraints = constraints
                        Role = role |> Option.map snd |> Option.defaultValue Descends
                        Rate = rate |> Option.map snd |> Option.defaultValue (Model.defaultRate site)
                        Start = start |> Option.map snd |> Option.defaultValue AtRandom }

                match start with
                | Some(place, Among(first, last)) ->
                    let lower, upper = parameter.Interval

                    if not (System.Double.IsFinite(last - first)) || first < lower || last > upper then
                        Reading.fail
                            place
                            $"'{name}' starts from {first} to {last}"
                            $"it has to start inside [{lower}, {upper}], at finite numbers"
                | _ -> ()

                at, parameter, Option.map fst rate)

    let private single' populations (at, name: string) letters =
        match siteOf populations letters with
        | [ index ] -> index
        | _ -> Reading.fail at $"'{name}' has {List.length letters} indices" $"it has one, such as {name}[a]"

    /// An input.
    let input (populations: Population list) : Parser<int * Input, int> =
        named .>>. site .>> eof
        |>> fun ((at, name), letters) ->
            at,
            { Name = name
              Index = single' populations (at, name) letters
              Previous = None }

    /// What is said of a variable.
    type private Way =
        | In of Domain
        | Settles of Settling
        | Tau of float
        | From of string

    /// A variable.
    let variable (populations: Population list) : Parser<int * Variable, int> =
        let way =
            choice
                [ atLeast (In Domain.NonNegative) (Domain.Between >> In)
                  within (Domain.Between >> In)
                  attempt (phrase "simplex" (In Domain.Simplex))
                  phrase "starts" () >>. (named |>> (snd >> From))
                  attempt (phrase "minimises" (Settles Minimises))
                  phrase "maximises" (Settles Maximises)
                  phrase "tau" () >>. (Syntax.here .>>. Syntax.signedNumber)
                  |>> fun (at, value) ->
                      if value <= 0.0 then
                          Reading.fail at $"the time constant {value} is not above 0" "it is a number such as 2"

                      Tau value ]

        pipe3 named site (attributes "'>= 0', 'in [0, 1]', 'simplex', 'maximises' or another attribute" way) (fun (at, name) letters said ->
            let last otherwise choose =
                match
                    said
                    |> List.choose (fun (place, w) -> choose w |> Option.map (fun v -> place, v))
                with
                | [] -> otherwise
                | [ _, one ] -> one
                | _ :: (place, _) :: _ -> Reading.fail place $"this is said of '{name}' twice" "keep one"

            at,
            { Name = name
              Index = single' populations (at, name) letters
              Domain =
                last Domain.Whole (function
                    | In domain -> Some domain
                    | _ -> None)
              Settling =
                last Minimises (function
                    | Settles way -> Some way
                    | _ -> None)
              TimeConstant =
                last 1.0 (function
                    | Tau tau -> Some tau
                    | _ -> None)
              StartsAt =
                last None (function
                    | From input -> Some(Some input)
                    | _ -> None) })

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
