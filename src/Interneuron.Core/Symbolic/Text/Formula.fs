namespace Interneuron.Core.Symbolic.Text

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic

/// Formulas from text, the inverse of `Print.text`: numbers, names, + - * / ^, parentheses, if(a < b, c, d) and the functions below. `^`
/// goes from right to left and binds tighter than a minus before it: -x^2 = -(x^2).
[<RequireQualifiedAccess>]
module Formula =
    let private one (f: Expr -> Expr) (x: Expr list) = f x[0]

    let private table: Map<string, int * (Expr list -> Expr)> =
        [ "sqrt", (1, one sqrt)
          "sinh", (1, one sinh)
          "pow", (2, (fun (x: Expr list) -> Expr.power x[0] x[1])) ]
        @ [ for row in Primitives.all -> row.Name, (row.Arity, Expr.apply row) ]
        |> Map.ofList

    /// The functions that a formula can use.
    let functions: string list = [ for name in table.Keys -> name ]

    /// Numbers with a name; the last two as `Print.text` writes them.
    let private numbers = Map [ "pi", Math.PI; "Infinity", infinity; "NaN", nan ]

    /// polygamma1, polygamma2, ..., which derivatives have.
    let private polygamma (name: string) =
        let stem = "polygamma"

        match Int32.TryParse(name.AsSpan(min stem.Length name.Length)) with
        | true, n when name.StartsWith(stem, StringComparison.Ordinal) && 0 < n && n < 100 -> Some(1, one (Expr.polygamma n))
        | _ -> None

    /// The function of a name, and the number of its arguments.
    let internal tryFunction (name: string) =
        table.TryFind name |> Option.orElse (polygamma name)

    /// A function of arguments, refused at `at` where there is none or it takes another number of them.
    let internal apply (at: int) (others: string list) (name: string) (arguments: 'T list) : Expr list -> Expr =
        match tryFunction name with
        | Some(arity, f) when arity = arguments.Length -> f
        | Some(arity, _) ->
            let noun = if arity = 1 then "argument" else "arguments"
            Reading.fail at $"'{name}' takes {arity} {noun}" $"it is given {arguments.Length}"
        | None -> Reading.fail at $"unknown function '{Reading.cut name}'" (Spelling.suggestion (others @ functions) name)

    /// The number of a name.
    let internal tryNumber (name: string) = numbers.TryFind name

    /// 1/e as one power where e is one: 1/sqrt(x) is x^(-1/2).
    let rec private inverse (e: Expr) : Expr =
        match e.Node with
        | Product parts -> Expr.product (List.map inverse parts)
        | Power(b, p) ->
            match p.Node with
            | Constant c -> Expr.power b (Expr.constant -c)
            | _ -> 1.0 / e
        | _ -> 1.0 / e

    // Powers beyond overflow for nearly every base.
    let private highestPower = 1000.0

    /// A formula that is not such a power, nor a product with one: powers of powers and products of powers add up to one.
    let private bounded at (e: Expr) : Expr =
        let factors =
            match e.Node with
            | Product factors -> factors
            | _ -> [ e ]

        for factor in factors do
            match factor.Node with
            | Power(b, p) ->
                match p.Node with
                | Constant c when not (abs c <= highestPower || (Expr.variables b).IsEmpty) ->
                    Reading.fail at $"a power of {Print.text p} overflows" $"exponents are at most {highestPower}"
                | _ -> ()
            | _ -> ()

        e

    /// A formula; `leaf` reads the parts that are variables, and `others` are functions that it knows besides.
    let rec internal ofSyntax (others: string list) (leaf: Syntax -> Expr option) (e: Syntax) : Expr =
        let read = ofSyntax others leaf

        match leaf e with
        | Some x -> x
        | None ->
            match e.Form with
            | Form.Literal value -> Expr.constant (Rational.toFloat value)
            | Form.Name(name, _) ->
                match tryNumber name with
                | Some value -> Expr.constant value
                | None -> Reading.fail e.At $"unknown name '{Reading.cut name}'" (Spelling.suggestion [ "pi" ] name)
            | Form.Call(name, arguments) -> apply e.At others name arguments (List.map read arguments) |> bounded e.At
            | Form.Sum terms -> Expr.sum [ for isNegative, term in terms -> if isNegative then -(read term) else read term ]
            | Form.Product factors -> product read factors |> bounded e.At
            | Form.Negative part -> -(read part)
            | Form.Power(b, p) -> Expr.power (read b) (read p) |> bounded e.At
            | Form.IfLess(a, b, c, d) -> Expr.ifLess (read a) (read b) (read c) (read d)

    /// A product at one go: a number and a sum by themselves would be multiplied out.
    and private product (read: Syntax -> Expr) (factors: (bool * Syntax) list) : Expr =
        Expr.product
            [ for divides, factor in factors do
                  match factor.Form with
                  | Form.Negative part when not divides ->
                      Expr.constant -1.0
                      read part
                  | _ -> if divides then inverse (read factor) else read factor ]

    let private variable (variables: string list) (e: Syntax) : Expr option =
        match e.Form with
        | Form.Name(name, []) when List.contains name variables -> Some(Expr.var name)
        | Form.Name(name, (at, _) :: _) -> Reading.fail at $"'{Reading.cut name}' has indices" "here are only single quantities"
        | Form.Name(name, []) when (tryNumber name).IsNone ->
            if (tryFunction name).IsSome then
                Reading.fail e.At $"'{name}' is a function" $"write {name}(...)"
            else
                let suggestion = Spelling.suggestion (variables @ [ "pi" ]) name
                Reading.fail e.At $"unknown name '{Reading.cut name}'" suggestion
        | _ -> None

    // The budget for building a formula from text: it ends well within a second.
    let private effort = 1_000_000

    /// The formula in text[start .. stop - 1].
    let internal read (variables: string list) (text: string) (start: int) (stop: int) : Expr =
        let syntax = Syntax.formula text start stop

        Reading.locating (fun () -> start) (fun () -> Expr.within effort (fun () -> ofSyntax [] (variable variables) syntax))

    /// The formula of a text, of the given variables.
    let parse (variables: string list) (text: string) : Result<Expr, Refusal> =
        Reading.result Where.unknown text (fun () -> read variables text 0 text.Length)
