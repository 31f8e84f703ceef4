namespace Interneuron.Derivation.Models

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas

/// The values that a learned parameter may take.
type Constraint =
    /// Any number.
    | Free
    /// At least 0.
    | NonNegative
    /// Between two numbers; the second may be infinite.
    | Between of lower: float * upper: float
    /// The column of each interneuron has length 1.
    | UnitColumns

/// A parameter of a model: a quantity of an interneuron (g[i]), a synapse (W[a,i]) or the whole circuit, which learns.
type Learned =
    {
        /// The name.
        Name: string
        /// Where it lives.
        Site: Index list
        /// Its constraint.
        Constraint: Constraint
        /// The rate of its steps: the time scale on which it learns.
        Rate: float
    }

/// A direction of learning: the average of one formula over the stimuli, less that of another over the target. Both are of r, s, the
/// parameters and the constants, and of interneurons' inputs and outputs by their names (z[i], n[i]).
type Direction =
    {
        /// What is averaged over the stimuli.
        OverStimuli: Indexed
        /// What is averaged over the target and subtracted.
        OverTarget: Indexed
    }

/// Directions in print.
[<RequireQualifiedAccess>]
module Direction =
    let internal print (formula: Indexed -> string) (average: string -> string) (direction: Direction) : string =
        match direction.OverStimuli, direction.OverTarget with
        | online, Number 0.0 -> formula online
        | Number 0.0, subtracted -> "-" + average (formula subtracted)
        | online, subtracted -> formula online + " - " + average (formula subtracted)

    /// One line, in the form that models are read from.
    let text (direction: Direction) : string =
        print IndexedPrint.text (fun x -> $"target({x})") direction

    /// One line with Greek letters and angle brackets for the average over the target.
    let unicode (direction: Direction) : string =
        print IndexedPrint.unicode (fun x -> $"⟨{x}⟩_target") direction

    /// LaTeX for mathematics mode, with amsmath.
    let latex (direction: Direction) : string =
        print IndexedPrint.latex (fun x -> $"\\left\\langle {x} \\right\\rangle_{{\\mathrm{{target}}}}") direction

/// A learning rule as its publication states it. Only its direction matters; a positive factor is absorbed into the rate.
type PublishedRule =
    {
        /// The parameter that it moves.
        Parameter: string
        /// Where to, at the indices that the parameter is declared with.
        Direction: Direction
    }

/// A normative model (theory, sections 2-4): the energy whose minimum over r is the response, and what learns by descent on an objective of
/// the responses.
type Model =
    {
        /// One line.
        Title: string
        /// The publication; empty for one's own.
        Citation: string
        /// E(r; s), of the symbols r[a], s[a], the learned parameters and the constants.
        Energy: Indexed
        /// What learns, in the order in which it steps.
        Learned: Learned list
        /// Named numbers.
        Constants: Map<string, float>
        /// What the responses are driven to.
        Target: Target
        /// A slow cost added to J, of the learned parameters alone.
        Cost: Indexed
        /// An objective of r and s instead of J, minimised over the parameters through the response; None for J.
        Loss: Indexed option
        /// The learning rules that the publication states, for some of the parameters: what the derived rules are compared with.
        Published: PublishedRule list
        /// N and K when it runs.
        Sizes: int * int
    }

/// The part of a model that something is said of.
type internal ModelPart =
    | OfParameter of name: string
    | OfEnergy
    | OfCost
    | OfLoss
    | OfPublished

/// Building models.
[<RequireQualifiedAccess>]
module Model =
    /// The default rate of a parameter: gains and activation parameters slowly, synapses more slowly, as a circuit of few neurons can bear.
    let defaultRate (site: Index list) = if site.Length = 2 then 5e-3 else 1e-2

    /// The symbol r at an index.
    let r (a: Index) = Symbol("r", [ a ])
    /// The symbol s at an index.
    let s (a: Index) = Symbol("s", [ a ])

    /// The inverse of the Hessian of the energy, in rules that descend a loss through the response.
    let internal inverseHessian = "Hinv"

    let private wordOf part =
        match part with
        | OfParameter _
        | OfEnergy -> "energy"
        | OfCost -> "cost"
        | OfLoss -> "loss"
        | OfPublished -> "published rule"

    let private known = [ "r"; "s"; "z"; "n" ]

    /// `check`, given where the parts of the model are.
    let internal fit (place: ModelPart -> Position option) (model: Model) : Model =
        let a = { Name = "a"; Over = Primary }

        let misfit part what right =
            Refusal.at (Where.at (place part)) what right

        let sites =
            [ for p in model.Learned -> p.Name, List.map _.Over p.Site
              for name in model.Constants.Keys -> name, []
              for name in [ "r"; "s" ] -> name, [ a.Over ] ]
            |> Map.ofList

        for p in model.Learned do
            if List.contains p.Name known then
                misfit (OfParameter p.Name) $"'{p.Name}' is the name of an activity" "a parameter has another name"

            if p.Name = inverseHessian then
                misfit (OfParameter p.Name) $"'{p.Name}' is the name of the energy's inverse Hessian" "a parameter has another name"

        let visit (part: ModelPart) (sites: Map<string, Neurons list>) (e: Indexed) =
            let symbols =
                e
                |> Indexed.collect (function
                    | Symbol(name, indices) -> [ name, List.map _.Over indices ]
                    | _ -> [])

            for name, populations in List.distinct symbols do
                match sites.TryFind name with
                | None ->
                    let names = sites.Keys |> String.concat ", "
                    misfit part $"the {wordOf part} has the symbol '{name}'" $"expected one of: {names}"
                | Some site when site <> populations ->
                    misfit
                        part
                        $"'{name}' has other indices in the {wordOf part} than it is declared with"
                        $"it has {site.Length}, each of its population"
                | Some _ -> ()

        let closed (part: ModelPart) (sites: Map<string, Neurons list>) (given: Index list) e =
            visit part sites e

            match Set.toList (Indexed.free e - Set.ofList given) with
            | [] -> ()
            | first :: _ -> misfit part $"the index {first.Name} in the {wordOf part} is not summed over" $"write sum({first.Name}, ...)"

        closed OfEnergy sites [] model.Energy
        closed OfCost sites [] model.Cost
        Option.iter (closed OfLoss sites []) model.Loss

        for p in model.Learned do
            let isIn (e: Indexed) = (Indexed.symbols e).Contains p.Name

            if not (isIn model.Energy || Option.exists isIn model.Loss) then
                misfit (OfParameter p.Name) $"the energy does not contain the parameter '{p.Name}'" "use it, or leave it out"

        for name in [ "r"; "s" ] do
            if not ((Indexed.symbols model.Energy).Contains name) then
                misfit OfEnergy $"the energy does not contain {name}[a]" "without it there is nothing to respond"

        let given =
            Inputs.find model.Energy
            |> List.collect (fun input -> [ input.Name; input.Output ])

        for p in model.Learned do
            if List.contains p.Name given then
                misfit
                    (OfParameter p.Name)
                    $"'{p.Name}' is the name of an interneuron's input or output in this energy"
                    "a parameter has another name"

        let withInputs =
            given |> List.fold (fun sites name -> Map.add name [ Interneurons ] sites) sites

        for name, rules in List.groupBy (fun (rule: PublishedRule) -> rule.Parameter) model.Published do
            match model.Learned |> List.tryFind (fun p -> p.Name = name), rules with
            | None, _ ->
                let what = $"there is no parameter '{name}' for the published rule to move"
                misfit OfPublished what "declare it, or leave the rule out"
            | Some _, _ :: _ :: _ -> misfit OfPublished $"the published rule of '{name}' is given twice" "keep one"
            | Some p, _ ->
                for rule in rules do
                    closed OfPublished withInputs p.Site rule.Direction.OverStimuli
                    closed OfPublished withInputs p.Site rule.Direction.OverTarget

        model

    /// A model whose parts fit together. Refusal, naming the symbol, for an energy with a free index, a symbol that is neither an activity,
    /// a parameter nor a constant, a parameter used with other indices than it was declared with, a parameter that neither the energy nor
    /// the loss contains, a published rule of no parameter.
    let check (model: Model) : Model = fit (fun _ -> None) model
