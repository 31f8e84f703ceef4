namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// What the sections of a report say in one way: numbers, names, constraints, places.
module internal ReportWords =
    let words text = Span.Words text

    let inline' unicode latex =
        Span.Maths { Unicode = unicode; Latex = latex }

    let span e = Span.Maths(Functions.maths e)

    let number (x: float) =
        x.ToString("G6", CultureInfo.InvariantCulture)

    let symbol (p: Learned) = Symbol(p.Name, p.Site)

    let heldBy constraint' =
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

    let held (p: Learned) : string =
        match p.Role, p.Constraints with
        | Follows _, _ -> "an average"
        | _, [] -> "any number"
        | _, constraints -> constraints |> List.map heldBy |> String.concat ", "

    let neuron (population: Population) =
        if population = Population.primary then "primary neuron"
        elif population = Population.interneurons then "interneuron"
        else $"neuron of {population.Name}"

    let an (what: string) =
        if "aeiou".Contains what[0] then
            $"an {what}"
        else
            $"a {what}"

    let site (p: Learned) =
        match List.map _.Over p.Site with
        | [] -> "the whole circuit"
        | [ single ] -> an (neuron single)
        | [ x; y ] when x = y && (x = Population.primary || x = Population.interneurons) -> $"a synapse between {neuron x}s"
        | [ x; y ] when x = y -> $"a synapse within {x.Name}"
        | [ x; y ] when x = Population.interneurons -> $"a synapse between {an (neuron y)} and {an (neuron x)}"
        | x :: y :: _ -> $"a synapse between {an (neuron x)} and {an (neuron y)}"

    let left unicode latex terms : Equality =
        { Left = { Unicode = unicode; Latex = latex }
          Terms = terms }

    let inputs (derivation: Derivation) =
        [ for input in derivation.Inputs do
              { Left = Functions.maths (Symbol(input.Name, [ input.Index ]))
                Terms = Functions.terms "" input.Form } ]

    let isCircuit (model: Model) =
        model.Inputs = [ Model.stimulus ] && model.Variables = [ Model.response ]

    /// E(r; s).
    let energyName (model: Model) =
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
    let those way (model: Model) =
        String.concat
            ", "
            [ for v in model.Variables do
                  if v.Settling = way then
                      v.Name ]

    /// min_y max_z E(y, z; x).
    let settled (model: Model) : Maths =
        let e = energyName model

        let over way name =
            match those way model with
            | "" -> "", ""
            | names -> $"{name}_{names} ".Replace(", ", ","), $"\\{name}_{{{names}}} "

        let low, lowLatex = over Minimises "min"
        let high, highLatex = over Maximises "max"

        { Unicode = low + high + e
          Latex = lowLatex + highLatex + e }

    let settles (v: Variable) =
        let domain =
            match v.Domain with
            | Domain.Whole -> ""
            | Domain.NonNegative -> ", at least 0"
            | Domain.Between(lower, upper) when Double.IsInfinity upper -> $", at least {number lower}"
            | Domain.Between(lower, upper) -> $", from {number lower} to {number upper}"
            | Domain.Simplex -> ", at least 0 with the sum 1"

        let way = if v.Settling = Minimises then "minimises" else "maximises"
        $"a variable that {way} the energy{domain}"

    let localityName (locality: Locality) =
        match locality with
        | Local -> "local"
        | Heterosynaptic _ -> "heterosynaptic"
        | LocalWithBroadcast _ -> "local with broadcast"
        | Gather _ -> "gather"
        | TwoPhases _ -> "two phases"
        | WeightTransport _ -> "weight transport"
        | NonLocal _ -> "not local"

    /// What averages subtract: over the stimuli, or over the target.
    let subtracted (over: Maths) (role: string) (e: Indexed) : Term list =
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
    let averages (target: string) (e: Indexed) : Term list =
        subtracted
            { Unicode = target
              Latex = "\\mathrm{target}" }
            "target"
            e

    let direction (p: Learned) : Maths =
        let shown = Functions.maths (symbol p)
        let rate = Functions.maths (Symbol("eta", []))

        { Unicode = $"Δ{shown.Unicode}/{rate.Unicode}"
          Latex = $"\\Delta {shown.Latex} / {rate.Latex}" }
