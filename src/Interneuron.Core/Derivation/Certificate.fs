namespace Interneuron.Core

open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions

/// How far a derived rule is from two other ways to the same gradient.
type RuleCheck =
    {
        /// The parameter.
        Parameter: string
        /// Whether its rule is local.
        Locality: Locality
        /// The worst error against nested dual numbers, relative to the largest step of the parameter in the circuit.
        DualError: float
        /// The same against central differences.
        DifferenceError: float
    }

/// The evidence that derived rules are the descent directions of the objective.
type Certificate =
    {
        /// One for each parameter.
        Rules: RuleCheck list
        /// How many random circuits were tried.
        Circuits: int
        /// What they were drawn from.
        Seed: int
    }

/// Checks of derived rules on random circuits: the formulas against dual numbers taken through the response, and against differences of the objective
/// with every response solved again.
[<RequireQualifiedAccess>]
module Certificate =
    /// Random numbers for the parameters, inside their constraints and away from the ends.
    let internal draw (random: System.Random) (model: Model) (n: int) (k: int) : Values =
        let size (index: Index) =
            match index.Over with
            | Primary -> n
            | Interneurons -> k

        let columns () =
            [| for _ in 1..k ->
                   let w = Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0))
                   let length = sqrt (Array.sumBy (fun x -> x * x) w)
                   // The first ones are near the axes, so that N of them always span.
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

    let private single = Dual.operations Floats.operations
    let private nested = Dual.operations single

    /// Reads a formula over dual numbers: the value and the tangent of each variable.
    let private tangent (variables: Map<string, float * float>) (e: Expr) =
        (Expr.interpret
            single
            (fun name ->
                let value, tangent = variables[name]
                { Value = value; Tangent = tangent })
            e)
            .Tangent

    /// d2E/(dx dy), over duals of duals.
    let private second (values: Map<string, float>) (x: string) (y: string) (e: Expr) =
        let one = Dual.variable Floats.operations
        let zero = Dual.constant Floats.operations

        (Expr.interpret
            nested
            (fun name ->
                { Value = (if name = y then one values[name] else zero values[name])
                  Tangent = zero (if name = x then 1.0 else 0.0) })
            e)
            .Tangent.Tangent

    let private names symbol n =
        [ for a in 0 .. n - 1 -> $"{symbol}[{a}]" ]

    /// The objective and its negative gradient by duals, of some stimuli, their responses, and points of the target.
    let private byDuals (instance: Instance) (packed: float array) (stimuli: (float array * float array) list) (target: float array list) =
        let n = instance.Primaries
        let r = names "r" n

        let values s (response: float array) =
            List.zip (instance.Variables) (List.ofArray (Array.concat [ response; s; packed ]))
            |> Map.ofList

        let energy = instance.Energy

        let ofStimulus (s, response) =
            let at = values s response
            let hessian = Matrix<float>.Build.Dense(n, n, fun i j -> second at r[i] r[j] energy)

            [| for p in instance.Learned ->
                   let coupling =
                       Vector<float>.Build.DenseOfEnumerable [ for x in r -> second at x p energy ]

                   let moved = hessian.Solve(-coupling)

                   let tangents =
                       at
                       |> Map.map (fun name value ->
                           value,
                           if name = p then
                               1.0
                           else
                               match List.tryFindIndex ((=) name) r with
                               | Some a -> moved[a]
                               | None -> 0.0)

                   match instance.Loss with
                   | Some loss -> -(tangent tangents loss)
                   | None -> tangent tangents energy |]

        let ofTarget response =
            let at = values (Array.zeroCreate n) response
            [| for p in instance.Learned -> tangent (Map.map (fun name value -> value, (if name = p then 1.0 else 0.0)) at) energy |]

        let ofCost =
            let at = values (Array.zeroCreate n) (Array.zeroCreate n)
            [| for p in instance.Learned -> tangent (Map.map (fun name value -> value, (if name = p then 1.0 else 0.0)) at) instance.Cost |]

        let mean (rows: float array list) =
            rows
            |> List.reduce (Array.map2 (+))
            |> Array.map (fun x -> x / float rows.Length)

        let driven = mean (List.map ofStimulus stimuli)

        match instance.Loss with
        | Some _ -> Array.map2 (-) driven ofCost
        | None -> Array.map3 (fun d t c -> d - t - c) driven (mean (List.map ofTarget target)) ofCost

    /// The objective: J over the stimuli and the points of the target, or the mean loss, and the cost. None where a stimulus has no response.
    let internal objective
        (instance: Instance)
        (packed: float array)
        (stimuli: (float array * float array) list)
        (target: float array list)
        =
        let zeros = Array.zeroCreate instance.Primaries

        let solved =
            stimuli
            |> List.map (fun (s, guess) -> instance.Respond(packed, s, guess) |> Option.map (fun r -> s, r))

        if List.forall Option.isSome solved then
            let each =
                List.choose id solved |> List.map (fun (s, r) -> instance.Values(packed, s, r))

            let driven =
                each
                |> List.averageBy (fun (struct (energy, loss)) -> if instance.Loss.IsSome then loss else -energy)

            let atTarget =
                match instance.Loss with
                | Some _ -> 0.0
                | None ->
                    target
                    |> List.averageBy (fun r -> (let struct (phi, _) = instance.Values(packed, zeros, r) in phi))

            Some(driven + atTarget + instance.CostOf packed)
        else
            None

    let private byDifferences (instance: Instance) (packed: float array) stimuli target =
        [| for i in 0 .. packed.Length - 1 ->
               // Truncation h^2 and rounding 1e-16/h meet near 1e-5.
               let h = 1e-5 * (1.0 + abs packed[i])

               let moved step =
                   let p = Array.copy packed
                   p[i] <- p[i] + step
                   objective instance p stimuli target |> Option.defaultValue nan

               -(moved h - moved -h) / (2.0 * h) |]

    let private byFormulas (instance: Instance) (packed: float array) stimuli (target: float array list) =
        let zeros = Array.zeroCreate instance.Primaries

        let mean (rows: float array list) =
            rows
            |> List.reduce (Array.map2 (+))
            |> Array.map (fun x -> x / float rows.Length)

        let online =
            stimuli |> List.map (fun (s, r) -> instance.Online(packed, s, r)) |> mean

        let cost = instance.CostGradient packed

        match instance.Loss with
        | Some _ -> Array.map2 (-) online cost
        | None ->
            let subtracted =
                target |> List.map (fun r -> instance.Online(packed, zeros, r)) |> mean

            Array.map3 (fun o t c -> o - t - c) online subtracted cost

    /// The term of the energy that bends it down the most, along the direction in which the whole is the least convex, over twenty random circuits of two
    /// primary neurons and three interneurons; where none bends it down, one that the stimulus is not in.
    let private mostConcave (derivation: Derivation) (seed: int) : Indexed =
        let n, k = 2, 3
        let instance = Instance.create derivation n k
        let random = Xoshiro256StarStar(seed, false)
        let r = names "r" n

        let points =
            List.init 20 (fun _ ->
                let activities = Array.init (2 * n) (fun _ -> Normal.Sample(random, 0.0, 1.0))
                let packed = instance.Pack(draw random derivation.Model n k)

                List.zip instance.Variables (List.ofArray (Array.append activities packed))
                |> Map.ofList)

        let hessian at e =
            Matrix<float>.Build.Dense(n, n, fun i j -> second at r[i] r[j] e)

        let bends term =
            let e = instance.Flat term

            points
            |> List.sumBy (fun at ->
                let down =
                    (hessian at instance.Energy).Evd(Symmetricity.Symmetric).EigenVectors.Column 0

                down * (hessian at e * down))

        Indexed.addends derivation.Energy
        |> List.sortBy (fun term -> (Indexed.symbols term).Contains "s")
        |> List.minBy bends

    /// Checks every rule on random circuits with N of 1 to 3 and K of N to N + 2, three stimuli and three points of the target each.
    /// Refuses a model for which no random circuit responds (IllPosedException).
    let check (derivation: Derivation) (circuits: int) (seed: int) : Certificate =
        let model = derivation.Model
        let random = Xoshiro256StarStar(seed, false)

        let sizes =
            [ for n in 1..3 do
                  for k in n .. n + 2 -> n, k ]

        let instances =
            sizes |> List.map (fun (n, k) -> lazy (Instance.create derivation n k))

        let rec circuit attempts index =
            if attempts > 100 then
                raise (
                    IllPosedException(
                        "none of 100 random circuits has a response to every stimulus: the energy may be unbounded below or not convex",
                        mostConcave derivation seed
                    )
                )

            // Circuits of other sizes are tried after one without a response: potentials that act on one side need more interneurons.
            let instance = instances[(index + attempts) % instances.Length].Force()
            let n, k = instance.Primaries, instance.Interneurons
            let packed = instance.Pack(draw random model n k)

            let points () =
                Array.init n (fun _ -> Normal.Sample(random, 0.0, 1.0))

            let solved =
                List.init 3 (fun _ -> let s = points () in s, instance.Respond(packed, s, Array.zeroCreate n))

            if solved |> List.forall (snd >> Option.isSome) then
                let stimuli = solved |> List.map (fun (s, r) -> s, Option.get r)

                let target =
                    Initial.sampleTarget
                        (if model.Target.IsOfSamples then
                             StandardGaussian
                         else
                             model.Target)
                        n
                        3
                        (random.Next())
                    |> Array.chunkBySize n
                    |> List.ofArray

                let formulas = byFormulas instance packed stimuli target

                let errors (other: float array) =
                    let values = instance.Unpack formulas

                    let others = instance.Unpack other

                    Map.map
                        (fun name (steps: float array) ->
                            let scale = steps |> Array.map abs |> Array.max |> max 1e-3
                            Array.map2 (fun a b -> abs (a - b) / scale) steps others[name] |> Array.max)
                        values

                errors (byDuals instance packed stimuli target), errors (byDifferences instance packed stimuli target)
            else
                circuit (attempts + 1) index

        let all = List.init circuits (circuit 0)

        { Circuits = circuits
          Seed = seed
          Rules =
            [ for rule in derivation.Rules ->
                  let worst (errors: Map<string, float> list) =
                      errors |> List.map (Map.find rule.Parameter.Name) |> List.max

                  { Parameter = rule.Parameter.Name
                    Locality = rule.Locality
                    DualError = worst (List.map fst all)
                    DifferenceError = worst (List.map snd all) } ] }
