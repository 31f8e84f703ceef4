namespace Interneuron.Core.Symbolic

open System.Collections.Generic

/// Derivatives of formulas, as formulas.
[<RequireQualifiedAccess>]
module Differentiate =
    let private zero = Expr.constant 0.0
    let private one = Expr.constant 1.0

    /// The partial derivatives of a node with respect to its children, in the order of `Expr.children`: the one table of rules that forward
    /// and reverse mode both use.
    let private partials (e: Expr) : Expr list =
        match e.Node with
        | Constant _
        | Variable _ -> []
        | Sum terms -> List.map (fun _ -> one) terms
        | Product factors -> factors |> List.mapi (fun i _ -> Expr.product (List.removeAt i factors))
        | Power(b, p) -> [ p * Expr.power b (p - 1.0); e * Expr.logOrZero b ]
        | Apply(f, arguments) -> f.Partials arguments
        | IfLess(a, b, _, _) -> [ zero; zero; Expr.ifLess a b one zero; Expr.ifLess a b zero one ]

    /// Forward mode: the derivative of a formula along a direction, given by each variable's tangent (`Jacobian . tangent`).
    let jvp (tangent: string -> Expr) (e: Expr) : Expr =
        e
        |> Expr.fold (fun node tangents ->
            match node.Node with
            | Constant _ -> zero
            | Variable name -> tangent name
            | _ ->
                // A child that does not vary contributes nothing, and its partial derivative is never asked for: the exponent's, log b, may
                // not exist.
                let varying = tangents |> List.exists (fun t -> t <> zero)

                match node.Node, tangents with
                | _ when not varying -> zero
                | IfLess(a, b, _, _), [ _; _; c; d ] -> Expr.ifLess a b c d
                | _ ->
                    List.zip (partials node) tangents
                    |> List.filter (fun (_, t) -> t <> zero)
                    |> List.map (fun (p, t) -> p * t)
                    |> Expr.sum)

    /// The derivative with respect to one variable.
    let diff (variable: string) (e: Expr) : Expr =
        jvp (fun name -> if name = variable then one else zero) e

    /// Parents before children.
    let private topological (roots: Expr list) : Expr list =
        let seen = HashSet<Expr>(HashIdentity.Reference)
        let mutable order = []

        let rec visit e =
            if seen.Add e then
                List.iter visit (Expr.children e)
                order <- e :: order

        List.iter visit roots
        order

    /// Reverse mode: the derivatives of `sum_k cotangent_k output_k` with respect to each variable, in one pass over the formulas
    /// (`cotangent . Jacobian`).
    let vjp (variables: string list) (outputs: (Expr * Expr) list) : Expr list =
        let wanted = Set.ofList variables
        let touches = Dictionary<Expr, bool>(HashIdentity.Reference)
        let nodes = topological (List.map fst outputs)

        for e in List.rev nodes do
            touches[e] <-
                match e.Node with
                | Variable name -> wanted.Contains name
                | _ -> Expr.children e |> List.exists (fun child -> touches[child])

        let adjoints = Dictionary<Expr, Expr list>(HashIdentity.Reference)

        let contribute (e: Expr) (adjoint: Expr) =
            adjoints[e] <-
                adjoint
                :: (match adjoints.TryGetValue e with
                    | true, earlier -> earlier
                    | _ -> [])

        for output, cotangent in outputs do
            contribute output cotangent

        let results = Dictionary<string, Expr>()

        for e in nodes do
            if touches[e] then
                match adjoints.TryGetValue e, e.Node with
                | (true, contributions), Variable name -> results[name] <- Expr.sum contributions
                | (true, contributions), _ ->
                    let adjoint = Expr.sum contributions

                    for child, partial in List.zip (Expr.children e) (partials e) do
                        if touches[child] then
                            contribute child (adjoint * partial)
                | _ -> ()

        [ for name in variables ->
              match results.TryGetValue name with
              | true, derivative -> derivative
              | _ -> zero ]

    /// All partial derivatives of one formula, in one reverse pass.
    let grad (variables: string list) (e: Expr) : Expr list = vjp variables [ e, one ]

    /// One row of partial derivatives for each formula.
    let jacobian (variables: string list) (es: Expr list) : Expr list list = List.map (grad variables) es

    /// The matrix of second derivatives.
    let hessian (variables: string list) (e: Expr) : Expr list list = jacobian variables (grad variables e)
