namespace Interneuron.Derivation.Rules

open System
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// A form of a derived rule. All are descents, and a publication may state any: the constraint of the parameter makes the others of the
/// first.
type RuleForm =
    /// The gradient of the objective, as it was derived.
    | Gradient
    /// The gradient times the parameter, which is at least 0.
    | Multiplicative
    /// Columns of length 1: the gradient less its part along the column, which their normalisation takes away.
    | AcrossColumns
    /// What the parameter's constraints leave of the gradient: its part that they do not take away.
    | Projected

/// A published rule beside the derived one of its parameter.
type Comparison =
    {
        /// What the publication states.
        Rule: PublishedRule
        /// The form of the derived rule that is nearest to it; across columns, both rules are taken so.
        Form: RuleForm
        /// The c > 0 for which derived - c published has the fewest terms; it is part of the rate.
        Factor: float
        /// derived - c published; 0 where the rules are the same.
        Difference: Direction
    }

    /// Whether the rules are the same up to the factor.
    member this.IsEqual =
        this.Difference.OverStimuli = Number 0.0
        && this.Difference.OverTarget = Number 0.0

/// Whether derived rules are the published ones, decided by algebra: both become sums of products of the same quantities, which are equal
/// where their terms are. Averages over the target are taken where they have a formula.
[<RequireQualifiedAccess>]
module Published =
    let private zero = Number 0.0

    /// A direction whose averages over the target are formulas where they have one, with z by its name and n written out.
    let private averaged (model: Model) (inputs: InterneuronInput list) (direction: Direction) : Direction =
        let plain e =
            Inputs.named model inputs e
            |> Inputs.withoutOutputs inputs
            |> TargetAverage.constrained model

        let subtracted =
            plain direction.OverTarget
            |> Indexed.addends
            |> List.map (fun term -> term, TargetAverage.term model inputs term)

        { OverStimuli =
            plain direction.OverStimuli - Plus(List.choose snd subtracted)
            |> Inputs.named model inputs
            |> TargetAverage.constrained model
          OverTarget =
            Plus
                [ for term, mean in subtracted do
                      if mean.IsNone then
                          term ] }

    let private derived (rule: DerivedRule) : Direction =
        { OverStimuli = rule.Online - rule.Cost
          OverTarget =
            match rule.TargetTerm with
            | Absent -> zero
            | Closed _
            | Averaged _ -> rule.Online }

    let private both (f: Indexed -> Indexed) (direction: Direction) : Direction =
        { OverStimuli = f direction.OverStimuli
          OverTarget = f direction.OverTarget }

    /// What a constraint leaves of a direction X of a parameter: its part along the values that the constraint allows.
    let private tangent (model: Model) (inputs: InterneuronInput list) (p: Learned) (constraint': Constraint) (x: Indexed) : Indexed =
        let w = Symbol(p.Name, p.Site)

        let swapped (i: Index) (j: Index) e =
            renamed
                (fun index ->
                    if index = i then j
                    elif index = j then i
                    else index)
                e

        /// The part of X along W, summed over one index: X_ai - W_ai sum_b W_bi X_bi.
        let across (a: Index) =
            let b = Indexed.hidden a.Over
            let along = Total(b, Times [ Indexed.rename a b w; Indexed.rename a b x ])
            x - w * along

        let mean (a: Index) =
            let b = Indexed.hidden a.Over
            Total(b, Indexed.rename a b x) / float (Sizes.count model.Sizes a.Over)

        match constraint', p.Site with
        | UnitColumns, [ a; _ ]
        | UnitRows, [ _; a ] -> across a
        | ColumnSums _, [ a; _ ]
        | RowSums _, [ _; a ] -> x - mean a
        | (Symmetric | PositiveDefinite), [ a; b ] -> (x + swapped a b x) / 2.0
        | ZeroDiagonal, [ a; b ] -> x - Delta(a, b) * x
        | Orthonormal, [ a; i ] ->
            // X - W (W^T X + X^T W)/2.
            let j: Index = { Name = "#j"; Over = i.Over }
            let b = Indexed.hidden a.Over
            let wj, xj = Indexed.rename i j w, Indexed.rename i j x

            let product u v =
                Total(b, Indexed.rename a b u * Indexed.rename a b v)

            x - Total(j, wj * (product wj x + product xj w)) / 2.0
        | _ -> x
        |> Inputs.named model inputs
        |> TargetAverage.constrained model

    /// A term: whether it is over the target, on which side of 0 the inputs are where that is told, the quantities that it is a product of,
    /// and its number.
    type private Term =
        { Key: bool * float list * Indexed list
          Number: float }

    let private termsOf (side: float list) (f: Indexed -> Indexed) (direction: Direction) : Term list =
        let ofPart isOverTarget e =
            [ for term in Indexed.addends (f e) do
                  match Indexed.factors term with
                  | Number c :: factors ->
                      { Key = isOverTarget, side, factors
                        Number = c }
                  | factors ->
                      { Key = isOverTarget, side, factors
                        Number = 1.0 } ]

        ofPart false direction.OverStimuli @ ofPart true direction.OverTarget

    /// With every function by its formula and multiplied out; `by` changes the scalar formula, given what its variables stand for.
    let private writtenOut (by: (string -> Indexed) -> Expr -> Expr) (e: Indexed) : Indexed =
        let atoms = Collections.Generic.Dictionary<string, Indexed>()

        let name (atom: Indexed) =
            let text = IndexedPrint.text atom
            atoms[text] <- atom
            text

        e
        |> Indexed.merge (fun _ -> true) name
        |> by (fun name -> atoms[name])
        |> fun whole -> Indexed.formula whole [ for name in Expr.variables whole -> name, atoms[name] ]

    /// Simplifies abs, sign, step, max and min, given each input's sign.
    let private onSide (model: Model) (signs: Map<string, float>) (atom: string -> Indexed) (e: Expr) : Expr =
        let sign name =
            match atom name with
            | Symbol(input, [ _ ]) -> signs.TryFind input
            | _ -> None

        let turned =
            e
            |> Expr.substitute (fun name -> sign name |> Option.map (fun sign -> sign * Expr.var name))

        let isKnown name =
            match atom name with
            | Symbol(parameter, _) ->
                model.Learned
                |> List.exists (fun p -> p.Name = parameter && fst p.Interval >= 0.0)
            | _ -> false

        Signs.decide (fun name -> (sign name).IsSome || isKnown name) turned

    let private numberOf (model: Model) (part: Indexed) =
        match part with
        | Symbol(name, []) -> model.Constants.TryFind name |> Option.map Number
        | _ -> None

    // With more inputs there are too many combinations of signs.
    let private mostSides = 6

    /// A direction as terms that equal directions share: by the names of functions, which is shorter to read; by their formulas; and by
    /// these on each side of 0, where |z| and z are one quantity, for the inputs that occur. Each with whether it is of terms to show.
    /// Constants may be read as their numbers, since a factor made of them is part of the rate too.
    let private readings (model: Model) (occurring: InterneuronInput list) : (bool * (Direction -> Term list)) list =
        let sides =
            if occurring.Length > mostSides then
                []
            else
                ([ Map.empty ], occurring)
                ||> List.fold (fun sides input ->
                    [ for side in sides do
                          for sign in [ 1.0; -1.0 ] -> Map.add input.Name sign side ])

        [ true, termsOf [] id
          true, termsOf [] (writtenOut (fun _ e -> e))
          if not model.Constants.IsEmpty then
              false, termsOf [] (Indexed.replace (numberOf model) >> writtenOut (fun _ e -> e))
          if not sides.IsEmpty then
              false,
              fun direction ->
                  [ for side in sides do
                        yield! termsOf [ for sign in side.Values -> sign ] (writtenOut (onSide model side)) direction ] ]

    // How many factors are tried, those of the most terms first.
    let private mostFactors = 8

    /// c > 0 and the terms of derived - c published, as few as can be.
    let private difference (derived: Term list) (published: Term list) : float * Term list =
        let numbers (all: Term list) =
            let table =
                Collections.Generic.Dictionary<bool * float list * Indexed list, float>(HashIdentity.Structural)

            for term in all do
                table[term.Key] <- term.Number

            fun key ->
                match table.TryGetValue key with
                | true, number -> number
                | _ -> 0.0

        let ofDerived, ofPublished = numbers derived, numbers published

        let keys = derived @ published |> List.map _.Key |> Seq.distinct |> List.ofSeq

        let left factor =
            [ for key in keys do
                  let one, other = ofDerived key, factor * ofPublished key

                  // Numbers are products of a handful of those that were written, each rounded: what is left of equal ones is below 1e-12
                  // of them.
                  if abs (one - other) > 1e-12 * max (abs one) (abs other) then
                      { Key = key; Number = one - other } ]

        let factors =
            [ for term in derived do
                  let other = ofPublished term.Key

                  if other <> 0.0 && term.Number / other > 0.0 then
                      term.Number / other ]
            |> List.countBy id
            |> List.sortByDescending snd
            |> List.truncate mostFactors
            |> List.map fst

        1.0 :: List.filter ((<>) 1.0) factors
        |> List.map (fun factor -> factor, left factor)
        |> List.minBy (fun (_, terms) -> terms.Length)

    let private direction (terms: Term list) : Direction =
        let part isOverTarget =
            Plus
                [ for term in terms do
                      let over, _, factors = term.Key

                      if over = isOverTarget then
                          Times(Number term.Number :: factors) ]

        { OverStimuli = part false
          OverTarget = part true }

    // The budget for one reading: it ends well within a second.
    let private effort = 1_000_000

    /// The forms of a rule that its constraint allows, each with how it makes a direction of the derived and of the published one.
    let private forms (model: Model) (inputs: InterneuronInput list) (p: Learned) =
        let project constraints =
            both (fun x -> constraints |> List.fold (fun x held -> tangent model inputs p held x) x)

        let matters held =
            match held with
            | UnitColumns
            | UnitRows
            | ColumnSums _
            | RowSums _
            | Symmetric
            | ZeroDiagonal
            | PositiveDefinite
            | Orthonormal -> true
            | NonNegative
            | NonPositive
            | Between _ -> false

        [ Gradient, id, id
          if p.IsHeldBy NonNegative || p.IsHeldBy NonPositive then
              Multiplicative, both (fun x -> Symbol(p.Name, p.Site) * x), id

          match List.filter matters p.Constraints with
          | [] -> ()
          | [ UnitColumns as single ] -> AcrossColumns, project [ single ], project [ single ]
          | several -> Projected, project several, project several ]

    let private compare (derivation: Derivation) (published: PublishedRule) : Comparison =
        let model, inputs = derivation.Model, derivation.Inputs

        let rule =
            derivation.Rules
            |> List.find (fun rule -> rule.Parameter.Name = published.Parameter)

        let derived = averaged model inputs (derived rule)
        let stated = averaged model inputs published.Direction

        let occurring =
            let symbols =
                [ derived; stated ]
                |> List.map (fun d -> Indexed.symbols d.OverStimuli + Indexed.symbols d.OverTarget)
                |> Set.unionMany

            inputs |> List.filter (fun input -> symbols.Contains input.Name)

        let asWritten = difference (termsOf [] id derived) (termsOf [] id stated)

        // A reading that would be too large tells nothing.
        let tried compute =
            try
                Some(Expr.within effort compute)
            with :? FormulaGrowthException ->
                None

        // At the fixed point sums are what the forces make of them; what is averaged over the target is not there.
        let atRest =
            [ for equation in FixedPoint.equations model do
                  let written direction =
                      { direction with
                          OverStimuli = FixedPoint.apply model inputs equation direction.OverStimuli }

                  for form, ofDerived, ofStated in forms model inputs rule.Parameter do
                      match
                          tried (fun () ->
                              difference (termsOf [] id (written (ofDerived derived))) (termsOf [] id (written (ofStated stated))))
                      with
                      | Some(factor, []) -> form, factor, []
                      | _ -> () ]

        let found =
            [ Gradient, fst asWritten, snd asWritten
              for form, ofDerived, ofStated in forms model inputs rule.Parameter do
                  for isShown, reading in readings model occurring do
                      match tried (fun () -> difference (reading (ofDerived derived)) (reading (ofStated stated))) with
                      | Some(factor, terms) when isShown || terms.IsEmpty -> form, factor, terms
                      | _ -> ()
              yield! atRest ]

        let form, factor, terms = found |> List.minBy (fun (_, _, terms) -> terms.Length)

        { Rule = published
          Form = form
          Factor = factor
          Difference = direction terms }

    /// Every published rule of the model beside its derived one.
    let check (derivation: Derivation) : Comparison list =
        derivation.Model.Published |> List.map (compare derivation)

    /// The rules of another model for the parameters that both have, in the names of this one, each as if it were published beside the
    /// derived one.
    let against (derivation: Derivation) (other: Derivation) : Correspondence * Comparison list =
        let names = Correspondence.find derivation.Model other.Model

        names,
        [ for rule in other.Rules do
              let theirs = rule.Parameter

              match names.Names |> List.tryFind (fst >> (=) theirs.Name) with
              | Some(_, name) ->
                  let own = derivation.Model.Learned |> List.find (fun p -> p.Name = name)

                  // At indices of its own, which no other of theirs can be taken for.
                  let apart (index: Index) = { index with Name = "#" + index.Name }
                  let site = theirs.Site |> List.map apart

                  let written e =
                      let there =
                          List.fold2 (fun e i j -> Indexed.rename i j e) (Inputs.expand other.Inputs e) theirs.Site site
                          |> Correspondence.rename names

                      let places =
                          if names.Turned.Contains theirs.Name then
                              List.rev site
                          else
                              site

                      List.fold2 (fun e (i: Index) j -> Indexed.rename { i with Over = j.Over } j e) there places own.Site

                  compare
                      derivation
                      { Parameter = own.Name
                        Direction = both written (derived rule) }
              | None -> () ]
