namespace Interneuron.Derivation.Models

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas

/// How many neurons each population has.
type Sizes = (Population * int) list

/// Numbers of neurons.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Sizes =
    /// N primary neurons and K interneurons.
    let circuit (n: int) (k: int) : Sizes =
        [ Population.primary, n; Population.interneurons, k ]

    /// The number of neurons of a population. Refuses one that has none.
    let count (sizes: Sizes) (population: Population) : int =
        match sizes |> List.tryFind (fun (other, _) -> other = population) with
        | Some(_, count) -> count
        | None -> Refusal.argument (nameof sizes) $"there is no size for the population '{population.Name}'"

    /// Another number of neurons for one population.
    let change (population: Population) (count: int) (sizes: Sizes) : Sizes =
        [ for other, its in sizes -> other, (if other = population then count else its) ]

    /// The sizes in words: N = 2 and K = 3 for circuits, else each population with its number.
    let describe (sizes: Sizes) : string =
        let letter (population: Population) =
            if population = Population.primary then "N"
            elif population = Population.interneurons then "K"
            else population.Name

        sizes
        |> List.map (fun (population, count) -> $"{letter population} = {count}")
        |> String.concat " and "

/// The values that a fast variable may take.
[<RequireQualifiedAccess>]
type Domain =
    /// Any number.
    | Whole
    /// At least 0.
    | NonNegative
    /// Between two numbers; the second may be infinite.
    | Between of lower: float * upper: float
    /// At least 0, with the sum 1 over its neurons.
    | Simplex

/// Which way a variable settles.
type Settling =
    /// To the least energy.
    | Minimises
    /// To the largest: the other side of a saddle.
    | Maximises

/// What comes from outside: one number for each neuron of a population.
type Input =
    {
        /// The name.
        Name: string
        /// The index of its population.
        Index: Index
        /// The input whose last value it is; None for one of its own.
        Previous: string option
    }

/// A fast variable, which settles at the fixed point of the energy: one number for each neuron of a population.
type Variable =
    {
        /// The name.
        Name: string
        /// The index of its population.
        Index: Index
        /// The values that it may take.
        Domain: Domain
        /// Which way it settles.
        Settling: Settling
        /// Its time constant, in units of the others'.
        TimeConstant: float
        /// The input of its population at whose values it starts to settle; None for 0, or where it was.
        StartsAt: string option
    }

/// What holds a parameter. A parameter without is free.
type Constraint =
    /// At least 0.
    | NonNegative
    /// At most 0.
    | NonPositive
    /// Between two numbers; the second may be infinite.
    | Between of lower: float * upper: float
    /// M[a,i]: for each i, the numbers of all a have length 1.
    | UnitColumns
    /// M[a,i]: for each a, the numbers of all i have length 1.
    | UnitRows
    /// M[a,i]: for each i, the numbers of all a add up to this.
    | ColumnSums of float
    /// M[a,i]: for each a, the numbers of all i add up to this.
    | RowSums of float
    /// M[a,b] = M[b,a].
    | Symmetric
    /// M[a,a] = 0.
    | ZeroDiagonal
    /// Symmetric, with eigenvalues at or above 0.
    | PositiveDefinite
    /// M[a,i]: columns of length 1, each orthogonal to the others.
    | Orthonormal

/// What a slow quantity does.
type Role =
    /// It descends on the objective.
    | Descends
    /// It descends by the natural gradient of a matrix W: the derivative times W^T W, the steepest way in changes relative to W.
    | DescendsNaturally
    /// It ascends: the other side of a saddle.
    | Ascends
    /// It follows the average of a formula of the responses over the stimuli.
    | Follows of Indexed

/// Where a slow quantity starts.
type Start =
    /// At random, inside its constraints and away from their ends.
    | AtRandom
    /// Evenly at random between these two, each of its numbers by itself.
    | Among of first: float * last: float
    /// All of its numbers at this.
    | All of float
    /// 1 where its two indices agree, else 0.
    | Identity
    /// At these numbers, row by row.
    | Table of float list

/// A slow quantity of a neuron (g[i]), a synapse (W[a,i]) or the whole circuit: a parameter, which learns, or a running average.
type Learned =
    {
        /// The name.
        Name: string
        /// Where it lives.
        Site: Index list
        /// What holds it.
        Constraints: Constraint list
        /// What it does.
        Role: Role
        /// The rate of its steps: the time scale on which it learns.
        Rate: float
        /// Where it starts.
        Start: Start
    }

    /// Whether a constraint holds it.
    member this.IsHeldBy(constraint': Constraint) =
        List.contains constraint' this.Constraints

    /// The interval that its numbers are held to.
    member this.Interval: float * float =
        ((-infinity, infinity), this.Constraints)
        ||> List.fold (fun (lower, upper) constraint' ->
            match constraint' with
            | NonNegative -> max lower 0.0, upper
            | NonPositive -> lower, min upper 0.0
            | Between(least, most) -> max lower least, min upper most
            | UnitColumns
            | UnitRows
            | Orthonormal
            | ColumnSums _
            | RowSums _
            | Symmetric
            | ZeroDiagonal
            | PositiveDefinite -> lower, upper)

/// What learning descends on.
type Objective =
    /// J = <max_r s.r - phi(r)> + the average of phi over the target, and the cost: the responses become distributed as the target.
    | Transport
    /// The least energy <min_y E>, and the cost.
    | Value
    /// The average of a formula of the responses, and the cost.
    | Loss of Indexed

/// A direction of learning: the average of one formula over the stimuli, less that of another over the target. Both are of the inputs, the
/// variables, the parameters and the constants, and of interneurons' inputs and outputs by their names (z[i], n[i]).
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

    /// MathML Core, one element, for inside a math element.
    let mathml (direction: Direction) : string =
        let online, subtracted =
            IndexedPrint.mathml direction.OverStimuli, IndexedPrint.mathml direction.OverTarget

        match direction.OverStimuli, direction.OverTarget with
        | _, Number 0.0 -> online
        | Number 0.0, _ -> MathMl.row [ MathMl.operator "−"; MathMl.average subtracted ]
        | _ -> MathMl.row [ online; MathMl.operator "−"; MathMl.average subtracted ]

/// A learning rule as its publication states it. Only its direction matters; a positive factor is absorbed into the rate.
type PublishedRule =
    {
        /// The parameter that it moves.
        Parameter: string
        /// Where to, at the indices that the parameter is declared with.
        Direction: Direction
    }

/// A normative model (theory, sections 2-4): the energy at whose fixed point the variables settle, and what learns from them.
type Model =
    {
        /// One line.
        Title: string
        /// The publication; empty for one's own.
        Citation: string
        /// The populations, with their numbers of neurons when it runs.
        Sizes: Sizes
        /// What comes from outside, in the order of a stimulus' numbers.
        Inputs: Input list
        /// What settles, in the order of a response's numbers.
        Variables: Variable list
        /// The energy, of the inputs, the variables, the parameters and the constants.
        Energy: Indexed
        /// What learns, in the order in which it steps.
        Learned: Learned list
        /// Named numbers.
        Constants: Map<string, float>
        /// What learning descends on.
        Objective: Objective
        /// What the responses are driven to, by the transport objective.
        Target: Target
        /// A slow cost added to the objective, of the parameters and of averages.
        Cost: Indexed
        /// The learning rules that the publication states, for some of the parameters: what the derived rules are compared with.
        Published: PublishedRule list
    }

    /// The loss, where the objective is one.
    member this.Loss: Indexed option =
        match this.Objective with
        | Loss loss -> Some loss
        | Transport
        | Value -> None

    /// The names of what comes from outside and of what settles.
    member this.Activities: string list =
        [ for input in this.Inputs -> input.Name
          for variable in this.Variables -> variable.Name ]

    /// The populations.
    member this.Populations: Population list = List.map fst this.Sizes

/// The part of a model that something is said of.
type internal ModelPart =
    | OfParameter of name: string
    | OfVariable of name: string
    | OfEnergy
    | OfCost
    | OfLoss
    | OfPublished
