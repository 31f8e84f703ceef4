namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// The linear forms of some variables that formulas are made of: in log(cosh(w . r)) r_a they are w . r and r_a. Each form has a name,
/// under which it is a variable of the formulas that were rewritten.
[<Sealed>]
type internal LinearForms(variables: string list) =
    let moving = HashSet variables
    let forms = List<Expr>()
    let names = HashSet<string>()
    let depends = Dictionary<Expr, bool>(HashIdentity.Reference)

    let rec moves (e: Expr) =
        match depends.TryGetValue e with
        | true, known -> known
        | _ ->
            let answer =
                match e.Node with
                | Variable name -> moving.Contains name
                | _ -> Expr.children e |> List.exists moves

            depends[e] <- answer
            answer

    let rec isLinear (e: Expr) =
        match e.Node with
        | Variable name -> moving.Contains name
        | Sum terms -> List.forall isLinear terms
        | Product factors ->
            match List.filter moves factors with
            | [ factor ] -> isLinear factor
            | _ -> false
        | _ -> false

    let named k = $"form[{k}]"

    /// A form and its opposite have one name.
    let name (form: Expr) =
        let opposite = Expr.compare -form form < 0
        let form = if opposite then -form else form

        let k =
            match forms.IndexOf form with
            | -1 ->
                names.Add(named forms.Count) |> ignore
                forms.Add form
                forms.Count - 1
            | known -> known

        if opposite then
            -(Expr.var (named k))
        else
            Expr.var (named k)

    let rec rewrite (e: Expr) =
        if not (moves e) then
            e
        else
            match e.Node with
            | Variable _ -> name e
            | Sum terms ->
                match List.partition isLinear terms with
                | [], others -> Expr.sum (List.map rewrite others)
                | linear, others -> Expr.sum (form (Expr.sum linear) :: List.map rewrite others)
            | _ -> Expr.rebuild e (List.map rewrite (Expr.children e))

    and form (e: Expr) =
        match e.Node with
        | Sum _ -> name e
        | _ -> rewrite e

    /// The formula of the forms.
    member _.Rewrite(e: Expr) : Expr = rewrite e

    /// The names of the forms so far.
    member _.Names: string list = List.init forms.Count named

    /// Whether a variable of rewritten formulas is a form.
    member _.IsForm(name: string) : bool = names.Contains name

    /// What the forms so far are.
    member _.Forms: Expr list = List.ofSeq forms
