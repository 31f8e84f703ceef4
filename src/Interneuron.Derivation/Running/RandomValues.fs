namespace Interneuron.Derivation.Running

open MathNet.Numerics.Distributions
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// Numbers of parameters at random: where simulations start, and what certificates try.
[<RequireQualifiedAccess>]
module internal RandomValues =
    /// Random numbers for the parameters, inside their constraints and away from the ends.
    let draw (random: System.Random) (model: Model) (n: int) (k: int) : Values =
        let size (index: Index) =
            match index.Over with
            | Primary -> n
            | Interneurons -> k

        let columns () =
            [| for _ in 1..k ->
                   let w = Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0))
                   let length = sqrt (Array.sumBy (fun x -> x * x) w)
                   w |> Array.map (fun x -> x / length) |]

        let spread lower upper =
            lower + (upper - lower) * random.NextDouble()

        Map.ofList
            [ for p in model.Learned do
                  let sizes = List.map size p.Site
                  let count = List.fold (*) 1 sizes

                  p.Name,
                  (match p.Constraint, p.Site with
                   | Between(lower, upper), _ ->
                       let upper =
                           if System.Double.IsInfinity upper then
                               lower + 1.0
                           else
                               upper

                       Array.init count (fun _ -> spread (0.9 * lower + 0.1 * upper) (0.1 * lower + 0.9 * upper))
                   | UnitColumns, _
                   | Free, [ { Over = Primary }; { Over = Interneurons } ] ->
                       let w = columns ()

                       [| for a in 0 .. n - 1 do
                              for i in 0 .. k - 1 -> w[i][a] |]
                   // Couplings between primary neurons: near the identity, so that the energy stays convex.
                   | Free, [ { Over = Primary }; { Over = Primary } ] ->
                       [| for a in 0 .. n - 1 do
                              for b in 0 .. n - 1 -> (if a = b then 1.0 else 0.0) + spread -0.1 0.1 |]
                   | (Free | NonNegative), _ -> Array.init count (fun _ -> spread 0.5 1.5)) ]
