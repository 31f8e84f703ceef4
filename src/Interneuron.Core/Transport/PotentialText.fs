namespace Interneuron.Core.Transport

open System
open FParsec
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// Potentials from text: a formula of z and the parameters, such as log(cosh(theta*z))/theta^2, and the parameters, such as theta in [0.5,
/// 4], or theta in [0.5, 4] from [0.9, 1.1] with the interval that its first value is drawn from, or from 1 with that value.
[<RequireQualifiedAccess>]
module PotentialText =
    let private parameter =
        let keyword name = skipString name >>. spaces
        let isIn = keyword "in" >>. Syntax.interval
        let single = Syntax.signedNumber |>> fun x -> x, x
        let from = opt (keyword "from" >>. (Syntax.interval <|> single))
        pipe3 (Syntax.word "a name") isIn from (fun name interval from -> name, interval, from)

    let private readParameter (text: string) =
        let name, (lower, upper), from = Syntax.run parameter text 0 text.Length

        let first, last =
            from |> Option.defaultWith (fun () -> Parameter.usualStart lower upper)

        if not (lower <= first && first <= last && last <= upper) then
            Reading.fail 0 $"'{name}' starts from {first} to {last}" $"it has to start inside [{lower}, {upper}]"

        Reading.locating (fun () -> 0) (fun () -> Parameter.define name lower upper (first, last))

    /// A parameter as `parse` reads it: its name, its interval, and where it starts from if that is not where it would start from anyway.
    let parameterText (p: Parameter) : string =
        let bound (x: float) =
            if Double.IsPositiveInfinity x then "inf"
            elif Double.IsNegativeInfinity x then "-inf"
            else Numeral.write x

        let interval (lower, upper) = $"[{bound lower}, {bound upper}]"
        let among = interval (p.Lower, p.Upper)

        match p.Initial with
        | start when start = Parameter.usualStart p.Lower p.Upper -> $"{p.Name} in {among}"
        | first, last when first = last -> $"{p.Name} in {among} from {bound first}"
        | start -> $"{p.Name} in {among} from {interval start}"

    /// The parameters in order, up to the first that is not one.
    let rec private readParameters read (texts: string list) =
        match texts with
        | [] -> Result.Ok(List.rev read)
        | text :: others ->
            let add () =
                let p = readParameter text

                if read |> List.exists (fun (q: Parameter) -> q.Name = p.Name) then
                    Reading.fail 0 $"there is a parameter '{p.Name}' already" "give this one another name"

                p

            Reading.result (Where.named $"parameter {read.Length + 1}") text add
            |> Result.bind (fun p -> readParameters (p :: read) others)

    /// The potential of a formula of z and parameters; its name is the text of the formula. A parameter starts in the middle half of its
    /// interval, and within a unit of its lower bound where the upper is `inf`. Refuses a formula without z or without one of the
    /// parameters.
    let parse (formula: string) (parameters: string list) : Result<Potential, Refusal> =
        let potential (parameters: Parameter list) () =
            let names = [ for p in parameters -> p.Name ]
            let body = Formula.read ("z" :: names) formula 0 formula.Length

            for name in "z" :: names do
                if not (List.contains name (Expr.variables body)) then
                    Reading.fail 0 $"the potential does not depend on {name}" "write a formula of z and every parameter"

            // In the middle of where each parameter starts.
            let start name =
                match parameters |> List.tryFind (fun p -> p.Name = name) with
                | Some p -> 0.5 * (fst p.Initial + snd p.Initial)
                | None -> 1.0

            match Domain.missing "z" start body with
            | Some Everywhere ->
                Reading.fail 0 "the potential is not defined anywhere" "a part of it is infinite or no number whatever z is"
            | Some(Somewhere where) ->
                Reading.fail
                    0
                    $"the potential is not defined {where}"
                    "write abs(z) or max(z, 0) where only numbers at or above 0 are meant"
            | None -> ()

            Potential.ofFormula (formula.Trim()) parameters body

        readParameters [] parameters
        |> Result.bind (potential >> Reading.result (Where.named "potential") formula)
