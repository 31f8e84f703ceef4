namespace Interneuron.Derivation.Models

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas

/// Published rules from text and as text: a formula in which target(...) is an average over the target.
[<RequireQualifiedAccess>]
module internal PublishedText =
    /// The first average over the target, as it was written.
    let rec private firstAverage (e: Syntax) : int option =
        match e.Form with
        | Form.Call("target", _) -> Some e.At
        | Form.Literal _
        | Form.Name _ -> None
        | Form.Call(_, parts) -> List.tryPick firstAverage parts
        | Form.Sum parts
        | Form.Product parts -> parts |> List.tryPick (snd >> firstAverage)
        | Form.Negative part -> firstAverage part
        | Form.Power(b, p) -> List.tryPick firstAverage [ b; p ]
        | Form.IfLess(a, b, c, d) -> List.tryPick firstAverage [ a; b; c; d ]

    /// The rule of a parameter at a site, in text[start .. stop - 1].
    let read (scope: IndexedText.Scope) (activities: string list) (site: Index list) (text: string) (start: int) (stop: int) : Direction =
        let whole = IndexedText.read { scope with HasAverages = true } site text start stop

        let varies (e: Indexed) =
            e
            |> Indexed.replace (function
                | Average _ -> Some(Number 0.0)
                | _ -> None)
            |> fun outside -> not (Set.isEmpty (Set.intersect (Indexed.symbols outside) (Set.ofList activities)))

        let hasAverage (e: Indexed) =
            e
            |> Indexed.collect (function
                | Average _ -> [ () ]
                | _ -> [])
            |> List.isEmpty
            |> not

        let refuse () =
            let at = Syntax.formula text start stop |> firstAverage |> Option.defaultValue start

            Reading.fail
                at
                "an average over the target is multiplied by what varies, or inside a function"
                "it is a term by itself, times parameters"

        /// A term without averages, or what an average is of, the other factors taken inside.
        let rec part (term: Indexed) : Indexed * Indexed =
            if not (hasAverage term) then
                term, Number 0.0
            else
                match term with
                | Total(i, body) ->
                    let online, average = part body
                    Total(i, online), Total(i, average)
                | _ ->
                    let averages, others =
                        Indexed.factors term |> List.partition (fun f -> hasAverage f)

                    match averages with
                    | [ Average inside ] when not (List.exists varies others) ->
                        let whole = Times(inside :: others)
                        // What does not vary is its own average.
                        if varies inside then
                            Number 0.0, whole
                        else
                            whole, Number 0.0
                    | [ Total _ as sum ] when not (List.exists varies others) ->
                        let online, average = part sum
                        Times(online :: others), Times(average :: others)
                    | _ -> refuse ()

        let parts = Indexed.addends whole |> List.map part

        { OverStimuli = Plus(List.map fst parts)
          OverTarget = -(Plus(List.map snd parts)) }

    /// As text; the functions of these names are called by name.
    let print (named: Map<string, Function>) (direction: Direction) : string =
        Direction.print (IndexedText.print named) (fun x -> $"target({x})") direction
