namespace Interneuron.Derivation.Running

open MathNet.Numerics.Distributions
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// Numbers of parameters at random: where simulations start, and what certificates try.
[<RequireQualifiedAccess>]
module internal RandomValues =
    /// The rows and columns of a parameter's numbers.
    let shape (sizes: Sizes) (p: Learned) : int * int =
        match p.Site |> List.map (fun index -> Sizes.count sizes index.Over) with
        | [] -> 1, 1
        | [ single ] -> single, 1
        | first :: others -> first, List.fold (*) 1 others

    /// A parameter's numbers moved onto its constraints.
    let hold (sizes: Sizes) (p: Learned) (numbers: float array) : float array =
        match p.Constraints with
        | [] -> numbers
        | constraints ->
            let rows, columns = shape sizes p
            Projection.onto rows columns constraints numbers

    let private isSquare (p: Learned) =
        match p.Site with
        | [ a; b ] -> a.Over = b.Over
        | _ -> false

    /// Random numbers for the parameters, inside their constraints and away from the ends.
    let draw (random: System.Random) (model: Model) (sizes: Sizes) : Values =
        let normal () = Normal.Sample(random, 0.0, 1.0)

        let units count length =
            [| for _ in 1..count ->
                   let w = Array.init length (fun _ -> normal ())
                   let size = sqrt (Array.sumBy (fun x -> x * x) w)
                   w |> Array.map (fun x -> x / size) |]

        let spread lower upper =
            lower + (upper - lower) * random.NextDouble()

        let numbers (p: Learned) =
            let rows, columns = shape sizes p
            let lower, upper = p.Interval
            let isFinite = System.Double.IsFinite

            // >= 0 alone has no end to stay away from.
            if lower > -infinity && not (p.IsHeldBy NonNegative) || upper < infinity then
                let lower, upper =
                    if not (isFinite upper) then lower, lower + 1.0
                    elif not (isFinite lower) then upper - 1.0, upper
                    else lower, upper

                Array.init (rows * columns) (fun _ -> spread (0.9 * lower + 0.1 * upper) (0.1 * lower + 0.9 * upper))
            elif
                p.Site.Length <> 2
                || lower = 0.0
                   && not (List.exists p.IsHeldBy [ UnitColumns; UnitRows; Orthonormal ])
            then
                Array.init (rows * columns) (fun _ -> spread 0.5 1.5)
            elif
                isSquare p
                && not (List.exists p.IsHeldBy [ UnitColumns; UnitRows; Orthonormal ])
            then
                // Couplings inside a population: near the identity, so that the energy stays convex.
                [| for a in 0 .. rows - 1 do
                       for b in 0 .. columns - 1 -> (if a = b then 1.0 else 0.0) + spread -0.1 0.1 |]
            elif p.IsHeldBy UnitRows then
                Array.concat (units rows columns)
            else
                let w = units columns rows

                [| for a in 0 .. rows - 1 do
                       for i in 0 .. columns - 1 -> w[i][a] |]

        let signed (p: Learned) (x: float array) =
            if fst p.Interval = 0.0 then
                Array.map abs x
            elif snd p.Interval = 0.0 then
                Array.map (fun v -> -(abs v)) x
            else
                x

        Map.ofList [ for p in model.Learned -> p.Name, numbers p |> signed p |> hold sizes p ]

    /// Where learning starts: as declared, and at random where nothing is.
    let start (random: System.Random) (model: Model) (sizes: Sizes) : Values =
        let drawn = draw random model sizes

        Map.ofList
            [ for p in model.Learned ->
                  let rows, columns = shape sizes p

                  p.Name,
                  match p.Start with
                  | AtRandom -> drawn[p.Name]
                  | Among(first, last) -> Array.init (rows * columns) (fun _ -> first + (last - first) * random.NextDouble())
                  | All x -> Array.create (rows * columns) x
                  | Identity -> Array.init (rows * columns) (fun m -> if m / columns = m % columns then 1.0 else 0.0)
                  | Table numbers when numbers.Length = rows * columns -> Array.ofList numbers
                  | Table numbers ->
                      Interneuron.Statistics.Refusal.argument
                          (nameof model)
                          $"'{p.Name}' starts at {numbers.Length} numbers, but has {rows * columns} at these sizes" ]
