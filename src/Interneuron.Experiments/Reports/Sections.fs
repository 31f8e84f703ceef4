namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// The sections of a report.
[<RequireQualifiedAccess>]
module internal Sections =
    let private words text = Span.Words text

    let private inline' unicode latex =
        Span.Maths { Unicode = unicode; Latex = latex }

    let private span e = Span.Maths(Functions.maths e)

    let private number (x: float) =
        x.ToString("G6", CultureInfo.InvariantCulture)

    let private symbol (p: Learned) = Symbol(p.Name, p.Site)

    let private held (p: Learned) : string =
        match p.Constraint with
        | Free -> "any number"
        | NonNegative -> "at least 0"
        | Between(lower, upper) when Double.IsInfinity upper -> $"at least {number lower}"
        | Between(lower, upper) -> $"from {number lower} to {number upper}"
        | UnitColumns -> "columns of length 1"

    let private site (p: Learned) =
        match List.map _.Over p.Site with
        | [] -> "the whole circuit"
        | [ Primary ] -> "a primary neuron"
        | [ Interneurons ] -> "an interneuron"
        | [ Primary; Primary ] -> "a synapse between primary neurons"
        | [ Interneurons; Interneurons ] -> "a synapse between interneurons"
        | _ -> "a synapse between a primary neuron and an interneuron"

    let private left unicode latex terms : Equality =
        { Left = { Unicode = unicode; Latex = latex }
          Terms = terms }

    let private inputs (derivation: Derivation) =
        [ for input in derivation.Inputs do
              { Left = Functions.maths (Symbol(input.Name, [ input.Index ]))
                Terms = Functions.terms "" input.Form } ]

    let model (derivation: Derivation) : Block list =
        let model = derivation.Model
        let constants = model.Constants |> Map.toList

        [ Block.Heading "Energy"
          Block.Equations(
              left "E(r; s)" "E(r; s)" (Functions.terms "" derivation.Energy)
              :: inputs derivation
          )
          if not constants.IsEmpty then
              Block.Paragraph(
                  words "with "
                  :: (constants
                      |> List.mapi (fun n (name, value) ->
                          [ if n > 0 then
                                words ", "
                            span (Symbol(name, []))
                            words $" = {number value}" ])
                      |> List.concat)
                  @ [ words "." ]
              )
          Block.Table(
              [ "parameter"; "where it is"; "held to" ],
              [ for p in model.Learned -> [ [ span (symbol p) ]; [ words (site p) ]; [ words (held p) ] ] ]
          ) ]

    let private costTerms (model: Model) =
        if model.Cost = Number 0.0 then
            []
        else
            [ left "C" "C" (Functions.terms "" model.Cost) ]

    let objective (derivation: Derivation) : Block list =
        let model = derivation.Model
        let target = Target.name model.Target
        let costs = costTerms model

        let cost =
            if costs.IsEmpty then
                []
            else
                [ { Maths = { Unicode = "C"; Latex = "C" }
                    Role = "slow cost" } ]

        let term unicode latex role =
            { Maths = { Unicode = unicode; Latex = latex }
              Role = role }

        match model.Loss with
        | Some loss ->
            [ Block.Heading "Objective"
              Block.Equations(
                  [ left
                        "J"
                        "J"
                        (term "⟨L(r*(s), s)⟩_s" "\\left\\langle L(r^*(s), s) \\right\\rangle_s" "loss of the responses"
                         :: cost)
                    left "r*(s)" "r^*(s)" [ term "argmin_r E(r; s)" "\\operatorname*{arg\\,min}_r E(r; s)" "" ]
                    left "L" "L" (Functions.terms "" loss) ]
                  @ costs
              ) ]
        | None ->
            [ Block.Heading "Objective"
              Block.Equations(
                  left
                      "J"
                      "J"
                      ([ term "-⟨min_r E(r; s)⟩_s" "-\\left\\langle \\min_r E(r; s) \\right\\rangle_s" "stimuli"
                         term
                             $"⟨E(r; 0)⟩_(r ~ {target})"
                             $"\\left\\langle E(r; 0) \\right\\rangle_{{r \\sim \\mathrm{{target}}}}"
                             $"target, {target}" ]
                       @ cost)
                  :: costs
              )
              if costs.IsEmpty then
                  Document.paragraph
                      "The parameters descend J; at its minimum the map from stimuli to responses is the optimal transport to the target, \
                      as far as the potentials can represent it."
              else
                  Document.paragraph "The parameters descend J: transport to the target, at a cost." ]

    let private partName part =
        match part with
        | Feedforward -> "feedforward"
        | Inhibition -> "inhibition"
        | Leak -> "leak"
        | Lateral -> "lateral"

    let dynamics (derivation: Derivation) : Block list =
        [ Block.Heading "Dynamics"
          Block.Equations(
              left
                  "τ dr_a/dt"
                  "\\tau \\frac{\\mathrm{d}r_a}{\\mathrm{d}t}"
                  [ for part, term in derivation.Dynamics -> Functions.term (partName part) term ]
              :: [ for input in derivation.Inputs do
                       { Left = Functions.maths (Symbol(input.Name, [ input.Index ]))
                         Terms = Functions.terms "" input.Form }

                       { Left = Functions.maths (Symbol(input.Output, [ input.Index ]))
                         Terms = Functions.terms "" input.OutputFormula } ]
          )
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

    /// Whether the normalisation of columns takes away all that the target subtracts.
    let private isRemoved (p: Learned) (mean: Indexed) =
        let terms = Indexed.addends mean

        p.Constraint = UnitColumns
        && not terms.IsEmpty
        && terms
           |> List.forall (fun term ->
               // What is left beside the synapse must be the same along the whole column.
               let rest = Indexed.factors term |> List.filter ((<>) (symbol p))

               rest.Length < (Indexed.factors term).Length
               && rest
                  |> List.forall (fun factor -> Indexed.free factor |> Set.forall (fun index -> index.Over = Interneurons)))

    /// The averages over the target that a direction subtracts.
    let private averages (target: string) (e: Indexed) : Term list =
        [ for term in Indexed.addends e do
              let isNegative, size =
                  match Indexed.factors term with
                  | Number c :: _ when c < 0.0 -> true, -term
                  | _ -> false, term

              let inside = Functions.maths size
              let sign = if isNegative then "" else "-"

              { Maths =
                  { Unicode = $"{sign}⟨{inside.Unicode}⟩_{target}"
                    Latex = $"{sign}\\left\\langle {inside.Latex} \\right\\rangle_{{\\mathrm{{target}}}}" }
                Role = "target" } ]

    let private direction (p: Learned) : Maths =
        let shown = Functions.maths (symbol p)
        let rate = Functions.maths (Symbol("eta", []))

        { Unicode = $"Δ{shown.Unicode}/{rate.Unicode}"
          Latex = $"\\Delta {shown.Latex} / {rate.Latex}" }

    let private rule (derivation: Derivation) (step: Learned -> Span list) (r: DerivedRule) : Block list =
        let p = r.Parameter

        let subtracted =
            match r.TargetTerm with
            | Absent -> []
            | Closed mean -> Functions.terms "target" (-mean)
            | Averaged e -> averages (Target.name derivation.Model.Target) e

        [ Block.Equations
              [ { Left = direction p
                  Terms =
                    Functions.terms "online" r.Online
                    @ subtracted
                    @ Functions.terms "cost" (-r.Cost) } ]
          Block.Paragraph(
              [ yield! step p
                match r.TargetTerm with
                | Closed mean when isRemoved p mean -> words " The target term is parallel to the column; the normalisation removes it."
                | Closed mean when mean = Number 0.0 -> words " The target contributes nothing."
                | Averaged _ -> words " The target term has no closed form here; it is averaged numerically."
                | _ -> () ]
          ) ]

    let rules (derivation: Derivation) : Block list =
        [ Block.Heading "Plasticity"
          if derivation.Model.Loss.IsSome then
              Block.Paragraph
                  [ words "The loss descends through the response, by implicit differentiation of "
                    inline' "∂E/∂r = 0" "\\partial E / \\partial r = 0"
                    words "; "
                    inline' "H" "H"
                    words " is the Hessian of the energy, "
                    inline' "∂²E/∂r_a ∂r_b" "\\partial^2 E / \\partial r_a \\partial r_b"
                    words "." ]
          Steps.together derivation
          yield!
              derivation.Rules
              |> List.collect (rule derivation (Steps.ofParameter derivation)) ]

    /// What the derived rule is beside the published one.
    let private agreement (p: Learned) (c: Comparison) : Span list =
        [ match c.Form with
          | Gradient -> words "The derived rule"
          | Multiplicative ->
              words "The derived rule times "
              span (symbol p)
          | AcrossColumns -> words "But for what is along the column, which its normalisation takes away, the derived rule"
          match c.IsEqual, c.Factor with
          | true, 1.0 -> words " is the same."
          | true, factor -> words $" is {number factor} times this; the factor is part of the rate."
          | false, 1.0 -> words " differs by"
          | false, factor -> words $" differs from {number factor} times this by" ]

    /// The publication's own rules, and whether the derived ones are the same.
    let published (derivation: Derivation) : Block list =
        match Published.check derivation with
        | [] -> []
        | comparisons ->
            let target = Target.name derivation.Model.Target

            let terms (d: Direction) =
                let shown = Inputs.named derivation.Inputs

                Functions.terms "online" (shown d.OverStimuli)
                @ averages target (shown d.OverTarget)

            [ Block.Heading "Against the published rules"
              for c in comparisons do
                  let p = derivation.Model.Learned |> List.find (fun p -> p.Name = c.Rule.Parameter)

                  Block.Equations
                      [ { Left = direction p
                          Terms = terms c.Rule.Direction } ]

                  Block.Paragraph(agreement p c)

                  if not c.IsEqual then
                      Block.Equations [ left "difference" "\\text{difference}" (terms c.Difference) ] ]

    let localityName (locality: Locality) =
        match locality with
        | Local -> "local"
        | Heterosynaptic _ -> "heterosynaptic"
        | LocalWithBroadcast _ -> "local with broadcast"
        | Gather _ -> "gather"
        | WeightTransport _ -> "weight transport"
        | NonLocal _ -> "not local"

    let private reason (derivation: Derivation) (r: DerivedRule) : Span list =
        match r.Locality with
        | Local -> [ words "every signal that it uses is at its site" ]
        | Heterosynaptic sum ->
            [ words "a sum over the weights of the same neuron's other synapses: "
              span sum ]
        | LocalWithBroadcast scalar -> [ words "one number for the whole circuit: "; span scalar ]
        | Gather sum -> [ words "one parameter that all share, collected from all: "; span sum ]
        | WeightTransport weight -> [ words "the weight of another synapse: "; span weight ]
        | NonLocal(term, factor) ->
            [ words "no signal brings "
              span factor
              if factor <> term then
                  words " of "
                  span term
              words " to the site"
              if derivation.Model.Loss.IsSome && (Indexed.symbols term).Contains "Hinv" then
                  words ": the inverse Hessian "
                  inline' "H⁻¹" "H^{-1}"
                  words " of the energy carries a change of one response to all others" ]

    let locality (derivation: Derivation) : Block list =
        [ Block.Heading "Locality"
          Block.Table(
              [ "parameter"; "verdict"; "why" ],
              [ for r in derivation.Rules ->
                    [ [ span (symbol r.Parameter) ]
                      [ words (localityName r.Locality) ]
                      reason derivation r ] ]
          ) ]
