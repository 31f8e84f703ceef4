namespace Interneuron.Derivation.Models

open FParsec
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models.Phrases

/// Inputs and variables as a model's text declares them.
module internal VariableStatement =
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
