namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models

/// Where a response has settled.
type internal Settled =
    {
        /// The distance of 0 to the subdifferential, relative to the terms of the gradient.
        Residual: float
        /// The kinks that hold it (Minimum.Held).
        Held: (int * float * float) list
        /// Rows across which it cannot move: kinks and walls that hold it.
        Face: float array list
    }

/// The fixed points of energies in a model's variables: minima, or saddles where some variables maximise what others minimise. Points are
/// the numbers of all variables, one after another.
[<Sealed>]
type internal FixedPoints(model: Model, sizes: Sizes) =
    let size = Sizes.count sizes
    let n = model.Variables |> List.sumBy (fun v -> size v.Index.Over)

    /// The variables that settle in one way, each with where its numbers start among theirs and how many they are; and their places among
    /// all.
    let settling way =
        let starts = model.Variables |> List.map (fun v -> size v.Index.Over)

        let those =
            List.zip3 model.Variables (List.scan (+) 0 starts |> List.take starts.Length) starts
            |> List.filter (fun (v, _, _) -> v.Settling = way)

        let own = those |> List.map (fun (_, _, count) -> count)

        [ for (v, _, count), first in List.zip those (List.scan (+) 0 own |> List.take own.Length) -> v, first, count ],
        [| for _, first, count in those do
               yield! [| first .. first + count - 1 |] |]

    let lower, lowerAt = settling Minimises
    let upper, upperAt = settling Maximises
    let lowerWalls, lowerInside = Bounds.ofVariables lower
    let upperWalls, upperInside = Bounds.ofVariables upper
    let isSaddle = upperAt.Length > 0

    let pick (at: int array) (y: float array) = Array.map (fun k -> y[k]) at

    let put (at: int array) (x: float array) (y: float array) =
        let all = Array.copy y
        at |> Array.iteri (fun k place -> all[place] <- x[k])
        all

    /// The upper side of a saddle at the others' values, from a guess.
    let top (code: EnergyCode) values (y: float array) : float array option =
        let landscape = code.Landscape(values, -1.0, upperAt, y, upperWalls, upperInside)

        Minimum.find landscape (pick upperAt y)
        |> Option.map (fun found -> put upperAt found.Point y)

    /// The energy with the upper side of the saddle at its top, as a function of the lower side.
    let overTop (code: EnergyCode) values (guess: float array) : Landscape =
        let mutable near = guess

        let raise' x =
            match top code values (put lowerAt x near) with
            | Some y ->
                near <- y
                Some y
            | None -> None

        let plain y =
            code.Landscape(values, 1.0, lowerAt, y, lowerWalls, lowerInside)

        { plain guess with
            Look =
                fun x by ->
                    match raise' x with
                    | Some y -> (plain y).Look x by
                    | None -> struct (nan, Vector<float>.Build.Dense(x.Length, nan), 1.0)
            Hessian =
                fun x by ->
                    match raise' x with
                    | None -> Matrix<float>.Build.Dense(x.Length, x.Length, nan)
                    | Some y ->
                        // What the upper side adds as it follows: A - B D^-1 B^T, within what can move.
                        let h = code.Hessian(y, values, by)

                        let block (rows: int array) (columns: int array) =
                            Matrix<float>.Build.Dense(rows.Length, columns.Length, fun i j -> h[rows[i], columns[j]])

                        let free =
                            Landscape.across
                                upperAt.Length
                                (Minimum.at (code.Landscape(values, -1.0, upperAt, y, upperWalls, upperInside)) (pick upperAt y)).Face

                        if free.ColumnCount = 0 then
                            block lowerAt lowerAt
                        else
                            let b = block lowerAt upperAt * free
                            let d = free.TransposeThisAndMultiply(block upperAt upperAt * free)
                            block lowerAt lowerAt - b * d.Solve(b.Transpose())
            Places = fun x -> (plain near).Places x }

    /// Whether some variables maximise the energy that others minimise.
    member _.IsSaddle: bool = isSaddle

    /// Whether bounds hold some variables.
    member _.HasWalls: bool = lowerWalls.Length > 0 || upperWalls.Length > 0

    /// The energy as a function of the variables that minimise it, the others where they are.
    member _.Below(code: EnergyCode, values: float array, y: float array) : Landscape =
        code.Landscape(values, 1.0, lowerAt, y, lowerWalls, lowerInside)

    /// A point moved to the nearest that the variables' domains allow.
    member _.Inside(y: float array) : float array =
        y
        |> put lowerAt (lowerInside (pick lowerAt y))
        |> put upperAt (upperInside (pick upperAt y))

    /// The fixed point that a first guess leads to; None where there is none.
    member _.Settle(code: EnergyCode, values: float array, guess: float array) : float array option =
        if isSaddle then
            let start = put upperAt (upperInside (pick upperAt guess)) guess

            Minimum.find (overTop code values start) (pick lowerAt start)
            |> Option.bind (fun found -> top code values (put lowerAt found.Point start))
        else
            Minimum.find (code.Landscape(values, 1.0, lowerAt, guess, lowerWalls, lowerInside)) guess
            |> Option.map _.Point

    /// Where a response has settled: each side of a saddle by itself, the other where it is.
    member _.Settled(code: EnergyCode, values: float array, y: float array) : Settled =
        let side sign at walls inside =
            let minimum =
                Minimum.at (code.Landscape(values, sign, at, y, walls, inside)) (pick at y)

            let whole (row: float array) = put at row (Array.zeroCreate n)

            minimum, List.map whole minimum.Face

        let low, face = side 1.0 lowerAt lowerWalls lowerInside

        if isSaddle then
            let high, above = side -1.0 upperAt upperWalls upperInside

            { Residual = max low.Residual high.Residual
              Held = low.Held
              Face = face @ above }
        else
            { Residual = low.Residual
              Held = low.Held
              Face = face }
