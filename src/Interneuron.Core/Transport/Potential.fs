namespace Interneuron.Core

open System

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
            invalidArg (nameof name) "z is the interneuron's input; a parameter needs another name"

        if not (lower < upper) then
            invalidArg (nameof upper) $"the interval [{lower}, {upper}] of {name} is empty"

        if not (lower <= first && first <= last && last <= upper) then
            invalidArg (nameof initial) $"{name} starts in [{first}, {last}], which is not inside [{lower}, {upper}]"

        Parameter(name, lower, upper, initial)

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

    let ofFormula (name: string) (parameters: Parameter list) (formula: Expr) =
        let names = [ for p in parameters -> p.Name ]

        if (List.distinct names).Length < names.Length then
            invalidArg (nameof parameters) $"two parameters of {name} share a name"

        match
            Expr.variables formula
            |> List.filter (fun v -> v <> "z" && not (List.contains v names))
        with
        | [] -> Potential(name, parameters, formula)
        | unknown :: _ ->
            let known = String.concat ", " ("z" :: names)
            invalidArg (nameof formula) $"the potential {name} has the unknown variable '{unknown}'; known are {known}"

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

    /// Corners and middle of the parameters' intervals; an infinite end is replaced by a large value.
    let private trials (potential: Potential) =
        potential.Parameters
        |> List.map (fun p ->
            let upper =
                if Double.IsInfinity p.Upper then
                    max 8.0 (snd p.Initial)
                else
                    p.Upper

            let lower = if Double.IsInfinity p.Lower then -8.0 else p.Lower
            [ lower; 0.5 * (lower + upper); upper ])
        |> List.fold
            (fun points values ->
                [ for point in points do
                      for v in values -> point @ [ v ] ])
            [ [] ]

    let growth (potential: Potential) =
        // f of a potential that grows at most linearly is bounded: it does not change between two far points. A logarithm still doubles from 1e3 to 1e6.
        let grows side =
            trials potential
            |> List.forall (fun theta ->
                let near = Math.Abs(evaluate potential potential.Activation theta (side * 1e3))
                let far = Math.Abs(evaluate potential potential.Activation theta (side * 1e6))
                Double.IsNaN far || Double.IsInfinity far || far > 1.2 * near + 1e-9)

        grows -1.0, grows 1.0
