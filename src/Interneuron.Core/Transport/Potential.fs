namespace Interneuron.Core.Transport

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic

[<Sealed>]
type Parameter internal (name: string, lower: float, upper: float, initial: float * float) =
    member _.Name = name
    member _.Lower = lower
    member _.Upper = upper
    member _.Initial = initial

[<RequireQualifiedAccess>]
module Parameter =
    let define (name: string) (lower: float) (upper: float) (initial: float * float) =
        let first, last = initial

        if name = "z" then
            Refusal.argument (nameof name) "'z' is the interneuron's input; a parameter needs another name"

        if not (lower < upper) then
            Refusal.argument (nameof upper) $"the interval [{lower}, {upper}] of {name} is empty"

        if not (lower <= first && first <= last && last <= upper) then
            Refusal.argument (nameof initial) $"{name} starts in [{first}, {last}], which is not inside [{lower}, {upper}]"

        Parameter(name, lower, upper, initial)

    let usualStart (lower: float) (upper: float) =
        match Double.IsFinite lower, Double.IsFinite upper with
        | true, true -> lower + (upper - lower) / 4.0, upper - (upper - lower) / 4.0
        | true, false -> lower, lower + 1.0
        | false, true -> upper - 1.0, upper
        | false, false -> 0.0, 1.0

[<Sealed>]
type Potential internal (name: string, parameters: Parameter list, formula: Expr) =
    let activation = Differentiate.diff "z" formula
    let slope = Differentiate.diff "z" activation

    member _.Name = name
    member _.Parameters = parameters
    member _.Formula = formula
    member _.Activation = activation
    member _.Slope = slope
    member _.Bend = Differentiate.diff "z" slope
    member _.ParameterTerms = Differentiate.grad [ for p in parameters -> p.Name ] formula

[<RequireQualifiedAccess>]
module Potential =
    let z = Expr.var "z"

    // What a formula's derivatives may go through: a second's work.
    let private effort = 1_000_000

    let ofFormula (name: string) (parameters: Parameter list) (formula: Expr) =
        let names = [ for p in parameters -> p.Name ]

        if (List.distinct names).Length < names.Length then
            Refusal.argument (nameof parameters) $"two parameters of {name} share a name"

        match
            Expr.variables formula
            |> List.filter (fun v -> v <> "z" && not (List.contains v names))
        with
        | [] -> Expr.within effort (fun () -> Potential(name, parameters, Stable.formula formula))
        | unknown :: _ ->
            let known = String.concat ", " ("z" :: names)
            Refusal.argument (nameof formula) $"the potential {name} has the unknown variable '{unknown}'; expected one of: {known}"

    let define name (parameters: Parameter list) formula =
        ofFormula name parameters (formula [ for p in parameters -> Expr.var p.Name ] z)

    let evaluate (potential: Potential) (formula: Expr) (theta: float list) (z: float) =
        let values =
            List.zip [ for p in potential.Parameters -> p.Name ] theta
            |> Map.ofList
            |> Map.add "z" z

        Expr.interpret Floats.operations (fun name -> values[name]) formula

    let value (potential: Potential) theta z =
        evaluate potential potential.Formula theta z

    /// Both ends and the middle of the parameters' intervals, all together and one parameter at a time; an infinite end is replaced by a
    /// large value.
    let private trials (potential: Potential) =
        let values =
            potential.Parameters
            |> List.map (fun p ->
                let upper =
                    if Double.IsInfinity p.Upper then
                        max 8.0 (snd p.Initial)
                    else
                        p.Upper

                let lower = if Double.IsInfinity p.Lower then -8.0 else p.Lower
                lower, 0.5 * (lower + upper), upper)

        let lower = values |> List.map (fun (l, _, _) -> l)
        let middle = values |> List.map (fun (_, m, _) -> m)
        let upper = values |> List.map (fun (_, _, u) -> u)

        [ yield lower
          yield middle
          yield upper
          for i in 0 .. values.Length - 1 do
              yield List.updateAt i lower[i] middle
              yield List.updateAt i upper[i] middle ]
        |> List.distinct

    let growth (potential: Potential) =
        // f of a potential that grows at most linearly is bounded: it does not change between two far points. A logarithm or a small power
        // still grows, seen over enough magnitudes; where the formula overflows sooner, the last value decides.
        let grows side =
            trials potential
            |> List.forall (fun theta ->
                let at z =
                    Math.Abs(evaluate potential potential.Activation theta (side * z))

                let near = at 1e3

                match [ 1e300; 1e150; 1e75; 1e6 ] |> List.map at |> List.tryFind Double.IsFinite with
                | Some far -> far > 1.2 * near + 1e-9
                | None -> true)

        grows -1.0, grows 1.0

    let saturates (potential: Potential) = growth potential = (false, false)
