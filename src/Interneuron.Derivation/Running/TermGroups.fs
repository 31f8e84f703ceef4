namespace Interneuron.Derivation.Running

open System
open Interneuron.Core.Symbolic

/// Terms that are averaged together, since they are of the same linear forms.
type internal TermGroup =
    {
        /// The forms that functions are of.
        Functions: Set<string>
        /// The forms that the terms are polynomials of, where their degree matters.
        Polynomials: Set<string>
        /// That degree.
        Degree: int
        /// The terms of each formula, by its number, added up.
        Outputs: (int * Expr) list
    }

/// The terms of formulas, sorted by the linear forms that they are of.
[<RequireQualifiedAccess>]
module internal TermGroups =
    let private parts (isSum: bool) (e: Expr) =
        match e.Node with
        | Sum terms when isSum -> terms
        | Product factors when not isSum -> factors
        | _ -> [ e ]

    /// The forms in a formula that was rewritten.
    let formsOf (forms: LinearForms) (e: Expr) : Set<string> =
        Expr.variables e |> List.filter forms.IsForm |> Set.ofList

    /// The degree of a polynomial of the forms; None for other functions of them.
    let rec private degree (forms: LinearForms) (e: Expr) : int option =
        let all combine parts =
            let degrees = List.map (degree forms) parts

            if List.forall Option.isSome degrees then
                Some(degrees |> List.choose id |> List.fold combine 0)
            else
                None

        match e.Node with
        | Variable name when forms.IsForm name -> Some 1
        | _ when (formsOf forms e).IsEmpty -> Some 0
        | Sum terms -> all max terms
        | Product factors -> all (+) factors
        | Power(b, p) ->
            match p.Node, degree forms b with
            | Constant whole, Some d when whole = Math.Floor whole && whole >= 0.0 && whole < 17.0 -> Some(int whole * d)
            | _ -> None
        | _ -> None

    /// A term of a formula: the forms that functions are of, those that it is a polynomial of, and its degree in them.
    let private classify (least: int) (forms: LinearForms) (term: Expr) =
        let polynomials, functions =
            parts false term |> List.partition (degree forms >> Option.isSome)

        let within = List.map (formsOf forms) >> Set.unionMany
        let inFunctions = within functions

        let total = polynomials |> List.sumBy (degree forms >> Option.get)

        if total < least then
            inFunctions, Set.empty, least - 1
        else
            inFunctions, within polynomials, total

    /// The groups of the terms of formulas. Polynomials matter from the least degree on that has a mean besides 0 or 1.
    let ofFormulas (least: int) (forms: LinearForms) (formulas: Expr list) : TermGroup list =
        [ for k, formula in List.indexed formulas do
              for term in parts true (Expand.expand (forms.Rewrite formula)) -> classify least forms term, (k, term) ]
        |> List.groupBy fst
        |> List.map (fun ((functions, polynomials, degree), terms) ->
            let outputs =
                terms
                |> List.map snd
                |> List.groupBy fst
                |> List.map (fun (k, same) -> k, Expr.sum (List.map snd same))

            { Functions = functions
              Polynomials = polynomials
              Degree = degree
              Outputs = outputs })
