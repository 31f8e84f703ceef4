namespace Interneuron.Derivation.Formulas

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// Algebra of indexed formulas.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Indexed =
    /// A bound index that cannot be meant by anything else; what is summed over it shows a letter.
    let internal hidden (over: Population) : Index = { Name = "#"; Over = over }

    /// The sum of a formula over an index.
    let sum (i: Index) (body: Indexed) : Indexed = Total(i, body)

    /// A quantity at indices.
    let symbol (name: string) (at: Index list) : Indexed = Symbol(name, at)

    /// A number as a formula. Refuses what is not finite.
    let number (c: float) : Indexed = Number c

    /// A potential of its parameters and its input, in this order; F in print.
    let potential (f: Potential) (arguments: Indexed list) : Indexed =
        Call(Function.define "F" ([ for p in f.Parameters -> p.Name ] @ [ "z" ]) f.Formula, arguments)

    /// An anonymous function of arguments: a formula that is applied as it stands.
    let formula (body: Expr) (arguments: (string * Indexed) list) : Indexed =
        Call(Function.define "" (List.map fst arguments) body, List.map snd arguments)

    /// The indices that are not summed over.
    let free (e: Indexed) : Set<Index> = e.Free

    /// Puts one index in place of another where it is free.
    let rename (from: Index) (into: Index) (e: Indexed) : Indexed =
        renamed (fun i -> if i = from then into else i) e

    /// The terms.
    let addends (e: Indexed) : Indexed list =
        match e with
        | Plus parts -> parts
        | Number 0.0 -> []
        | single -> [ single ]

    /// The factors of a term.
    let factors (e: Indexed) : Indexed list =
        match e with
        | Times parts -> parts
        | single -> [ single ]

    /// log |det W| of a square W, by the name of the symbol that stands for it.
    let internal logDeterminant (w: string) = $"logdet {w}"

    /// The inverse of W, transposed: its element at k, a is that of W^-1 at a, k.
    let internal inverse (w: string) = $"inverse {w}"

    /// Whether a symbol stands for what all of a square matrix makes.
    let internal isOfWhole (name: string) =
        name.StartsWith("logdet ", System.StringComparison.Ordinal)
        || name.StartsWith("inverse ", System.StringComparison.Ordinal)

    let rec private slope (name: string) (at: Index list) (e: Indexed) : Indexed =
        match e.LayerApart(Set.ofList at) with
        | Layer.Symbol(n, []) when n = logDeterminant name && at.Length = 2 -> Symbol(inverse name, at)
        | Layer.Symbol(n, [ l; b ]) when n = inverse name && at.Length = 2 ->
            // d W^-1 = -W^-1 dW W^-1.
            -(Symbol(n, [ l; at[1] ]) * Symbol(n, [ at[0]; b ]))
        | Layer.Number _
        | Layer.Delta _ -> Number 0.0
        | Layer.Symbol(n, indices) when n = name && indices.Length = at.Length -> Times(List.map2 (fun i j -> Delta(i, j)) indices at)
        | Layer.Symbol _ -> Number 0.0
        | Layer.Plus parts -> Plus(List.map (slope name at) parts)
        | Layer.Times parts ->
            // Equal factors give equal terms.
            Plus
                [ for part, count in List.countBy id parts do
                      let place = List.findIndex ((=) part) parts
                      float count * Times(slope name at part :: List.removeAt place parts) ]
        | Layer.Call(f, parts) ->
            Plus
                [ for argument, part in List.zip f.Arguments parts do
                      let inner = slope name at part

                      if inner <> Number 0.0 then
                          Call(Function.derivative argument f, parts) * inner ]
        | Layer.Total(i, body) -> Total(i, slope name at body)
        | Layer.Average inside -> Average(slope name at inside)

    /// The derivative with respect to the symbol `name` at the indices `at`.
    let diff (name: string) (at: Index list) (e: Indexed) : Indexed = slope name at e

    /// Puts formulas in place of parts, from the outside in.
    let rec replace (by: Indexed -> Indexed option) (e: Indexed) : Indexed =
        match by e with
        | Some other -> other
        | None ->
            match e.Layer with
            | Layer.Number _
            | Layer.Symbol _
            | Layer.Delta _ -> e
            | Layer.Plus parts -> Plus(List.map (replace by) parts)
            | Layer.Times parts -> Times(List.map (replace by) parts)
            | Layer.Call(f, parts) -> Call(f, List.map (replace by) parts)
            | Layer.Total(i, body) -> Total(i, replace by body)
            | Layer.Average inside -> Average(replace by inside)
        |> placed e.Place

    /// What each part is in itself, from all parts, the outermost first.
    let rec collect (choose: Indexed -> 'T list) (e: Indexed) : 'T list =
        choose e
        @ match e.Layer with
          | Layer.Number _
          | Layer.Symbol _
          | Layer.Delta _ -> []
          | Layer.Plus parts
          | Layer.Times parts
          | Layer.Call(_, parts) -> List.collect (collect choose) parts
          | Layer.Total(_, part)
          | Layer.Average part -> collect choose part

    /// The names of the symbols.
    let symbols (e: Indexed) : Set<string> =
        e
        |> collect (fun part ->
            match part with
            | Symbol(name, _) -> [ name ]
            | _ -> [])
        |> Set.ofList

    /// The functions that are applied, in the order in which they occur.
    let calls (e: Indexed) : Function list =
        e
        |> collect (fun part ->
            match part with
            | Call(f, _) -> [ f ]
            | _ -> [])

    /// A formula without sums as a scalar one, given what each symbol reads as; None where a symbol reads as nothing, or there is a sum, a
    /// delta or an average.
    let rec scalar (symbol: string -> Index list -> Expr option) (e: Indexed) : Expr option =
        let all parts =
            let values = List.map (scalar symbol) parts

            if List.forall Option.isSome values then
                Some(List.choose id values)
            else
                None

        match e.Layer with
        | Layer.Number x -> Some(Expr.constant x)
        | Layer.Symbol(name, indices) -> symbol name indices
        | Layer.Times parts -> all parts |> Option.map Expr.product
        | Layer.Plus parts -> all parts |> Option.map Expr.sum
        | Layer.Call(f, parts) ->
            all parts
            |> Option.map (fun values ->
                let given = List.zip f.Arguments values |> Map.ofList
                Expr.substitute given.TryFind f.Body)
        | Layer.Delta _
        | Layer.Total _
        | Layer.Average _ -> None

    /// A formula as a scalar one whose variables are its symbols, deltas, sums and averages, by the names that `name` gives them; functions
    /// that `isWritten` are written out, and others are variables too.
    let rec internal merge (isWritten: Function -> bool) (name: Indexed -> string) (e: Indexed) : Expr =
        let read = merge isWritten name

        match e.Layer with
        | Layer.Number c -> Expr.constant c
        | Layer.Plus parts -> Expr.sum (List.map read parts)
        | Layer.Times parts -> Expr.product (List.map read parts)
        | Layer.Call(f, parts) when isWritten f ->
            let values = List.zip f.Arguments (List.map read parts) |> Map.ofList
            Expr.substitute values.TryFind f.Body
        | Layer.Symbol _
        | Layer.Delta _
        | Layer.Total _
        | Layer.Call _
        | Layer.Average _ -> Expr.var (name e)

    /// Reads an indexed formula over a number type, for populations of the given sizes. `value` gives each symbol at its places, from 0,
    /// and `average` reads an average over the target.
    let interpretWith
        (average: (Index -> int) -> Indexed -> 'T)
        (ops: Operations<'T>)
        (size: Population -> int)
        (value: string -> int list -> 'T)
        (place: Index -> int)
        (e: Indexed)
        : 'T =
        let rec read (place: Index -> int) (e: Indexed) =
            match e.Layer with
            | Layer.Number x -> ops.Constant x
            | Layer.Symbol(name, indices) -> value name (List.map place indices)
            | Layer.Delta(i, j) -> ops.Constant(if place i = place j then 1.0 else 0.0)
            | Layer.Plus parts ->
                parts
                |> List.map (read place)
                |> List.fold (fun a b -> ops.Add a b) (ops.Constant 0.0)
            | Layer.Times parts -> parts |> List.map (read place) |> List.reduce (fun a b -> ops.Multiply a b)
            | Layer.Call(f, parts) ->
                let arguments = List.zip f.Arguments (List.map (read place) parts) |> Map.ofList
                Expr.interpret ops (fun name -> arguments[name]) f.Body
            | Layer.Total(i, body) ->
                seq { for n in 0 .. size i.Over - 1 -> read (fun j -> if j = i then n else place j) body }
                |> Seq.fold (fun a b -> ops.Add a b) (ops.Constant 0.0)
            | Layer.Average inside -> average place inside

        read place e

    /// The same for a formula without averages; refuses one with them.
    let interpret
        (ops: Operations<'T>)
        (size: Population -> int)
        (value: string -> int list -> 'T)
        (place: Index -> int)
        (e: Indexed)
        : 'T =
        interpretWith (fun _ _ -> invalidArg (nameof e) "an average over the target has no value of its own") ops size value place e
