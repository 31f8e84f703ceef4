namespace Interneuron.Statistics

open System
open System.Numerics
open System.Threading.Tasks
open Interneuron.Kernels

/// How the iterations ended.
[<RequireQualifiedAccess>]
type SinkhornOutcome =
    /// The coupling's marginals agree within the tolerance.
    | Converged
    /// They still disagree after the largest number of iterations.
    | IterationLimit

/// The solution of a debiased entropic transport problem.
type SinkhornTransport =
    {
        /// The Sinkhorn divergence, an estimate of W2^2; its error is of the order of epsilon^2.
        SquaredDistance: float
        /// The estimate of J_opt = max E[s . r] that goes with it: (E|s|^2 + E|r|^2 - SquaredDistance) / 2.
        Optimum: float
        /// How the iterations for the coupling of the two sets ended.
        Outcome: SinkhornOutcome
        /// Iterations at the final epsilon, between the two sets.
        Iterations: int
        /// The mean relative error of the coupling's first marginal.
        Residual: float
    }

/// Entropic optimal transport with cost |s - r|^2 between sets of samples too large to match exactly; memory grows with n, not with n^2.
[<RequireQualifiedAccess>]
module Sinkhorn =
    /// The largest number of pairs, n m, that `debiased` takes: an iteration goes over all of them twice, in a minute or so on one core.
    let mostPairs = 10_000_000_000L

    let private tolerance = 2e-3
    let private mostIterations = 1000

    /// The samples coordinate by coordinate, as the vector loop reads them.
    let private columns dimension samples =
        Array.init dimension (fun j -> Samples.column dimension j samples)

    /// The sum of exp(x - largest). Differences below -700 are taken for -700: they add nothing, and exp is slow where its results are
    /// subnormal.
    let private sumOfExp (values: float[]) (largest: float) =
        let width = Vector<float>.Count
        let shift = Vector<float>(largest)
        let floor = Vector<float>(-700.0)
        let mutable sums = Vector<float>.Zero
        let mutable j = 0

        while j <= values.Length - width do
            sums <- sums + Vector.Exp(Vector.Max(Vector<float>(values, j) - shift, floor))
            j <- j + width

        let mutable sum = Vector.Sum sums

        while j < values.Length do
            sum <- sum + exp (values[j] - largest)
            j <- j + 1

        sum

    /// `values`[j] <- (potential_j - |x_i - y_j|^2) / epsilon.
    let private exponents epsilon (x: float[][]) i (y: float[][]) (potential: float[]) (values: float[]) =
        let width = Vector<float>.Count
        let scale = 1.0 / epsilon
        let mutable j = 0

        while j <= values.Length - width do
            let mutable exponent = Vector<float>(potential, j)

            for k in 0 .. x.Length - 1 do
                let d = Vector<float>(y[k], j) - Vector<float>(x[k][i])
                exponent <- exponent - d * d

            (exponent * scale).CopyTo(values, j)
            j <- j + width

        while j < values.Length do
            let mutable exponent = potential[j]

            for k in 0 .. x.Length - 1 do
                let d = y[k][j] - x[k][i]
                exponent <- exponent - d * d

            values[j] <- exponent * scale
            j <- j + 1

    /// The potential on x that balances the one on y: f_i = -epsilon log mean_j exp((g_j - |x_i - y_j|^2) / epsilon).
    let private balance epsilon (x: float[][]) (y: float[][]) (potential: float[]) =
        let n, m = x[0].Length, y[0].Length
        let result = Array.zeroCreate n

        let row (values: float[]) i =
            exponents epsilon x i y potential values
            let largest = Array.max values
            result[i] <- -epsilon * (largest + log (sumOfExp values largest / float m))
            values

        Parallel.For(0, n, Processors.Options, (fun () -> Array.zeroCreate<float> m), (fun i _ values -> row values i), ignore)
        |> ignore

        result

    /// The largest possible cost, from which epsilon comes down.
    let private widest (x: float[][]) (y: float[][]) =
        Array.map2 (fun a b -> pown (max (Array.max a) (Array.max b) - min (Array.min a) (Array.min b)) 2) x y
        |> Array.sum

    /// epsilon from the widest cost down to the one asked for, halved each time (Feydy 2020, section 3.3).
    let private schedule epsilon x y =
        Seq.initInfinite (fun k -> widest x y / pown 2.0 k)
        |> Seq.takeWhile (fun e -> e > epsilon)
        |> Seq.toList

    /// A step from a potential to the balanced one and beyond it.
    let private overrelax relaxation (potential: float[]) (balanced: float[]) =
        Array.map2 (fun a b -> a + relaxation * (b - a)) potential balanced

    /// The mean relative error of a marginal of the coupling, whose point i has exp((potential_i - balanced_i) / epsilon) times its mass.
    let private marginalError epsilon (potential: float[]) (balanced: float[]) =
        Array.map2 (fun a b -> abs (exp ((a - b) / epsilon) - 1.0)) potential balanced
        |> Array.average

    /// OT_epsilon between two sets: the dual value, with the number of iterations and the residual.
    let private between epsilon x y =
        let start = Array.zeroCreate (Array.head x: float[]).Length

        let warm =
            schedule epsilon x y
            |> List.fold (fun f e -> balance e x y (balance e y x f)) start

        let rec iterate f g relaxation previous iteration =
            let balancedG = balance epsilon y x f
            let nextG = overrelax relaxation g balancedG
            let balancedF = balance epsilon x y nextG

            let residual =
                max (marginalError epsilon g balancedG) (marginalError epsilon f balancedF)

            if residual <= tolerance || iteration = mostIterations then
                let g = balance epsilon y x balancedF
                struct (Array.average balancedF + Array.average g, iteration, residual)
            else
                // Over-relaxation is safe only near the solution: it is reduced whenever the error grows.
                let relaxation =
                    if residual > 2.0 * previous then
                        0.5 + 0.5 * relaxation
                    else
                        relaxation

                iterate (overrelax relaxation f balancedF) nextG relaxation residual (iteration + 1)

        iterate warm (balance epsilon y x warm) 1.5 Double.PositiveInfinity 1

    /// OT_epsilon of a set with itself: one potential, and averaged steps, which settle in a few iterations.
    let private withItself epsilon x =
        let step e (f: float[]) =
            Array.map2 (fun a b -> 0.5 * (a + b)) f (balance e x x f)

        let start = Array.zeroCreate (Array.head x: float[]).Length
        let warm = schedule epsilon x x |> List.fold (fun f e -> step e f) start

        let rec iterate f iteration =
            let next = step epsilon f
            let change = Array.map2 (fun a b -> abs (a - b) / epsilon) f next |> Array.max

            if change <= tolerance || iteration = mostIterations then
                2.0 * Array.average next
            else
                iterate next (iteration + 1)

        iterate warm 1

    /// Debiased transport between n x N stimuli and m x N target samples in the log domain: OT_e(s, r) - OT_e(s, s)/2 - OT_e(r, r)/2
    /// (Feydy et al., AISTATS 2019), where OT_e has cost |s - r|^2 and entropic weight epsilon > 0, in the unit of that cost. A twentieth
    /// of the variance is a fair start; the smaller, the more exact and the slower: an iteration takes 2 n m exponentials, and their
    /// number grows as 1/epsilon.
    let debiased (epsilon: float) (dimension: int) (stimuli: float[]) (targets: float[]) =
        if not (Double.IsFinite epsilon && epsilon > 0.0) then
            invalidArg (nameof epsilon) $"epsilon is {epsilon}; it has to be positive"

        let n, m = Samples.count dimension stimuli, Samples.count dimension targets

        if int64 n * int64 m > mostPairs then
            Refusal.argument
                (nameof targets)
                $"{n} stimuli and {m} target samples make {int64 n * int64 m} pairs; at most {mostPairs} are taken"

        let x, y = columns dimension stimuli, columns dimension targets
        let cost = widest x y

        if not (cost / epsilon < 1e12) then
            Refusal.argument (nameof epsilon) $"epsilon is {epsilon} where costs go up to {cost}; it has to be above a part in 1e12 of that"

        let struct (value, iterations, residual) = between epsilon x y

        let squaredDistance =
            value - 0.5 * withItself epsilon x - 0.5 * withItself epsilon y

        let secondMoment samples count =
            (samples |> Array.sumBy (fun v -> v * v)) / float count

        { SquaredDistance = squaredDistance
          Optimum = 0.5 * (secondMoment stimuli n + secondMoment targets m - squaredDistance)
          Outcome =
            if residual <= tolerance then
                SinkhornOutcome.Converged
            else
                SinkhornOutcome.IterationLimit
          Iterations = iterations
          Residual = residual }
