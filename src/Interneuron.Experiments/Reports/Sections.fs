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

    let private heldBy constraint' =
        match constraint' with
        | NonNegative -> "at least 0"
        | NonPositive -> "at most 0"
        | Between(lower, upper) when Double.IsInfinity upper -> $"at least {number lower}"
        | Between(lower, upper) when Double.IsInfinity lower -> $"at most {number upper}"
        | Between(lower, upper) -> $"from {number lower} to {number upper}"
        | UnitColumns -> "columns of length 1"
        | UnitRows -> "rows of length 1"
        | ColumnSums total -> $"columns that add up to {number total}"
        | RowSums total -> $"rows that add up to {number total}"
        | Symmetric -> "symmetric"
        | ZeroDiagonal -> "a diagonal of 0"
        | PositiveDefinite -> "positive definite"
        | Orthonormal -> "orthonormal columns"

    let private held (p: Learned) : string =
        match p.Role, p.Constraints with
        | Follows _, _ -> "an average"
        | _, [] -> "any number"
        | _, constraints -> constraints |> List.map heldBy |> String.concat ", "

    let private neuron (population: Population) =
        if population = Population.primary then "primary neuron"
        elif population = Population.interneurons then "interneuron"
        else $"neuron of {population.Name}"

    let private an (what: string) =
        if "aeiou".Contains what[0] then
            $"an {what}"
        else
            $"a {what}"

    let private site (p: Learned) =
        match List.map _.Over p.Site with
        | [] -> "the whole circuit"
        | [ single ] -> an (neuron single)
        | [ x; y ] when x = y && (x = Population.primary || x = Population.interneurons) -> $"a synapse between {neuron x}s"
        | [ x; y ] when x = y -> $"a synapse within {x.Name}"
        | [ x; y ] when x = Population.interneurons -> $"a synapse between {an (neuron y)} and {an (neuron x)}"
        | x :: y :: _ -> $"a synapse between {an (neuron x)} and {an (neuron y)}"

    let private left unicode latex terms : Equality =
        { Left = { Unicode = unicode; Latex = latex }
          Terms = terms }

    let private inputs (derivation: Derivation) =
        [ for input in derivation.Inputs do
              { Left = Functions.maths (Symbol(input.Name, [ input.Index ]))
                Terms = Functions.terms "" input.Form } ]

    let private isCircuit (model: Model) =
        model.Inputs = [ Model.stimulus ] && model.Variables = [ Model.response ]

    /// E(r; s).
    let private energyName (model: Model) =
        let names = String.concat ", "
        let variables = names [ for v in model.Variables -> v.Name ]

        match
            [ for x in model.Inputs do
                  if x.Previous.IsNone then
                      x.Name ]
        with
        | [] -> $"E({variables})"
        | inputs -> $"E({variables}; {names inputs})"

    /// The variables that settle in one way: y, z.
    let private those way (model: Model) =
        String.concat
            ", "
            [ for v in model.Variables do
                  if v.Settling = way then
                      v.Name ]

    /// min_y max_z E(y, z; x).
    let private settled (model: Model) : Maths =
        let e = energyName model

        let over way name =
            match those way model with
            | "" -> "", ""
            | names -> $"{name}_{names} ".Replace(", ", ","), $"\\{name}_{{{names}}} "

        let low, lowLatex = over Minimises "min"
        let high, highLatex = over Maximises "max"

        { Unicode = low + high + e
          Latex = lowLatex + highLatex + e }

    let private settles (v: Variable) =
        let domain =
            match v.Domain with
            | Domain.Whole -> ""
            | Domain.NonNegative -> ", at least 0"
            | Domain.Between(lower, upper) when Double.IsInfinity upper -> $", at least {number lower}"
            | Domain.Between(lower, upper) -> $", from {number lower} to {number upper}"
            | Domain.Simplex -> ", at least 0 with the sum 1"

        let way = if v.Settling = Minimises then "minimises" else "maximises"
        $"a variable that {way} the energy{domain}"

    let model (derivation: Derivation) : Block list =
        let model = derivation.Model
        let constants = model.Constants |> Map.toList
        let energy = energyName model

        [ Block.Heading "Energy"
          Block.Equations(left energy energy (Functions.terms "" derivation.Energy) :: inputs derivation)
          if not (isCircuit model) then
              Block.Table(
                  [ "quantity"; "neurons"; "what it is" ],
                  [ for x in model.Inputs ->
                        [ [ span (Symbol(x.Name, [ x.Index ])) ]
                          [ words $"{x.Index.Over.Name}, {Sizes.count model.Sizes x.Index.Over}" ]
                          [ words (if x.Previous.IsSome then "the input before" else "an input") ] ]
                    for v in model.Variables ->
                        [ [ span (Symbol(v.Name, [ v.Index ])) ]
                          [ words $"{v.Index.Over.Name}, {Sizes.count model.Sizes v.Index.Over}" ]
                          [ words (settles v) ] ] ]
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

        let stimuli =
            match model.Inputs with
            | [] -> ""
            | _ ->
                String.concat
                    ","
                    [ for x in model.Inputs do
                          if x.Previous.IsNone then
                              x.Name ]

        let overStimuli (m: Maths) =
            { Unicode = $"⟨{m.Unicode}⟩_{stimuli}"
              Latex = $"\\left\\langle {m.Latex} \\right\\rangle_{{{stimuli}}}" }

        match model.Objective with
        | Loss loss ->
            let v = String.concat ", " [ for v in model.Variables -> v.Name ]
            let starred = String.concat ", " [ for v in model.Variables -> $"{v.Name}*" ]
            let starredLatex = String.concat ", " [ for v in model.Variables -> $"{v.Name}^*" ]
            let minimum = settled model

            [ Block.Heading "Objective"
              Block.Equations(
                  [ left
                        "J"
                        "J"
                        (term
                            $"⟨L({starred}({stimuli}), {stimuli})⟩_{stimuli}"
                            $"\\left\\langle L({starredLatex}({stimuli}), {stimuli}) \\right\\rangle_{{{stimuli}}}"
                            "loss of the responses"
                         :: cost)
                    left
                        $"{starred}({stimuli})"
                        $"{starredLatex}({stimuli})"
                        [ { Maths =
                              (if model.Variables |> List.exists (fun v -> v.Settling = Maximises) then
                                   { Unicode = "arg " + minimum.Unicode
                                     Latex = "\\operatorname*{arg}" + minimum.Latex }
                               else
                                   { Unicode = $"argmin_{v} {energyName model}"
                                     Latex = $"\\operatorname*{{arg\\,min}}_{{{v}}} {energyName model}" })
                            Role = "" } ]
                    left "L" "L" (Functions.terms "" loss) ]
                  @ costs
              ) ]
        | Value ->
            [ Block.Heading "Objective"
              Block.Equations(
                  left
                      "J"
                      "J"
                      ({ Maths = overStimuli (settled model)
                         Role = "the energy at its fixed point" }
                       :: cost)
                  :: costs
              )
              let ascending =
                  [ for p in model.Learned do
                        if p.Role = Ascends then
                            p.Name ]

              Document.paragraph (
                  match ascending with
                  | [] -> "The parameters descend J."
                  | names ->
                      let names = String.concat ", " names
                      $"The parameters descend J, but for {names}: there it is ascended, and learning comes to a saddle."
              ) ]
        | Transport ->
            let e = energyName model
            let r, s = model.Variables.Head.Name, model.Inputs.Head.Name

            [ Block.Heading "Objective"
              Block.Equations(
                  left
                      "J"
                      "J"
                      ([ term $"-⟨min_{r} {e}⟩_{s}" $"-\\left\\langle \\min_{r} {e} \\right\\rangle_{s}" "stimuli"
                         term
                             $"⟨E({r}; 0)⟩_({r} ~ {target})"
                             $"\\left\\langle E({r}; 0) \\right\\rangle_{{{r} \\sim \\mathrm{{target}}}}"
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

    /// Whether the normalisation of columns takes away all that the target subtracts.
    let private isRemoved (p: Learned) (mean: Indexed) =
        let terms = Indexed.addends mean

        p.IsHeldBy UnitColumns
        && not terms.IsEmpty
        && terms
           |> List.forall (fun term ->
               // What is left beside the synapse must be the same along the whole column.
               let rest = Indexed.factors term |> List.filter ((<>) (symbol p))

               rest.Length < (Indexed.factors term).Length
               && rest
                  |> List.forall (fun factor -> Indexed.free factor |> Set.forall (fun index -> index.Over = p.Site[1].Over)))

    /// What averages subtract: over the stimuli, or over the target.
    let private subtracted (over: Maths) (role: string) (e: Indexed) : Term list =
        [ for term in Indexed.addends e do
              let isNegative, size =
                  match Indexed.factors term with
                  | Number c :: _ when c < 0.0 -> true, -term
                  | _ -> false, term

              let inside = Functions.maths size
              let sign = if isNegative then "" else "-"

              { Maths =
                  { Unicode = $"{sign}⟨{inside.Unicode}⟩_{over.Unicode}"
                    Latex = $"{sign}\\left\\langle {inside.Latex} \\right\\rangle_{{{over.Latex}}}" }
                Role = role } ]

    /// The averages over the target that a direction subtracts.
    let private averages (target: string) (e: Indexed) : Term list =
        subtracted
            { Unicode = target
              Latex = "\\mathrm{target}" }
            "target"
            e

    let private direction (p: Learned) : Maths =
        let shown = Functions.maths (symbol p)
        let rate = Functions.maths (Symbol("eta", []))

        { Unicode = $"Δ{shown.Unicode}/{rate.Unicode}"
          Latex = $"\\Delta {shown.Latex} / {rate.Latex}" }

    let localityName (locality: Locality) =
        match locality with
        | Local -> "local"
        | Heterosynaptic _ -> "heterosynaptic"
        | LocalWithBroadcast _ -> "local with broadcast"
        | Gather _ -> "gather"
        | TwoPhases _ -> "two phases"
        | WeightTransport _ -> "weight transport"
        | NonLocal _ -> "not local"

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
          )
          match r.TwoPhases with
          | None -> ()
          | Some phases ->
              let term = Functions.maths phases.Term
              let sign = if p.Role = Ascends then "" else "-"

              Block.Paragraph
                  [ words "In two phases, at the fixed points of "
                    inline' "E ± βL" "E \\pm \\beta L"
                    words ", the same to order "
                    inline' "β²" "\\beta^2"
                    words ": "
                    inline'
                        $"{sign}[({term.Unicode})_+ - ({term.Unicode})_-]/2β"
                        $"{sign}\\left[\\left({term.Latex}\\right)_{{+}} - \\left({term.Latex}\\right)_{{-}}\\right] / 2\\beta"
                    words $" ({localityName phases.Locality})." ] ]

    let rules (derivation: Derivation) : Block list =
        [ Block.Heading "Plasticity"
          if derivation.Model.Loss.IsSome then
              let v = derivation.Model.Variables.Head

              let at index =
                  Functions.maths (Symbol(v.Name, [ index ]))

              let first, second = at v.Index, at (Index.all v.Index.Over |> Seq.item 1)
              let name = Functions.maths (Symbol(v.Name, []))

              Block.Paragraph
                  [ words "The loss descends through the response, by implicit differentiation of "
                    inline' $"∂E/∂{name.Unicode} = 0" $"\\partial E / \\partial {name.Latex} = 0"
                    words "; "
                    inline' "H" "H"
                    words " is the Hessian of the energy, "
                    inline' $"∂²E/∂{first.Unicode} ∂{second.Unicode}" $"\\partial^2 E / \\partial {first.Latex} \\partial {second.Latex}"
                    words "." ]
          Steps.together derivation
          yield!
              derivation.Rules
              |> List.collect (rule derivation (Steps.ofParameter derivation)) ]

    /// What a parameter's mean step is where its learning rests.
    let private atRest (p: Learned) : string =
        let isWall =
            function
            | NonNegative
            | NonPositive
            | Between _ -> true
            | _ -> false

        let walls, surfaces = List.partition isWall p.Constraints

        match walls, surfaces with
        | [], [] -> ""
        | _, [] -> "0 between the bounds; at a bound it points outwards"
        | [], _ -> "0 within " + (surfaces |> List.map heldBy |> String.concat ", ")
        | _ ->
            let held = surfaces |> List.map heldBy |> String.concat ", "
            $"0 within {held} and between the bounds; at a bound it points outwards"

    /// The optimality conditions: what the mean of each rule over the stimuli is where learning rests.
    let optimality (derivation: Derivation) : Block list =
        let names =
            [ for x in derivation.Model.Inputs do
                  if x.Previous.IsNone then
                      x.Name ]
            |> String.concat ","

        let stimuli = { Unicode = names; Latex = names }

        let zero = { Unicode = "0"; Latex = "0" }

        let learning = derivation.Rules |> List.filter (fun r -> r.Parameter.Rate > 0.0)

        if learning.IsEmpty then
            []
        else
            [ Block.Heading "Where learning rests"
              Block.Equations
                  [ for r in learning ->
                        { Left = zero
                          Terms =
                            subtracted stimuli (r.Parameter.Name + ", stimuli") (-r.Online)
                            @ (match r.TargetTerm with
                               | Absent -> []
                               | Closed mean -> Functions.terms "target" (-mean)
                               | Averaged e -> averages (Target.name derivation.Model.Target) e)
                            @ Functions.terms "cost" (-r.Cost) } ]
              match learning |> List.filter (fun r -> atRest r.Parameter <> "") with
              | [] -> ()
              | held ->
                  Document.paragraph "But for what is held, of which the mean step is not 0 but:"

                  Block.Table(
                      [ "parameter"; "the mean step at rest" ],
                      [ for r in held -> [ [ span (symbol r.Parameter) ]; [ words (atRest r.Parameter) ] ] ]
                  ) ]

    /// What the derived rule is beside the published one.
    let private agreement (p: Learned) (c: Comparison) : Span list =
        [ match c.Form with
          | Gradient -> words "The derived rule"
          | Multiplicative ->
              words "The derived rule times "
              span (symbol p)
          | Projected -> words "Within what the parameter is held to, the derived rule"
          | AcrossColumns -> words "But for what is along the column, which its normalisation takes away, the derived rule"
          match c.IsEqual, c.Factor with
          | true, 1.0 -> words " is the same."
          | true, factor -> words $" is {number factor} times this; the factor is part of the rate."
          | false, 1.0 -> words " differs by"
          | false, factor -> words $" differs from {number factor} times this by" ]

    /// Rules of another source, and whether the derived ones are the same.
    let private comparison (heading: string) (derivation: Derivation) (comparisons: Comparison list) : Block list =
        match comparisons with
        | [] -> []
        | comparisons ->
            let target = Target.name derivation.Model.Target

            let terms (d: Direction) =
                let shown = Inputs.named derivation.Model derivation.Inputs

                Functions.terms "online" (shown d.OverStimuli)
                @ averages target (shown d.OverTarget)

            [ Block.Heading heading
              for c in comparisons do
                  let p = derivation.Model.Learned |> List.find (fun p -> p.Name = c.Rule.Parameter)

                  Block.Equations
                      [ { Left = direction p
                          Terms = terms c.Rule.Direction } ]

                  Block.Paragraph(agreement p c)

                  if not c.IsEqual then
                      Block.Equations [ left "difference" "\\text{difference}" (terms c.Difference) ] ]

    /// The publication's own rules, and whether the derived ones are the same.
    let published (derivation: Derivation) : Block list =
        comparison "Against the published rules" derivation (Published.check derivation)

    /// The rules of another model for the parameters that both have, and which parameters only one has.
    let against (derivation: Derivation) (other: Derivation) : Block list =
        let title =
            if other.Model.Title = "" then
                "the other model"
            else
                $"\u201c{other.Model.Title}\u201d"

        let comparisons = Published.against derivation other

        let names (d: Derivation) = [ for p in d.Model.Learned -> p.Name ]

        let others d =
            names d
            |> List.filter (fun name -> not (comparisons |> List.exists (fun c -> c.Rule.Parameter = name)))

        let elsewhere =
            others derivation |> List.filter (fun name -> List.contains name (others other))

        let only who names =
            match names with
            | [] -> []
            | names ->
                let all = String.concat ", " names
                [ Document.paragraph $"Only {who} has {all}." ]

        (if comparisons.IsEmpty then
             [ Block.Heading $"Against {title}"
               Document.paragraph "The models have no parameter of the same populations in common." ]
         else
             comparison $"Against {title}" derivation comparisons)
        @ (match elsewhere with
           | [] -> []
           | names ->
               let all = String.concat ", " names
               [ Document.paragraph $"The other model has {all} between populations of other names." ])
        @ only "this model" (List.except elsewhere (others derivation))
        @ only "the other" (List.except elsewhere (others other))

    let private reason (locality: Locality) : Span list =
        match locality with
        | Local -> [ words "every signal that it uses is at its site" ]
        | Heterosynaptic sum ->
            [ words "a sum over the weights of the same neuron's other synapses: "
              span sum ]
        | LocalWithBroadcast scalar -> [ words "one number for the whole circuit: "; span scalar ]
        | Gather sum -> [ words "one parameter that all share, collected from all: "; span sum ]
        | TwoPhases term -> [ words "the difference of this in two settled states: "; span term ]
        | WeightTransport weight -> [ words "the weight of another synapse: "; span weight ]
        | NonLocal(term, factor) ->
            [ words "no signal brings "
              span factor
              if factor <> term then
                  words " of "
                  span term
              words " to the site"
              if Functions.hasInverseHessian term then
                  words ": the inverse Hessian "
                  inline' "H⁻¹" "H^{-1}"
                  words " of the energy carries a change of one response to all others" ]

    /// Formulas side by side.
    let private listed (formulas: Indexed list) : Span list =
        formulas
        |> List.mapi (fun n e ->
            [ if n > 0 then
                  words ", "
              span e ])
        |> List.concat

    let private signals (derivation: Derivation) : Block =
        let row (r: DerivedRule) =
            let at (place: int) =
                match List.tryItem place r.Parameter.Site with
                | None -> []
                | Some index ->
                    r.Signals
                    |> List.choose (function
                        | AtNeuron(i, e)
                        | Current(i, e)
                        | OwnWeights(i, e) when i = index -> Some e
                        | _ -> None)

            let shared =
                r.Signals
                |> List.choose (function
                    | Shared e -> Some e
                    | _ -> None)

            let elsewhere =
                r.Signals
                |> List.choose (function
                    | FromElsewhere e -> Some e
                    | _ -> None)

            // Formulas of the inverse Hessian are long, and are told apart in the rule.
            let inverse, others = List.partition Functions.hasInverseHessian elsewhere

            [ [ span (symbol r.Parameter) ]
              listed (at 0)
              listed (at 1)
              listed shared
              [ yield! listed others
                if not inverse.IsEmpty then
                    if not others.IsEmpty then
                        words ", "

                    inline' "H⁻¹" "H^{-1}" ] ]

        Block.Table(
            [ "parameter"
              "from the neuron of its first index"
              "of its second"
              "from all"
              "from elsewhere" ],
            List.map row derivation.Rules
        )

    let locality (derivation: Derivation) : Block list =
        [ Block.Heading "Locality"
          Block.Table(
              [ "what"; "verdict"; "why" ],
              [ for r in derivation.Rules ->
                    [ [ span (symbol r.Parameter) ]
                      [ words (localityName r.Locality) ]
                      reason r.Locality ]
                for d in derivation.Dynamics ->
                    [ [ words "dynamics of "; span (Symbol(d.Variable.Name, [ d.Variable.Index ])) ]
                      [ words (localityName d.Locality) ]
                      (match d.Locality with
                       | Local -> [ words "all that it needs reaches the neuron along synapses" ]
                       | other -> reason other) ] ]
          )
          signals derivation
          match derivation.BothWays with
          | [] -> ()
          | both ->
              Block.Paragraph(
                  words "The dynamics use " :: listed [ for name in both -> Symbol(name, []) ]
                  @ [ words " both ways, from each of two neurons to the other: a circuit has to keep the two strengths equal." ]
              ) ]
