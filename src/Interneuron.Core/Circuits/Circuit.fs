namespace Interneuron.Core.Circuits

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

[<Sealed>]
type Circuit
    internal (potential: Potential, target: Target, leak: float, gains: float array, theta: float array array, columns: float array array) =
    let fast formula = Potential.evaluate potential formula
    let value = lazy fast potential.Formula
    let activation = lazy fast potential.Activation
    let slope = lazy fast potential.Slope

    member _.Potential = potential
    member _.Target = target
    member _.Leak = leak
    member _.Primaries = columns[0].Length
    member _.Interneurons = gains.Length
    member _.Gains = Array.copy gains
    member _.Theta = Array.map Array.copy theta
    member _.W = Array.map Array.copy columns

    member internal _.Numbers = gains, theta, columns
    member internal _.ValueOf i z = value.Value (List.ofArray theta[i]) z

    member internal _.ActivationOf i z =
        activation.Value (List.ofArray theta[i]) z

    member internal _.SlopeOf i z = slope.Value (List.ofArray theta[i]) z

[<RequireQualifiedAccess>]
module Circuit =
    let private dot (a: float array) (b: float array) =
        Array.fold2 (fun total x y -> total + x * y) 0.0 a b

    let private checkShapes (potential: Potential) gains theta (columns: float array array) =
        let parameters = potential.Parameters.Length
        let k = Array.length gains

        if k = 0 then
            Refusal.argument (nameof gains) "a circuit has at least one interneuron"

        if Array.length theta <> k || columns.Length <> k then
            Refusal.argument
                (nameof theta)
                $"{k} gains, {Array.length theta} rows of theta and {columns.Length} columns of W: these numbers of interneurons differ"

        for i in 0 .. k - 1 do
            if Array.length theta[i] <> parameters then
                Refusal.argument
                    (nameof theta)
                    $"interneuron {i} has {Array.length theta[i]} activation parameters; {potential.Name} has {parameters}"

            if columns[i].Length <> columns[0].Length || columns[i].Length = 0 then
                Refusal.argument (nameof columns) $"column {i} of W has {columns[i].Length} weights, column 0 has {columns[0].Length}"

    let private checkNumbers (potential: Potential) (gains: float array) (theta: float array array) (columns: float array array) =
        gains
        |> Array.iteri (fun i g ->
            if not (g >= 0.0 && Double.IsFinite g) then
                Refusal.argument (nameof gains) $"the gain of interneuron {i} is {g}; gains are finite and at least 0")

        theta
        |> Array.iteri (fun i row ->
            List.iteri
                (fun p (parameter: Parameter) ->
                    if not (parameter.Lower <= row[p] && row[p] <= parameter.Upper && Double.IsFinite row[p]) then
                        Refusal.argument
                            (nameof theta)
                            $"{parameter.Name} of interneuron {i} is {row[p]}; for {potential.Name} it lies in [{parameter.Lower}, \
                            {parameter.Upper}]")
                potential.Parameters)

        columns
        |> Array.iteri (fun i w ->
            let length = sqrt (dot w w)

            if not (abs (length - 1.0) <= 1e-6) then
                Refusal.argument (nameof columns) $"column {i} of W has length {length}; columns have unit length")

    let private libraryFormulas = [ for p in Potentials.all -> p.Formula ]

    let private checkGrowth (potential: Potential) leak (gains: float array) (columns: float array array) =
        if leak = 0.0 then
            let n = columns[0].Length

            let active =
                [ for i in 0 .. gains.Length - 1 do
                      if gains[i] > 0.0 then
                          columns[i] ]

            match Potential.growth potential with
            | true, true ->
                if not (Spanning.linearly n active) then
                    Refusal.argument
                        (nameof columns)
                        $"the {active.Length} interneurons with a positive gain do not span the {n} primary neurons, so some stimuli have \
                        no response: use at least {n} in independent directions, or a leak"
            | false, false ->
                Refusal.argument
                    (nameof leak)
                    $"the activation of {potential.Name} saturates, so large stimuli have no response: it needs a leak greater than 0"
            | _ ->
                if not (Spanning.positively n active) then
                    Refusal.argument
                        (nameof columns)
                        $"{potential.Name} acts on one side only, and the {active.Length} interneurons with a positive gain do not \
                        surround the origin of the {n} primary neurons, so some stimuli have no response: use pairs w and -w that span, \
                        or a leak"

    /// Refuses a potential that is not convex, as `derive` does; those of the library are known to be.
    let private checkConvexity (potential: Potential) (leak: float) (k: int) =
        if not (List.contains potential.Formula libraryFormulas) then
            match Convex.judgePotential potential (Some("g", Interval.between 0.0 infinity)) (leak / float k) with
            | Refuted(point, fault) ->
                Refusal.argument
                    (nameof potential)
                    $"the energy with {potential.Name} is not convex, so responses are not unique: at {Convex.place point} {fault}"
            | Proved _
            | Undecided _ -> ()

    let create
        (potential: Potential)
        (target: Target)
        (leak: float)
        (gains: float array)
        (theta: float array array)
        (columns: float array array)
        =
        checkShapes potential gains theta columns

        if not (leak >= 0.0 && Double.IsFinite leak) then
            Refusal.argument (nameof leak) $"the leak is {leak}; it is finite and at least 0"

        checkNumbers potential gains theta columns

        match target with
        | OfSamples samples when samples.Dimension <> columns[0].Length ->
            Refusal.argument
                (nameof target)
                $"the target's samples have {samples.Dimension} coordinates, the circuit {columns[0].Length} primary neurons"
        | _ -> ()

        checkConvexity potential leak gains.Length
        checkGrowth potential leak gains columns
        Circuit(potential, target, leak, Array.copy gains, Array.map Array.copy theta, Array.map Array.copy columns)

    let update gains theta columns (circuit: Circuit) =
        create circuit.Potential circuit.Target circuit.Leak gains theta columns

    let private checkLength (circuit: Circuit) (r: float array) =
        if r.Length <> circuit.Primaries then
            invalidArg (nameof r) $"{r.Length} values for {circuit.Primaries} primary neurons"

    let potentialAt (circuit: Circuit) (r: float array) =
        checkLength circuit r
        let gains, _, columns = circuit.Numbers

        let interneurons =
            Seq.sum (seq { for i in 0 .. gains.Length - 1 -> gains[i] * circuit.ValueOf i (dot columns[i] r) })

        interneurons + 0.5 * circuit.Leak * dot r r

    let stimulusOf (circuit: Circuit) (r: float array) =
        checkLength circuit r
        let gains, _, columns = circuit.Numbers
        let s = r |> Array.map (fun x -> circuit.Leak * x)

        for i in 0 .. gains.Length - 1 do
            let output = gains[i] * circuit.ActivationOf i (dot columns[i] r)
            columns[i] |> Array.iteri (fun a w -> s[a] <- s[a] + w * output)

        s

    let hessianAt (circuit: Circuit) (r: float array) =
        checkLength circuit r
        let gains, _, columns = circuit.Numbers
        let n = r.Length

        let h =
            Array.init n (fun a -> Array.init n (fun b -> if a = b then circuit.Leak else 0.0))

        for i in 0 .. gains.Length - 1 do
            let weight = gains[i] * circuit.SlopeOf i (dot columns[i] r)

            for a in 0 .. n - 1 do
                for b in 0 .. n - 1 do
                    h[a][b] <- h[a][b] + weight * columns[i][a] * columns[i][b]

        h
