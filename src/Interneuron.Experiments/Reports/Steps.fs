namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// What a step makes of a parameter when a model is trained: on the fast engine where that knows the model, else by the rule as it stands.
[<RequireQualifiedAccess>]
module internal Steps =
    let private words text = Span.Words text

    let private number (x: float) =
        x.ToString("G6", CultureInfo.InvariantCulture)

    /// A formula of one quantity.
    let private of1 (x: Maths) (unicode: string -> string) (latex: string -> string) =
        Span.Maths
            { Unicode = unicode x.Unicode
              Latex = latex x.Latex }

    /// A formula of two.
    let private of2 (x: Maths) (y: Maths) (unicode: string -> string -> string) (latex: string -> string -> string) =
        Span.Maths
            { Unicode = unicode x.Unicode y.Unicode
              Latex = latex x.Latex y.Latex }

    let private quantity (p: Learned) =
        Functions.maths (Symbol(p.Name, p.Site))

    let private column (p: Learned) =
        Functions.maths (Symbol(p.Name, [ List.last p.Site ]))

    let private isHeld (p: Learned) = p.Rate = 0.0

    let private held (p: Learned) =
        [ Span.Maths(quantity p); words " stays where it starts: its rate is 0." ]

    let private rate (value: string) =
        [ words ", "
          Span.Maths
              { Unicode = $"η = {value}"
                Latex = $"\\eta = {value}" } ]

    /// A form held to the interval of a parameter.
    let private bounded (p: Learned) (form: string) (least: string) (most: string) : string =
        let lower, upper = p.Interval

        let above =
            if Double.IsInfinity lower then
                form
            else
                $"{most}({form}, {number lower})"

        if Double.IsInfinity upper then
            above
        else
            $"{least}({above}, {number upper})"

    let private asItStands (p: Learned) : Span list =
        let x = quantity p

        let step =
            match p.Constraints with
            | [] -> of1 x (fun x -> $"{x} ← {x} + Δ{x}") (fun x -> $"{x} \\leftarrow {x} + \\Delta {x}")
            | [ UnitColumns ] ->
                of1 (column p) (fun w -> $"{w} ← ({w} + Δ{w})/|{w} + Δ{w}|") (fun w ->
                    $"{w} \\leftarrow ({w} + \\Delta {w}) / \\lvert {w} + \\Delta {w} \\rvert")
            | [ NonNegative ]
            | [ NonPositive ]
            | [ Between _ ] ->
                of1 x (fun x -> bounded p $"{x} + Δ{x}" "min" "max" |> fun moved -> $"{x} ← {moved}") (fun x ->
                    bounded p $"{x} + \\Delta {x}" "\\min" "\\max"
                    |> fun moved -> $"{x} \\leftarrow {moved}")
            | _ -> of1 x (fun x -> $"{x} ← P({x} + Δ{x})") (fun x -> $"{x} \\leftarrow P({x} + \\Delta {x})")

        let projected =
            match p.Constraints with
            | []
            | [ UnitColumns ]
            | [ NonNegative ]
            | [ NonPositive ]
            | [ Between _ ] -> []
            | _ -> [ words ", where P takes it to the nearest that it is held to" ]

        [ words "Step "
          step
          yield! rate (number p.Rate)
          yield! projected
          words "." ]

    /// The steps of the learner's scaled schedule.
    let private onFastEngine (learns: Learns) (gain: Learned) (potential: Potential) (p: Learned) : Span list =
        let x, g = quantity p, quantity gain

        match p.Constraints with
        | [ UnitColumns ] ->
            [ words "Step "
              of2 (column p) g (fun w g -> $"{w} ← {w} + Δ{w}/({g} E[z f])") (fun w g ->
                  $"{w} \\leftarrow {w} + \\Delta {w} / \\left({g} \\, \\mathbb{{E}}[z f]\\right)")
              yield! rate (number Learner.synapseRate)
              words $", by at most {number Learner.synapseClip} in length, and the column divided by its length." ]
        | _ when p.Name = gain.Name ->
            [ words "Multiplicative step "
              of1 x (fun x -> $"{x} ← {x} exp(Δ{x} E[F]/E[F²])") (fun x ->
                  $"{x} \\leftarrow {x} \\exp\\left(\\Delta {x} \\, \\mathbb{{E}}[F] / \\mathbb{{E}}[F^2]\\right)")
              yield! rate (number (Learner.gainRate learns))
              words $", which keeps it above 0; the exponent is at most {number Learner.gainClip} either way." ]
        | _ ->
            let unit =
                potential.Parameters
                |> List.tryFind (fun parameter -> parameter.Name = p.Name)
                |> Option.map Learner.parameterUnit
                |> Option.defaultValue 1.0

            let name = IndexedPrint.unicodeSymbol p.Name
            let latex = Tex.name p.Name

            [ words "Step "
              of2
                  x
                  g
                  (fun x g ->
                      let moved = bounded p $"{x} + Δ{x}/({g} σ[∂_{name} F])" "min" "max"
                      $"{x} ← {moved}")
                  (fun x g ->
                      let moved =
                          bounded p $"{x} + \\Delta {x} / ({g} \\, \\sigma[\\partial_{{{latex}}} F])" "\\min" "\\max"

                      $"{x} \\leftarrow {moved}")
              yield! rate (number (unit * Learner.parameterRate))
              words $", by at most {number (unit * Learner.parameterClip)}." ]

    let private engine (derivation: Derivation) : (Learns * Learned * Potential) option =
        match Derived.learning derivation, Derived.fast derivation with
        | Some { Learns = Some learns
                 Potential = potential },
          Some { Gain = Some gain } -> Some(learns, gain, potential)
        | _ -> None

    /// How all parameters step.
    let together (derivation: Derivation) : Block =
        match engine derivation with
        | Some _ ->
            Block.Paragraph
                [ words
                      "Each step is rate (online - target), the online terms averaged over the stimuli of the step. The fast engine trains \
                      this model: it measures F from its value at 0, scales the steps by averages "
                  Span.Maths { Unicode = "E"; Latex = "\\mathbb{E}" }
                  words " and deviations "
                  Span.Maths { Unicode = "σ"; Latex = "\\sigma" }
                  words " over the target, all parameters step at once, rates fall with the number "
                  Span.Maths { Unicode = "t"; Latex = "t" }
                  words " of steps made as "
                  Span.Maths
                      { Unicode = $"(1 + t/{number Learner.decaySteps})^(-1/2)"
                        Latex = $"(1 + t/{number Learner.decaySteps})^{{-1/2}}" }
                  words ", and what is learned is the mean over the second half of the steps." ]
        | None ->
            let order =
                derivation.Model.Learned |> List.map (fun p -> p.Name) |> String.concat ", "

            Document.paragraph
                $"Each step is rate (online - target - cost), the online terms averaged over the stimuli of the step; the parameters step \
                in the order {order}."

    /// How each parameter steps.
    let ofParameter (derivation: Derivation) : Learned -> Span list =
        let engine = engine derivation

        fun p ->
            match engine with
            | _ when isHeld p -> held p
            | Some(learns, gain, potential) -> onFastEngine learns gain potential p
            | None -> asItStands p
