namespace Interneuron.Derivation.Models

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas

/// Indexed formulas from text and as text; what is printed reads back as the same.
[<RequireQualifiedAccess>]
module internal IndexedText =
    /// What names stand for.
    type Scope =
        {
            /// The populations, by whose letters indices are told.
            Populations: Population list
            /// The symbols, with the populations of their indices.
            Sites: Map<string, Population list>
            /// The inputs, whose last values are written previous(...).
            Inputs: Set<string>
            /// The functions with a formula of their own, by the names that call them.
            Functions: Map<string, Function>
            /// Whether there are averages over the target, written target(...).
            HasAverages: bool
        }

    /// The index of a letter, refused at its place if no population has it.
    let index (populations: Population list) (at: int) (letter: string) : Index =
        match Index.tryOf populations letter with
        | Some index -> index
        | None ->
            let known =
                [ for population in populations ->
                      let letters = String.concat ", " population.Letters

                      if population = Population.primary then
                          $"primary neurons have {letters}"
                      elif population = Population.interneurons then
                          $"interneurons {letters}"
                      else
                          $"{population.Name} has {letters}" ]
                |> String.concat ", "

            Reading.fail at $"'{letter}' is not an index" known

    let private siteText (site: Population list) =
        let inside = site |> List.map _.Letters.Head |> String.concat ","
        if site.IsEmpty then "no index" else $"[{inside}]"

    let private symbol (scope: Scope) (bound: Set<string>) (at: int) (name: string) (letters: (int * string) list) : Indexed =
        match scope.Sites.TryFind name with
        | Some site ->
            let indices =
                [ for place, letter in letters -> index scope.Populations place letter ]

            if List.map _.Over indices <> site then
                Reading.fail at $"'{name}' has other indices than it is declared with" $"it has {siteText site}"

            for place, letter in letters do
                if not (bound.Contains letter) then
                    Reading.fail place $"the index {letter} is not summed over" $"write sum({letter}, ...) around it"

            Symbol(name, indices)
        | None ->
            match Formula.tryNumber name, name with
            | Some value, _ when letters.IsEmpty -> Number value
            | _, "z" -> Reading.fail at "'z' is not a symbol of models" "write out an interneuron's input, as in sum(a, W[a,i]*r[a])"
            | _ when Formula.tryFunction(name).IsSome || scope.Functions.ContainsKey name ->
                Reading.fail at $"'{name}' is a function" $"write {name}(...)"
            | _ ->
                let known = [ for name in scope.Sites.Keys -> name ] @ [ "pi" ]

                let declared =
                    if letters.IsEmpty || (Spelling.nearest known name).IsSome then
                        ""
                    else
                        "; what is new is declared with input, variable or parameter"

                Reading.fail at $"unknown symbol '{name}'" (Spelling.suggestion known name + declared)

    /// Quantities, sums over an index, potentials and averages: everything but ordinary formulas of their parts. `reached` keeps where the
    /// part begins that is being put together.
    let rec private leaf (reached: int ref) (scope: Scope) (bound: Set<string>) (e: Syntax) : Indexed option =
        let made build parts =
            reached.Value <- e.At
            Some(build parts)

        match e.Form with
        | Form.Name(name, letters) -> Some(symbol scope bound e.At name letters)
        | Form.Call("sum", arguments) ->
            match arguments with
            | [ { Form = Form.Name(letter, []) } as first; body ] ->
                let i = index scope.Populations first.At letter

                indexed reached scope (bound.Add letter) body
                |> made (fun body -> Total(i, body))
            | _ -> Reading.fail e.At "a sum has an index and what is summed" "write sum(i, ...)"
        | Form.Call("delta", arguments) ->
            match arguments with
            | [ { Form = Form.Name(first, []) } as i; { Form = Form.Name(second, []) } as j ] ->
                let among (part: Syntax) letter =
                    if not (bound.Contains letter) then
                        Reading.fail part.At $"the index {letter} is not summed over" $"write sum({letter}, ...) around it"

                    index scope.Populations part.At letter

                Some(Delta(among i first, among j second))
            | _ -> Reading.fail e.At "a Kronecker delta has two indices" "write delta(a, b)"
        | Form.Call("previous", arguments) ->
            match arguments with
            | [ { Form = Form.Name(name, letters) } as input ] when scope.Inputs.Contains name ->
                // It has the indices of the input.
                symbol scope bound input.At name letters |> ignore
                Some(Symbol(Model.previousName name, [ for place, letter in letters -> index scope.Populations place letter ]))
            | _ -> Reading.fail e.At "the last value is of an input" "write previous(x[a]) of one that is declared as input x[a]"
        | Form.Call("logdet", arguments) ->
            match arguments with
            | [ { Form = Form.Name(name, []) } as w ] when scope.Sites.TryFind name |> Option.exists (fun site -> site.Length = 2) ->
                reached.Value <- w.At
                Some(Symbol(Indexed.logDeterminant name, []))
            | _ -> Reading.fail e.At "a determinant is of a parameter with two indices" "write logdet(W) of one such as W[k,a]"
        | Form.Call("inverse", arguments) ->
            match arguments with
            | [ { Form = Form.Name(name, letters) } as w ] when letters.Length = 2 && scope.Sites.ContainsKey name ->
                symbol scope bound w.At name letters |> ignore

                Some(Symbol(Indexed.inverse name, [ for place, letter in letters -> index scope.Populations place letter ]))
            | _ -> Reading.fail e.At "an inverse is of a parameter with two indices" "write inverse(W[k,a]), the element of W^-1 at a, k"
        | Form.Call("target", arguments) when scope.HasAverages ->
            match arguments with
            | [ body ] -> indexed reached scope bound body |> made Average
            | _ -> Reading.fail e.At "an average over the target is of one formula" "write target(...)"
        | Form.Call(name, arguments) ->
            match scope.Functions.TryFind name with
            | Some f when f.Arguments.Length = arguments.Length ->
                List.map (indexed reached scope bound) arguments
                |> made (fun parts -> Call(f, parts))
            | Some f ->
                let expected = String.concat ", " f.Arguments
                Reading.fail e.At $"'{name}' is given {arguments.Length} argument(s)" $"write {name}({expected})"
            | None -> None
        | _ -> None

    /// An ordinary function, with the formulas inside it merged into one of which its quantities and sums are the arguments.
    and private ordinary (reached: int ref) (scope: Scope) (bound: Set<string>) (e: Syntax) : Indexed =
        let atoms = System.Collections.Generic.Dictionary<string, Indexed>()

        let variable (part: Indexed) =
            reached.Value <- e.At

            match part with
            | Number c -> Expr.constant c
            | _ ->
                let name = $"x{atoms.Count}"
                atoms[name] <- part
                Expr.var name

        let others =
            [ "sum"; "delta"; "previous"; "logdet"; "inverse" ]
            @ [ if scope.HasAverages then
                    "target"
                for name in scope.Functions.Keys do
                    name ]

        let body =
            e |> Formula.ofSyntax others (leaf reached scope bound >> Option.map variable)

        reached.Value <- e.At
        Indexed.formula body [ for KeyValue(name, part) in atoms -> name, part ]

    and private indexed (reached: int ref) (scope: Scope) (bound: Set<string>) (e: Syntax) : Indexed =
        let read = indexed reached scope bound

        let made build parts =
            reached.Value <- e.At
            build parts

        match leaf reached scope bound e with
        | Some whole -> whole
        | None ->
            match e.Form with
            | Form.Literal value -> value |> made exactly
            | Form.Sum terms ->
                [ for isNegative, term in terms -> if isNegative then -(read term) else read term ]
                |> made Plus
            | Form.Product factors ->
                [ for divides, factor in factors do
                      let part = read factor

                      if divides then
                          match part |> made tryInverse with
                          | Some inverse -> inverse
                          | None -> Indexed.formula (1.0 / Expr.var "x") [ "x", part ]
                      else
                          part ]
                |> made Times
            | Form.Negative part -> read part |> made (~-)
            | Form.Power(b, { Form = Form.Literal n }) ->
                match read b |> made (fun part -> tryRaised part (Rational.toFloat n)) with
                | Some power -> power
                | None -> ordinary reached scope bound e
            | Form.Power _
            | Form.Call _
            | Form.IfLess _
            | Form.Name _ -> ordinary reached scope bound e

    // The budget for building a formula from text: it ends well within a second.
    let private effort = 1_000_000

    /// The formula in text[start .. stop - 1], all of its indices summed over but the given ones; its terms have their places.
    let read (scope: Scope) (free: Index list) (text: string) (start: int) (stop: int) : Indexed =
        let bound = free |> List.map _.Name |> Set.ofList
        let reached = ref start

        let rec terms (e: Syntax) : Indexed =
            match e.Form with
            | Form.Sum parts ->
                let parts =
                    [ for isNegative, part in parts -> if isNegative then -(terms part) else terms part ]

                reached.Value <- e.At
                Plus parts
            | _ -> indexed reached scope bound e |> placed (Some(Reading.position text e.At))

        let syntax = Syntax.formula text start stop
        Reading.locating (fun () -> reached.Value) (fun () -> Expr.within effort (fun () -> terms syntax))

    /// As text; the functions of these names are called by name, others by their formula.
    let print (named: Map<string, Function>) (e: Indexed) : string =
        let isNamed f =
            named.TryFind(IndexedPrint.textName f) = Some f

        e
        |> Indexed.replace (fun part ->
            match part with
            | Call(f, parts) when f.Name <> "" && not (isNamed f) -> Some(Indexed.formula f.Body (List.zip f.Arguments parts))
            | _ -> None)
        |> IndexedPrint.text
