namespace Interneuron.Core.Symbolic

open System
open System.Collections.Generic

/// Building and taking apart formulas.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Expr =
    /// A number as a formula.
    let constant (c: float) : Expr = NormalForms.constant c
    /// A named unknown.
    let var (name: string) : Expr = NormalForms.var name
    /// A primitive function of its arguments.
    let apply (f: Primitive) (arguments: Expr list) : Expr = NormalForms.apply f arguments
    /// The sum of formulas; 0 for none.
    let sum (terms: Expr list) : Expr = NormalForms.sum terms
    /// The product of formulas; 1 for none.
    let product (factors: Expr list) : Expr = NormalForms.product factors
    /// Base to the power of the exponent.
    let power (b: Expr) (p: Expr) : Expr = NormalForms.power b p
    /// ifLess a b c d: c where a < b, else d.
    let ifLess (a: Expr) (b: Expr) (c: Expr) (d: Expr) : Expr = NormalForms.ifLess a b c d

    /// Runs what builds formulas, of at most so many parts of sums and products that are gone through, and refuses what takes more
    /// (FormulaGrowthException).
    let internal within (parts: int) (action: unit -> 'T) : 'T = Growth.Within parts action

    /// |x| as a formula.
    let abs x = apply Primitives.abs [ x ]
    /// -1, 0 or 1.
    let sign x = apply Primitives.sign [ x ]
    /// 0, 1/2 at zero, 1.
    let step x = apply Primitives.step [ x ]
    /// The larger of two.
    let max a b = apply Primitives.max [ a; b ]
    /// The smaller of two.
    let min a b = apply Primitives.min [ a; b ]
    /// log x for x > 0 and 0 elsewhere, for the limit of x^p log x.
    let logOrZero x = apply Primitives.logOrZero [ x ]
    /// log cosh x.
    let logCosh x = apply Primitives.logCosh [ x ]
    /// log(1 + exp x).
    let softplus x = apply Primitives.softplus [ x ]
    /// The complementary error function.
    let erfc x = apply Primitives.erfc [ x ]
    /// The gamma function.
    let gamma x = apply Primitives.gamma [ x ]
    /// log Gamma(x), x > 0.
    let logGamma x = apply Primitives.logGamma [ x ]
    /// The n-th derivative of the digamma function, x > 0.
    let polygamma n x = apply (Primitives.polygamma n) [ x ]
    /// The digamma function, x > 0.
    let digamma x = polygamma 0 x

    /// Formulas read as formulas: over the operations of this module.
    let operations: Operations<Expr> =
        { Constant = constant
          Add = (+)
          Multiply = (*)
          Power = power
          IfLess = ifLess
          Apply = apply }

    /// Whether the value is known never to be negative, from the form alone.
    let isNonNegative (e: Expr) : bool = Structure.isNonNegative e
    /// The order of formulas by structure, the same in every run.
    let compare (a: Expr) (b: Expr) : int = Structure.order a b

    /// The formulas that a formula is directly made of.
    let children (e: Expr) =
        match e.Node with
        | Constant _
        | Variable _ -> []
        | Sum parts
        | Product parts -> parts
        | Power(b, p) -> [ b; p ]
        | Apply(_, arguments) -> arguments
        | IfLess(a, b, c, d) -> [ a; b; c; d ]

    /// One memo for any number of roots.
    let private folder (combine: Expr -> 'R list -> 'R) =
        let results = Dictionary<Expr, 'R>(HashIdentity.Reference)

        let rec visit (e: Expr) =
            match results.TryGetValue e with
            | true, result -> result
            | _ ->
                let result = combine e (List.map visit (children e))
                results[e] <- result
                result

        visit

    /// Evaluates a formula bottom up, visiting each shared part once: `combine` gets a node and the results of its children.
    let fold (combine: Expr -> 'R list -> 'R) (e: Expr) : 'R = folder combine e

    /// The same formula over other children, in their order.
    let rebuild (e: Expr) (parts: Expr list) =
        match e.Node, parts with
        | Constant _, _
        | Variable _, _ -> e
        | Sum _, _ -> sum parts
        | Product _, _ -> product parts
        | Power _, [ b; p ] -> power b p
        | Apply(f, _), _ -> apply f parts
        | IfLess _, [ a; b; c; d ] -> ifLess a b c d
        | Power _, _
        | IfLess _, _ -> invalidArg (nameof parts) $"expected {(children e).Length} children, found {parts.Length}"

    /// The names of the variables, in alphabetical order.
    let variables (e: Expr) =
        let names = SortedSet<string>(StringComparer.Ordinal)

        e
        |> fold (fun node _ ->
            match node.Node with
            | Variable name -> names.Add name |> ignore
            | _ -> ())

        List.ofSeq names

    /// Puts a formula in place of each variable for which one is given.
    let substitute (replacement: string -> Expr option) (e: Expr) : Expr =
        e
        |> fold (fun node parts ->
            match node.Node with
            | Variable name -> replacement name |> Option.defaultValue node
            | _ -> rebuild node parts)

    let private reader (ops: Operations<'T>) (valueOf: string -> 'T) =
        folder (fun e parts ->
            match e.Node, parts with
            | Constant c, _ -> ops.Constant c
            | Variable name, _ -> valueOf name
            | Sum _, _ -> List.reduce ops.Add parts
            | Product _, _ -> List.reduce ops.Multiply parts
            | Power _, [ b; p ] -> ops.Power b p
            | Apply(f, _), _ -> ops.Apply f parts
            | IfLess _, [ a; b; c; d ] -> ops.IfLess a b c d
            | Power _, _
            | IfLess _, _ -> invalidArg (nameof e) "a node with a wrong number of children")

    /// Reads several formulas at once, so that what they share is read once.
    let interpretAll (ops: Operations<'T>) (valueOf: string -> 'T) (es: Expr list) : 'T list = List.map (reader ops valueOf) es

    /// Reads the formula over a number type, given the values of its variables.
    let interpret (ops: Operations<'T>) (valueOf: string -> 'T) (e: Expr) : 'T = reader ops valueOf e
