namespace Interneuron.Derivation.Running

open System
open Interneuron.Core.Transport

/// Directions in the space of the responses, and functions along them.
[<RequireQualifiedAccess>]
module internal Directions =
    let length (v: float array) = sqrt (Array.sumBy (fun x -> x * x) v)

    let dot (x: float array) (y: float array) =
        let mutable total = 0.0

        for i in 0 .. x.Length - 1 do
            total <- total + x[i] * y[i]

        total

    /// Directions that span rows, beyond those that there are: for a spherical target orthonormal ones, else the coordinates that rows
    /// depend on.
    let spanning (target: Target) (n: int) (rows: float array list) (known: float array list) : float array list =
        if Target.isSpherical target then
            let add (basis: float array list) (row: float array) =
                let rest =
                    List.fold (fun (v: float array) b -> let c = dot v b in Array.map2 (fun x y -> x - c * y) v b) row (basis @ basis)

                if length rest > 1e-9 * length row then
                    basis @ [ Array.map (fun x -> x / length rest) rest ]
                else
                    basis

            List.fold add known rows |> List.skip known.Length
        else
            [ for a in 0 .. n - 1 do
                  let axis = Array.init n (fun b -> if a = b then 1.0 else 0.0)

                  if
                      not (List.contains axis known)
                      && rows |> List.exists (fun row -> Math.Abs row[a] > 1e-12 * length row)
                  then
                      axis ]

    /// The zeros of a function on [-last, last], between those given.
    let zeros (f: float -> float) (last: float) (known: float list) =
        let grid =
            [ for i in -64 .. 64 -> last * float i / 64.0 ] @ known
            |> List.distinct
            |> List.sort

        let rec halve a b fa left =
            let c = 0.5 * (a + b)

            if left = 0 || c <= a || c >= b then
                c
            else
                let fc = f c

                if (fc < 0.0) = (fa < 0.0) then
                    halve c b fc (left - 1)
                else
                    halve a c fa (left - 1)

        [ for a, b in List.pairwise grid do
              let fa, fb = f a, f b

              if fa = 0.0 then
                  a
              elif fb <> 0.0 && (fa < 0.0) <> (fb < 0.0) then
                  halve a b fa 60 ]
