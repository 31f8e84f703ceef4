namespace Interneuron.Experiments

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments.ReportWords

/// The sections of a report on what is fast: the dynamics, and the functions in them.
[<RequireQualifiedAccess>]
module internal DynamicsSections =
    let private partName part =
        match part with
        | Feedforward -> "feedforward"
        | Inhibition -> "inhibition"
        | Leak -> "leak"
        | Lateral -> "lateral"
        | Coupling -> "other variables"

    let private flow (dynamics: FastDynamics) : Equality =
        let v = dynamics.Variable

        let tau =
            if v.TimeConstant = 1.0 then
                ""
            else
                number v.TimeConstant + " "

        let unicode, latex =
            (let m = Functions.maths (Symbol(v.Name, [ v.Index ])) in m.Unicode, m.Latex)

        left
            $"{tau}τ d{unicode}/dt"
            $"{tau}\\tau \\frac{{\\mathrm{{d}}{latex}}}{{\\mathrm{{d}}t}}"
            [ for part, term in dynamics.Terms -> Functions.term (partName part) term ]

    /// What takes a membrane's potential u to its variable.
    let private threshold (v: Variable) (theta: Indexed) : Equality =
        let response = Functions.maths (Symbol(v.Name, [ v.Index ]))
        let u = Functions.maths (Symbol("u", [ v.Index ]))
        let size = Functions.maths theta

        let soft =
            if theta = Number 0.0 then
                u
            else
                { Unicode = $"sign({u.Unicode}) max(|{u.Unicode}| - {size.Unicode}, 0)"
                  Latex = $"\\operatorname{{sign}}({u.Latex}) \\max(\\lvert {u.Latex} \\rvert - {size.Latex}, 0)" }

        let shown =
            match v.Domain with
            | Domain.NonNegative when theta = Number 0.0 ->
                { Unicode = $"max({u.Unicode}, 0)"
                  Latex = $"\\max({u.Latex}, 0)" }
            | Domain.NonNegative ->
                { Unicode = $"max({u.Unicode} - {size.Unicode}, 0)"
                  Latex = $"\\max({u.Latex} - {size.Latex}, 0)" }
            | Domain.Between(lower, upper) ->
                let lower, upper = number lower, number upper

                { Unicode = $"min(max({soft.Unicode}, {lower}), {upper})"
                  Latex = $"\\min(\\max({soft.Latex}, {lower}), {upper})" }
            | Domain.Whole
            | Domain.Simplex -> soft

        { Left = response
          Terms = [ { Maths = shown; Role = "" } ] }

    let private membranes (derivation: Derivation) : Block list =
        let found =
            [ for dynamics in derivation.Dynamics do
                  match dynamics.Membrane with
                  | Some(drive, theta) ->
                      let u = Functions.maths (Symbol("u", [ dynamics.Variable.Index ]))

                      left
                          $"τ d{u.Unicode}/dt"
                          $"\\tau \\frac{{\\mathrm{{d}}{u.Latex}}}{{\\mathrm{{d}}t}}"
                          ({ Maths =
                              { Unicode = $"-{u.Unicode}"
                                Latex = $"-{u.Latex}" }
                             Role = "leak" }
                           :: Functions.terms "drive" drive)

                      threshold dynamics.Variable theta
                  | None -> () ]

        if found.IsEmpty then
            []
        else
            [ Document.paragraph "The same fixed point as the membrane's:"
              Block.Equations found ]

    let dynamics (derivation: Derivation) : Block list =
        [ Block.Heading "Dynamics"
          Block.Equations(
              List.map flow derivation.Dynamics
              @ [ for input in derivation.Inputs do
                      { Left = Functions.maths (Symbol(input.Name, [ input.Index ]))
                        Terms = Functions.terms "" input.Form }

                      { Left = Functions.maths (Symbol(input.Output, [ input.Index ]))
                        Terms = Functions.terms "" input.OutputFormula } ]
          )
          if derivation.Model.Variables |> List.exists (fun v -> v.Domain <> Domain.Whole) then
              Document.paragraph "Each variable is held to its domain."
          yield! membranes derivation
          Block.Picture("circuit.svg", "The circuit") ]

    let functions (derivation: Derivation) (hasPlot: bool) : Block list =
        match Functions.named derivation with
        | [] when not hasPlot -> []
        | named ->
            [ Block.Heading "Functions"
              if not named.IsEmpty then
                  Block.Equations(List.map Functions.definition named)
              if Functions.hasLogarithms derivation then
                  Block.Paragraph
                      [ words "At "
                        inline' "z = 0" "z = 0"
                        words " terms with "
                        inline' "log |z| (written log0(abs(z)))" "\\log |z|"
                        words " take their limit 0: the power of |z| beside them goes to 0 faster." ]
              if hasPlot then
                  Block.Picture("activation.png", "The potential F, the activation f and its slope f' against the interneuron's input z") ]
