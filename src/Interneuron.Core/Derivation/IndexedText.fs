namespace Interneuron.Core

open System.Text.RegularExpressions

/// Indexed formulas from text and as text. What is read is flat: sums and products hold no sums and products of their own kind, and a
/// product's number comes first; what is printed reads back as the same.
[<RequireQualifiedAccess>]
module internal IndexedText =
    /// What names stand for.
    type Scope =
        {
            /// The symbols, with the populations of their indices.
            Sites: Map<string, Neurons list>
            /// The functions with a formula of their own, by the names that call them.
            Functions: Map<string, Function>
            /// What an average over the target becomes, written target(...); None where there is none.
            Average: (Indexed -> Indexed) option
        }

    /// A sum, flat.
    let private plus (parts: Indexed list) =
        match
            parts
            |> List.collect (function
                | Plus inner -> inner
                | part -> [ part ])
        with
        | [ single ] -> single
        | several -> Plus several

    /// A product, flat, its number first.
    let private times (parts: Indexed list) =
        let flat =
            parts
            |> List.collect (function
                | Times inner -> inner
                | part -> [ part ])

        let number =
            flat
            |> List.fold
                (fun c part ->
                    match part with
                    | Number x -> c * x
                    | _ -> c)
                1.0

        let others =
            flat
            |> List.filter (function
                | Number _ -> false
                | _ -> true)

        match others with
        | [] -> Number number
        | [ single ] when number = 1.0 -> single
        | several when number = 1.0 -> Times several
        | several -> Times(Number number :: several)

    /// An ordinary function of indexed formulas, with the formulas inside it merged into one that its symbols and sums are the arguments of.
    let private apply (f: Expr list -> Expr) (operands: Indexed list) : Indexed =
        let atoms = ResizeArray<string * Indexed>()

        let isAnonymous (g: Function) = g.Name = ""

        let name (atom: Indexed) =
            match atoms |> Seq.tryFind (fun (_, other) -> other = atom) with
            | Some(name, _) -> name
            | None ->
                let stem =
                    match atom with
                    | Symbol(name, _) -> name
                    | _ -> "x"

                let name =
                    Seq.initInfinite (fun n -> if n = 0 then stem else $"{stem}{n + 1}")
                    |> Seq.find (fun name -> not (atoms.Exists(fun (taken, _) -> taken = name)))

                atoms.Add(name, atom)
                name

        let atom name =
            atoms |> Seq.find (fun (taken, _) -> taken = name) |> snd

        operands |> List.map (Indexed.merge isAnonymous name) |> f |> Indexed.split atom

    /// The index of a letter, which is refused at its place when no population has it.
    let index (at: int) (letter: string) : Index =
        match Indexed.tryIndex letter with
        | Some index -> index
        | None ->
            let of' neurons =
                Indexed.letters neurons |> String.concat ", "

            TextError.fail at $"'{letter}' is not an index; primary neurons have {of' Primary}, interneurons {of' Interneurons}"

    let private siteText (site: Neurons list) =
        let letter neurons = List.head (Indexed.letters neurons)
        let inside = site |> List.map letter |> String.concat ","
        if site.IsEmpty then "no index" else $"[{inside}]"

    let private symbol (scope: Scope) (bound: Set<string>) (at: int) (name: string) (letters: (int * string) list) : Indexed =
        match scope.Sites.TryFind name with
        | Some site ->
            let indices = [ for place, letter in letters -> index place letter ]

            if List.map _.Over indices <> site then
                TextError.fail at $"'{name}' has other indices than it is declared with; it has {siteText site}"

            for place, letter in letters do
                if not (bound.Contains letter) then
                    TextError.fail place $"the index {letter} is not summed over; write sum({letter}, ...) around it"

            Symbol(name, indices)
        | None ->
            match Formula.tryNumber name, name with
            | Some value, _ when letters.IsEmpty -> Number value
            | _, "z" -> TextError.fail at "'z' is not a symbol of models; write out an interneuron's input, as in sum(a, W[a,i]*r[a])"
            | _ when Formula.tryFunction(name).IsSome || scope.Functions.ContainsKey name ->
                TextError.fail at $"'{name}' is a function; write {name}(...)"
            | _ ->
                let known = [ for name in scope.Sites.Keys -> name ] @ [ "pi" ]
                TextError.fail at $"unknown symbol '{name}'; {Spelling.suggestion known name}"

    let rec private indexed (scope: Scope) (bound: Set<string>) (e: Syntax) : Indexed =
        let read = indexed scope bound

        match e.Form with
        | Form.Literal value -> Number value
        | Form.Name(name, letters) -> symbol scope bound e.At name letters
        | Form.Call("sum", arguments) ->
            match arguments with
            | [ { Form = Form.Name(letter, []) } as first; body ] ->
                let i = index first.At letter
                Total(i, indexed scope (bound.Add letter) body)
            | _ -> TextError.fail e.At "a sum has an index and what is summed; write sum(i, ...)"
        | Form.Call("delta", arguments) ->
            match arguments with
            | [ { Form = Form.Name(first, []) } as i; { Form = Form.Name(second, []) } as j ] ->
                let among (part: Syntax) letter =
                    if not (bound.Contains letter) then
                        TextError.fail part.At $"the index {letter} is not summed over; write sum({letter}, ...) around it"

                    index part.At letter

                Delta(among i first, among j second)
            | _ -> TextError.fail e.At "a Kronecker delta has two indices; write delta(a, b)"
        | Form.Call("target", arguments) when scope.Average.IsSome ->
            match arguments with
            | [ body ] -> scope.Average.Value(read body)
            | _ -> TextError.fail e.At "an average over the target is of one formula; write target(...)"
        | Form.Call(name, arguments) ->
            match scope.Functions.TryFind name with
            | Some f when f.Arguments.Length = arguments.Length -> Call(f, List.map read arguments)
            | Some f ->
                let expected = String.concat ", " f.Arguments
                TextError.fail e.At $"'{name}' is given {arguments.Length} arguments; write {name}({expected})"
            | None ->
                let others =
                    [ "sum"; "delta" ]
                    @ [ if scope.Average.IsSome then
                            "target"
                        for name in scope.Functions.Keys do
                            name ]

                apply (Formula.apply e.At others name arguments) (List.map read arguments)
        | Form.Sum terms ->
            plus
                [ for isNegative, term in terms ->
                      if isNegative then
                          times [ Number -1.0; read term ]
                      else
                          read term ]
        | Form.Product factors ->
            times
                [ for divides, factor in factors ->
                      match divides, read factor with
                      | false, part -> part
                      | true, Number c -> Number(1.0 / c)
                      | true, part -> apply (fun x -> 1.0 / x[0]) [ part ] ]
        | Form.Negative part -> times [ Number -1.0; read part ]
        | Form.Power(b, p) -> apply (fun x -> Expr.power x[0] x[1]) [ read b; read p ]
        | Form.IfLess(a, b, c, d) -> apply (fun x -> Expr.ifLess x[0] x[1] x[2] x[3]) [ read a; read b; read c; read d ]

    /// The formula in text[start .. stop - 1], all of its indices summed over but the given ones.
    let read (scope: Scope) (free: Index list) (text: string) (start: int) (stop: int) : Indexed =
        Syntax.formula text start stop
        |> indexed scope (free |> List.map _.Name |> Set.ofList)

    /// The terms of the formula in text[start .. stop - 1], each with the offset at which it begins.
    let readTerms (scope: Scope) (text: string) (start: int) (stop: int) : (int * Indexed) list =
        let rec terms (e: Syntax) =
            match e.Form with
            | Form.Sum parts -> parts |> List.collect (snd >> terms)
            | _ -> [ e ]

        Syntax.formula text start stop
        |> terms
        |> List.map (fun term -> term.At, indexed scope Set.empty term)

    let private number (c: float) = Print.number c

    let private bracketed (index: Index list) =
        let inside = index |> List.map _.Name |> String.concat ","
        if index.IsEmpty then "" else $"[{inside}]"

    let private nameOf (named: Map<string, Function>) (f: Function) =
        named |> Map.tryFindKey (fun _ g -> g = f)

    /// As text; the functions of these names are called by name, others by their formula.
    let rec print (named: Map<string, Function>) (e: Indexed) : string =
        let show = print named

        match e with
        | Number c -> number c
        | Symbol(name, indices) -> name + bracketed indices
        | Delta(i, j) -> $"delta({i.Name}, {j.Name})"
        | Total(i, body) -> $"sum({i.Name}, {show body})"
        | Plus [] -> "0"
        | Plus parts ->
            let term n part =
                match part with
                | Times(Number c :: others) when c < 0.0 -> (if n = 0 then "-" else " - ") + show (times (Number -c :: others))
                | Number c when c < 0.0 -> (if n = 0 then "-" else " - ") + number -c
                | _ -> (if n = 0 then "" else " + ") + show part

            parts |> List.mapi term |> String.concat ""
        | Times [] -> "1"
        | Times(Number -1.0 :: (_ :: _ as others)) -> "-" + show (Times others)
        | Times parts ->
            parts
            |> List.mapi (fun n part -> factor named (n = 0) part)
            |> String.concat "*"
        | Call(f, parts) when (nameOf named f).IsSome ->
            let inside = parts |> List.map show |> String.concat ", "
            $"{Option.get (nameOf named f)}({inside})"
        | Call(f, parts) ->
            // The arguments where the formula has their names; a name before a parenthesis is that of a function.
            let arguments =
                List.zip f.Arguments (List.map (factor named false) parts) |> Map.ofList

            Regex.Replace(
                Print.text f.Body,
                @"(?<![\w.])[A-Za-z_]\w*(?!\w*\()",
                fun found -> arguments.TryFind found.Value |> Option.defaultValue found.Value
            )

    /// In parentheses where it does not hold together by itself.
    and private factor named (isFirst: bool) (e: Indexed) : string =
        let loose =
            match e with
            | Plus _
            | Times _ -> true
            | Number c -> c < 0.0 && not isFirst
            | Call(f, _) when (nameOf named f).IsNone ->
                match f.Body.Node with
                | Sum _
                | Product _
                | Power _ -> not isFirst
                | _ -> false
            | _ -> false

        let text = print named e
        if loose then $"({text})" else text
