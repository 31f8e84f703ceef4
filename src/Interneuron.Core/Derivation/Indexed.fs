namespace Interneuron.Core

open System.Threading

/// The two populations of a circuit.
type Neurons =
    /// N primary neurons, indices a, b, c, d.
    | Primary
    /// K interneurons, indices i, j, k, l.
    | Interneurons

/// An index: a name, and the population that it runs over.
type Index =
    {
        /// Its letter.
        Name: string
        /// What it runs over.
        Over: Neurons
    }

/// A scalar function with a name, such as a potential F(theta, z): its body is a formula of its arguments, and its derivatives keep its name.
[<CustomEquality; NoComparison>]
type Function =
    {
        /// The name of the function that was differentiated.
        Name: string
        /// The names of its arguments.
        Arguments: string list
        /// The arguments it was differentiated by, in alphabetical order.
        By: string list
        /// The derivative itself.
        Body: Expr
    }

    override this.Equals other =
        match other with
        | :? Function as f -> f.Name = this.Name && f.By = this.By && f.Body = this.Body
        | _ -> false

    override this.GetHashCode() = hash (this.Name, this.By)

/// A formula over populations: symbols with indices, sums over an index, Kronecker deltas and scalar functions.
type Indexed =
    /// A number.
    | Number of float
    /// A quantity of a neuron, a synapse or (without indices) of the whole circuit.
    | Symbol of name: string * Index list
    /// 1 where two indices agree, else 0.
    | Delta of Index * Index
    /// A sum of terms.
    | Plus of Indexed list
    /// A product of factors.
    | Times of Indexed list
    /// The sum over an index.
    | Total of Index * Indexed
    /// A function of scalars.
    | Call of Function * Indexed list

    static member (+)(a, b) = Plus [ a; b ]
    static member (-)(a, b) = Plus [ a; Times [ Number -1.0; b ] ]
    static member (*)(a, b) = Times [ a; b ]
    static member (*)(a, b) = Times [ Number a; b ]
    static member (/)(a, b: float) = Times [ Number(1.0 / b); a ]
    static member (~-) a = Times [ Number -1.0; a ]

/// Algebra of indexed formulas. `normal` puts them into a normal form: products multiplied out, sums pushed in to the factors that depend on their index,
/// deltas contracted, equal terms collected, and the indices of sums named alphabetically.
[<RequireQualifiedAccess>]
module Indexed =
    /// The letters of a population's indices.
    let letters (neurons: Neurons) =
        match neurons with
        | Primary -> [ "a"; "b"; "c"; "d" ]
        | Interneurons -> [ "i"; "j"; "k"; "l" ]

    /// The index of a letter, by the population that the letter stands for.
    let tryIndex (letter: string) : Index option =
        [ Primary; Interneurons ]
        |> List.tryFind (letters >> List.contains letter)
        |> Option.map (fun over -> { Name = letter; Over = over })

    /// A bound index that cannot be meant by anything else; normal forms give it a letter.
    let internal hidden (over: Neurons) : Index = { Name = "#"; Over = over }

    /// The sum of a formula over an index.
    let sum (i: Index) (body: Indexed) = Total(i, body)

    /// A quantity at indices.
    let symbol (name: string) (at: Index list) = Symbol(name, at)

    /// A potential of its parameters and its input, in this order; F in print.
    let potential (f: Potential) (arguments: Indexed list) : Indexed =
        Call(
            { Name = "F"
              Arguments = [ for p in f.Parameters -> p.Name ] @ [ "z" ]
              By = []
              Body = f.Formula },
            arguments
        )

    /// An anonymous function of arguments: a formula that is applied as it stands.
    let formula (body: Expr) (arguments: (string * Indexed) list) : Indexed =
        Call(
            { Name = ""
              Arguments = List.map fst arguments
              By = []
              Body = body },
            List.map snd arguments
        )

    /// Every index that occurs, free or bound.
    let rec internal occurring e =
        match e with
        | Number _ -> Set.empty
        | Symbol(_, indices) -> Set.ofList indices
        | Delta(i, j) -> set [ i; j ]
        | Plus parts
        | Times parts
        | Call(_, parts) -> parts |> List.map occurring |> Set.unionMany
        | Total(i, body) -> Set.add i (occurring body)

    /// The indices that are not summed over.
    let rec free e =
        match e with
        | Number _ -> Set.empty
        | Symbol(_, indices) -> Set.ofList indices
        | Delta(i, j) -> set [ i; j ]
        | Plus parts
        | Times parts
        | Call(_, parts) -> parts |> List.map free |> Set.unionMany
        | Total(i, body) -> Set.remove i (free body)

    let mutable private made = 0

    /// An index that occurs nowhere yet.
    let private fresh (like: Index) : Index =
        { like with
            Name = $"%c{'#'}{Interlocked.Increment &made}" }

    /// Puts one index in place of another where it is free.
    let rec rename (from: Index) (into: Index) e =
        let one i = if i = from then into else i

        match e with
        | Number _ -> e
        | Symbol(name, indices) -> Symbol(name, List.map one indices)
        | Delta(i, j) -> Delta(one i, one j)
        | Plus parts -> Plus(List.map (rename from into) parts)
        | Times parts -> Times(List.map (rename from into) parts)
        | Call(f, parts) -> Call(f, List.map (rename from into) parts)
        | Total(i, _) when i = from -> e
        | Total(i, body) when i = into ->
            let other = fresh i
            Total(other, rename from into (rename i other body))
        | Total(i, body) -> Total(i, rename from into body)

    /// A text that is the same for the same formula only: the order of terms and factors.
    let rec private key e : string =
        let all parts =
            parts |> List.map key |> String.concat " "

        match e with
        | Number x -> $"0{x:R}"
        | Symbol(name, indices) ->
            let inside = indices |> List.map _.Name |> String.concat ","
            // Parameters before activities: g r, W r, W n.
            $"1{name}[{inside}]"
        | Delta(i, j) -> $"2{i.Name},{j.Name}"
        | Call(f, parts) ->
            let by = String.concat "," f.By
            $"3{f.Name}'{by}{Print.text f.Body}({all parts})"
        | Total(i, body) -> $"4{i.Name}({key body})"
        | Times parts -> $"5({all parts})"
        | Plus parts -> $"6({all parts})"

    /// A term of the normal form: a number times atoms.
    type private Term = float * Indexed list

    let private ofTerm ((c, factors): Term) =
        match c, factors with
        | c, [] -> Number c
        | 1.0, [ single ] -> single
        | 1.0, several -> Times several
        | c, several -> Times(Number c :: several)

    let private collect (terms: Term list) : Term list =
        terms
        |> List.groupBy (fun (_, factors) -> factors |> List.map key |> String.concat "*")
        |> List.map (fun (k, same) -> k, (List.sumBy fst same, snd (List.head same)))
        |> List.filter (fun (_, (c, _)) -> c <> 0.0)
        |> List.sortWith (fun (a, _) (b, _) -> System.String.CompareOrdinal(a, b))
        |> List.map snd

    let private ofTerms (terms: Term list) =
        match terms with
        | [] -> Number 0.0
        | [ single ] -> ofTerm single
        | several -> Plus(List.map ofTerm several)

    let private ordered factors =
        factors |> List.sortWith (fun a b -> System.String.CompareOrdinal(key a, key b))

    let private product (a: Term list) (b: Term list) : Term list =
        [ for c, left in a do
              for d, right in b -> c * d, ordered (left @ right) ]

    let rec private terms e : Term list =
        match e with
        | Number 0.0 -> []
        | Number c -> [ c, [] ]
        | Symbol _ -> [ 1.0, [ e ] ]
        | Delta(i, j) when i = j -> [ 1.0, [] ]
        | Delta(i, j) -> [ 1.0, [ (if i.Name <= j.Name then e else Delta(j, i)) ] ]
        | Plus parts -> parts |> List.collect terms |> collect
        | Times parts -> parts |> List.map terms |> List.fold product [ 1.0, [] ] |> collect
        | Call(f, parts) -> call f parts
        | Total(i, body) ->
            let inner = fresh i
            terms (rename i inner body) |> List.collect (total inner) |> collect

    /// The sum of one term over an index.
    and private total (i: Index) ((c, factors): Term) : Term list =
        let contracts factor =
            match factor with
            | Delta(p, q) when p = i -> Some q
            | Delta(p, q) when q = i -> Some p
            | _ -> None

        match List.tryPick contracts factors with
        | Some other ->
            let rest =
                factors
                |> List.filter (fun f ->
                    contracts f <> Some other
                    || (match f with
                        | Delta _ -> false
                        | _ -> true))

            terms (Times(Number c :: List.map (rename i other) rest))
        | None ->
            let inside, outside = factors |> List.partition (fun f -> Set.contains i (free f))

            let taken =
                inside |> List.map occurring |> Set.unionMany |> Set.remove i |> Set.map _.Name

            let name =
                letters i.Over
                |> List.tryFind (fun l -> not (taken.Contains l))
                |> Option.defaultValue i.Name

            let named = { i with Name = name }

            let body =
                inside |> List.map (rename i named) |> ordered |> fun f -> ofTerm (1.0, f)

            [ c, ordered (Total(named, body) :: outside) ]

    /// A function of arguments: constants and single arguments are themselves, and an anonymous polynomial is multiplied out.
    and private call (f: Function) (parts: Indexed list) : Term list =
        let parts = List.map (terms >> ofTerms) parts

        let argument name =
            List.item (List.findIndex ((=) name) f.Arguments) parts

        match f.Body.Node with
        | Constant c -> terms (Number c)
        | Variable name -> terms (argument name)
        | Sum bodies when f.Name = "" -> terms (Plus [ for b in bodies -> Call({ f with Body = b }, parts) ])
        | Product bodies when f.Name = "" -> terms (Times [ for b in bodies -> Call({ f with Body = b }, parts) ])
        | Power(b, p) when f.Name = "" ->
            match p.Node with
            | Constant c when c = floor c && c > 0.0 && c <= 8.0 -> terms (Times(List.replicate (int c) (Call({ f with Body = b }, parts))))
            | _ -> opaque f parts
        | _ -> opaque f parts

    /// Only the arguments that the body has.
    and private opaque f parts =
        let used = Expr.variables f.Body

        let kept =
            List.zip f.Arguments parts
            |> List.filter (fun (name, _) -> f.Name <> "" || List.contains name used)

        [ 1.0, [ Call({ f with Arguments = List.map fst kept }, List.map snd kept) ] ]

    /// The normal form: equal formulas have the same one.
    let normal (e: Indexed) : Indexed = ofTerms (terms e)

    /// The terms of the normal form.
    let addends (e: Indexed) : Indexed list =
        match normal e with
        | Plus parts -> parts
        | Number 0.0 -> []
        | single -> [ single ]

    /// The factors of a term.
    let factors (e: Indexed) : Indexed list =
        match e with
        | Times parts -> parts
        | single -> [ single ]

    /// The derivative of a function by one of its arguments.
    let derivative (argument: string) (f: Function) : Function =
        { f with
            By = List.sort (argument :: f.By)
            Body = Differentiate.diff argument f.Body }

    /// How many times a function was differentiated by z, and by what else.
    let private derivatives (f: Function) =
        let byZ, others = f.By |> List.partition ((=) "z")
        byZ.Length, others

    /// The name of a function and what else than z it was differentiated by: f for dF/dz, f' for its derivative, and F with [theta] for dF/dtheta.
    let functionName (f: Function) =
        match derivatives f with
        | 0, [] -> f.Name, []
        | 0, others -> f.Name, others
        | n, others ->
            let lower =
                if f.Name.Length = 1 && System.Char.IsUpper f.Name[0] then
                    f.Name.ToLowerInvariant()
                else
                    f.Name + "'"

            lower + String.replicate (n - 1) "'", others

    let rec private slope (name: string) (at: Index list) e : Indexed =
        match e with
        | Number _
        | Delta _ -> Number 0.0
        | Symbol(n, indices) when n = name && indices.Length = at.Length -> Times(List.map2 (fun i j -> Delta(i, j)) indices at)
        | Symbol _ -> Number 0.0
        | Plus parts -> Plus(List.map (slope name at) parts)
        | Times parts ->
            Plus [ for k in 0 .. parts.Length - 1 -> Times(parts |> List.mapi (fun m p -> if m = k then slope name at p else p)) ]
        | Call(f, parts) ->
            Plus [ for argument, part in List.zip f.Arguments parts -> Times [ Call(derivative argument f, parts); slope name at part ] ]
        | Total(i, body) ->
            // The index that is summed over is another one than that of the parameter.
            let inner = fresh i
            Total(inner, slope name at (rename i inner body))

    /// The derivative with respect to the symbol `name` at the indices `at`, in normal form.
    let diff (name: string) (at: Index list) (e: Indexed) : Indexed = normal (slope name at e)

    /// Puts formulas in place of parts, from the outside in.
    let rec replace (by: Indexed -> Indexed option) (e: Indexed) : Indexed =
        match by e with
        | Some other -> other
        | None ->
            match e with
            | Number _
            | Symbol _
            | Delta _ -> e
            | Plus parts -> Plus(List.map (replace by) parts)
            | Times parts -> Times(List.map (replace by) parts)
            | Call(f, parts) -> Call(f, List.map (replace by) parts)
            | Total(i, body) -> Total(i, replace by body)

    /// The names of the symbols.
    let rec symbols e : Set<string> =
        match e with
        | Number _
        | Delta _ -> Set.empty
        | Symbol(name, _) -> Set.singleton name
        | Plus parts
        | Times parts
        | Call(_, parts) -> parts |> List.map symbols |> Set.unionMany
        | Total(_, body) -> symbols body

    /// A formula without sums as a scalar one, given what each symbol reads as; None where a symbol reads as nothing, or there is a sum or a delta.
    let rec scalar (symbol: string -> Index list -> Expr option) (e: Indexed) : Expr option =
        let all parts =
            let values = List.map (scalar symbol) parts

            if List.forall Option.isSome values then
                Some(List.choose id values)
            else
                None

        match e with
        | Number x -> Some(Expr.constant x)
        | Symbol(name, indices) -> symbol name indices
        | Times parts -> all parts |> Option.map Expr.product
        | Plus parts -> all parts |> Option.map Expr.sum
        | Call(f, parts) ->
            all parts
            |> Option.map (fun values ->
                let given = List.zip f.Arguments values |> Map.ofList
                Expr.substitute given.TryFind f.Body)
        | Delta _
        | Total _ -> None

    /// A formula as a scalar one whose variables are its symbols, deltas and sums, by the names that `name` gives them; functions that `isWritten` are
    /// written out, and others are variables too.
    let rec internal merge (isWritten: Function -> bool) (name: Indexed -> string) (e: Indexed) : Expr =
        let read = merge isWritten name

        match e with
        | Number c -> Expr.constant c
        | Plus parts -> Expr.sum (List.map read parts)
        | Times parts -> Expr.product (List.map read parts)
        | Call(f, parts) when isWritten f ->
            let values = List.zip f.Arguments (List.map read parts) |> Map.ofList
            Expr.substitute values.TryFind f.Body
        | Symbol _
        | Delta _
        | Total _
        | Call _ -> Expr.var (name e)

    /// The indexed formula of a scalar one, given what its variables stand for; only what is neither a sum nor a product stays a function.
    let rec internal split (atom: string -> Indexed) (e: Expr) : Indexed =
        match e.Node with
        | Constant c -> Number c
        | Variable name -> atom name
        | Sum parts -> Plus(List.map (split atom) parts)
        | Product parts -> Times(List.map (split atom) parts)
        | Power _
        | Apply _
        | IfLess _ -> formula e [ for name in Expr.variables e -> name, atom name ]

    /// Reads an indexed formula over a number type, for populations of the given sizes. `value` gives each symbol at its places, from 0.
    let interpret (ops: Operations<'T>) (size: Neurons -> int) (value: string -> int list -> 'T) (place: Index -> int) (e: Indexed) : 'T =
        let rec read (place: Index -> int) e =
            match e with
            | Number x -> ops.Constant x
            | Symbol(name, indices) -> value name (List.map place indices)
            | Delta(i, j) -> ops.Constant(if place i = place j then 1.0 else 0.0)
            | Plus parts ->
                parts
                |> List.map (read place)
                |> List.fold (fun a b -> ops.Add a b) (ops.Constant 0.0)
            | Times parts -> parts |> List.map (read place) |> List.reduce (fun a b -> ops.Multiply a b)
            | Call(f, parts) ->
                let arguments = List.zip f.Arguments (List.map (read place) parts) |> Map.ofList
                Expr.interpret ops (fun name -> arguments[name]) f.Body
            | Total(i, body) ->
                seq { for n in 0 .. size i.Over - 1 -> read (fun j -> if j = i then n else place j) body }
                |> Seq.fold (fun a b -> ops.Add a b) (ops.Constant 0.0)

        read place e
