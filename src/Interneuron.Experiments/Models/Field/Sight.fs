namespace Interneuron.Experiments

open System
open System.Collections.Generic
open MathNet.Numerics.LinearAlgebra

/// What a number of a run has to be.
type Claim =
    /// Above this.
    | Above of float
    /// Below this.
    | Below of float
    /// Within so much of this.
    | Near of value: float * within: float

/// A number of a run beside what it has to be; of several of one name, the one that is nearest to being wrong.
type Claimed =
    {
        /// What it is.
        Name: string
        /// What it came to.
        Value: float
        /// What it has to be.
        Claim: Claim
    }

    /// How far it is from being wrong; not above 0 where it is wrong.
    member this.Margin =
        match this.Claim with
        | Above least -> this.Value - least
        | Below most -> most - this.Value
        | Near(value, within) -> within - abs (this.Value - value)

/// What is seen of a run: its claims, and points to draw.
[<Sealed>]
type Sight() =
    let claims = List<Claimed>()
    let mutable axes = "", ""
    let groups = Dictionary<string, List<float * float>>()

    let claim name value what =
        let made =
            { Name = name
              Value = value
              Claim = what }

        match claims.FindIndex(fun c -> c.Name = name) with
        | -1 -> claims.Add made
        | at when not (Double.IsNaN claims[at].Margin) && not (made.Margin >= claims[at].Margin) -> claims[at] <- made
        | _ -> ()

    /// A number that has to be above another.
    member _.Above (value: float) (least: float) (name: string) = claim name value (Above least)

    /// A number that has to be below another.
    member _.Below (value: float) (most: float) (name: string) = claim name value (Below most)

    /// A number that has to be near another: relative to it, or absolutely.
    member _.Near (relative: float) (absolute: float) (value: float) (expected: float) (name: string) =
        claim name value (Near(expected, max absolute (relative * abs expected)))

    /// Points of a group, below the names of the axes.
    member _.Points (x: string) (y: string) (group: string) (xs: float seq) (ys: float seq) =
        axes <- x, y

        if not (groups.ContainsKey group) then
            groups[group] <- List()

        groups[group].AddRange(Seq.zip xs ys)

    /// What was found against what it should be.
    member this.Compare (expected: string) (found: string) (x: float seq) (y: float seq) = this.Points expected found "" x y

    /// The same for all entries of matrices.
    member this.CompareAll (expected: string) (found: string) (x: Matrix<float>) (y: Matrix<float>) =
        this.Compare expected found (x.Enumerate()) (y.Enumerate())

    /// Points in groups by number.
    member this.Groups (x: string) (y: string) (xs: float seq) (ys: float seq) (found: int seq) =
        for group, points in Seq.zip3 xs ys found |> Seq.groupBy (fun (_, _, group) -> group) do
            this.Points x y (string group) [ for x, _, _ in points -> x ] [ for _, y, _ in points -> y ]

    /// The claims, in the order in which they were first made.
    member _.Claims: Claimed list = List.ofSeq claims

    /// The names of the axes.
    member _.Axes: string * string = axes

    /// The points, in groups.
    member _.Drawn: (float * float) array list =
        [ for points in groups.Values -> points.ToArray() ]
