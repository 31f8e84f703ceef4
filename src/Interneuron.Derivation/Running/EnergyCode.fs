namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Models

/// An energy as compiled scalar code: its values, slopes and bends in the responses, and the places where it is not smooth. `given` are the
/// names of all that it is of besides the responses.
[<Sealed>]
type internal EnergyCode(responses: string list, given: string list, energy: Expr) =
    let n = responses.Length
    let isResponse = System.Collections.Generic.HashSet<string> responses

    // Each place where the energy is not smooth can be shifted.
    let places = Kinks.find isResponse.Contains [ energy ]
    let shifts = places |> List.mapi (fun j _ -> $"shift[{j}]")

    let shifted: Expr -> Expr =
        let byPlace = List.zip places (List.map Expr.var shifts) |> readOnlyDict

        Kinks.shift (fun u ->
            match byPlace.TryGetValue u with
            | true, shift -> Some shift
            | _ -> None)

    let force = Differentiate.grad responses (shifted energy)

    /// The sum of the magnitudes of a formula's terms.
    let magnitude (e: Expr) =
        match e.Node with
        | Sum terms -> Expr.sum (List.map Expr.abs terms)
        | _ -> Expr.abs e

    let variables = responses @ given

    let compile formulas =
        lazy (Scalar.compile (variables @ shifts) formulas)

    let slopes = compile (shifted energy :: force @ List.map magnitude force)
    let hessian = compile (Differentiate.jacobian responses force |> List.concat)

    let placing =
        lazy (Scalar.compile variables (places @ List.concat (Differentiate.jacobian responses places)))

    let look (formulas: System.Action<float array, float array>) (size: int) (y: float array) (values: float array) (by: float array) =
        let out: float array = Array.zeroCreate size
        formulas.Invoke(Array.concat [ y; values; by ], out)
        out

    /// Whether it is smooth in the responses.
    member _.IsSmooth: bool = places.IsEmpty

    /// How many places it has.
    member _.Count: int = places.Length

    /// The names of the shifts of its places.
    member _.Shifts: string list = shifts

    /// A formula with its places shifted as the energy's are.
    member _.Shifted(e: Expr) : Expr = shifted e

    /// The Hessian at a response, shifted.
    member _.Hessian(y: float array, values: float array, by: float array) : Matrix<float> =
        let out = look hessian.Value (n * n) y values by
        Matrix<float>.Build.Dense(n, n, fun i j -> out[i * n + j])

    /// The energy at values of what is given, as a function of some of the responses, the others where they are; upside down for those
    /// that maximise it.
    member this.Landscape
        (values: float array, sign: float, those: int array, others: float array, walls: Wall array, inside: float array -> float array)
        : Landscape =
        let m = those.Length

        let all (x: float array) =
            if m = n then
                x
            else
                let y = Array.copy others
                those |> Array.iteri (fun k at -> y[at] <- x[k])
                y

        { Look =
            fun x by ->
                let out = look slopes.Value (1 + 2 * n) (all x) values by

                struct (sign * out[0],
                        Vector<float>.Build.Dense(Array.map (fun at -> sign * out[1 + at]) those),
                        (those |> Array.fold (fun most at -> System.Math.Max(most, out[1 + n + at])) 0.0))
          Hessian =
            fun x by ->
                let out = look hessian.Value (n * n) (all x) values by
                Matrix<float>.Build.Dense(m, m, fun i j -> sign * out[those[i] * n + those[j]])
          Places =
            fun x ->
                let count = places.Length
                let out = look placing.Value (count + count * n) (all x) values [||]

                struct (out[.. count - 1],
                        Array.chunkBySize n out[count..]
                        |> Array.map (fun row -> Array.map (fun at -> row[at]) those))
          Count = places.Length
          Walls = walls
          Inside = inside }

/// The bounds of a response's numbers.
[<RequireQualifiedAccess>]
module internal Bounds =
    /// The walls of some of the responses, and how a point is moved inside them. Each variable with where its numbers start and how many
    /// they are.
    let ofVariables (variables: (Variable * int * int) list) : Wall array * (float array -> float array) =
        let n = variables |> List.sumBy (fun (_, _, count) -> count)

        let single lower upper at =
            { Row = Array.init n (fun k -> if k = at then 1.0 else 0.0)
              Lower = lower
              Upper = upper }

        let walls =
            [| for v, first, count in variables do
                   let each lower upper =
                       [ for k in first .. first + count - 1 -> single lower upper k ]

                   match v.Domain with
                   | Domain.Whole -> ()
                   | Domain.NonNegative -> yield! each 0.0 infinity
                   | Domain.Between(lower, upper) -> yield! each lower upper
                   | Domain.Simplex ->
                       yield! each 0.0 infinity

                       { Row = Array.init n (fun k -> if k >= first && k < first + count then 1.0 else 0.0)
                         Lower = 1.0
                         Upper = 1.0 } |]

        let inside (y: float array) =
            if walls.Length = 0 then
                y
            else
                let x = Array.copy y

                for v, first, count in variables do
                    let clip lower upper =
                        for k in first .. first + count - 1 do
                            x[k] <- System.Math.Min(System.Math.Max(x[k], lower), upper)

                    match v.Domain with
                    | Domain.Whole -> ()
                    | Domain.NonNegative -> clip 0.0 infinity
                    | Domain.Between(lower, upper) -> clip lower upper
                    | Domain.Simplex ->
                        clip 0.0 infinity
                        let total = Seq.sum (seq { for k in first .. first + count - 1 -> x[k] })

                        for k in first .. first + count - 1 do
                            x[k] <- if total > 0.0 then x[k] / total else 1.0 / float count

                x

        walls, inside
