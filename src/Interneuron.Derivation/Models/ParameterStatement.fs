namespace Interneuron.Derivation.Models

open FParsec
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models.Phrases

/// Parameters as a model's text declares them.
module internal ParameterStatement =
    /// What is said of a parameter.
    type private Attribute =
        | Held of Constraint
        | Moves of Role
        | Learns of float
        | Starts of Start

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
              phrase "ascends" (Moves Ascends)
              phrase "natural gradient" (Moves DescendsNaturally) ]

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
