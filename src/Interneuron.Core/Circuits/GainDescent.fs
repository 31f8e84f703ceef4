namespace Interneuron.Core.Circuits

open System
open MathNet.Numerics.LinearAlgebra

/// A point of the descent on J in the gains: strictly inside, with a multiplier y_i > 0 for each bound g_i >= 0. At the least J, dJ/dg =
/// y and g_i y_i = 0.
type internal Interior =
    {
        /// g.
        Gains: float array
        /// y.
        Multipliers: float array
    }

/// Steps of the primal-dual interior-point method (Nocedal and Wright, Numerical Optimization, 2006, chapters 14 and 19) for a J that is
/// convex in g >= 0: Newton on dJ/dg = y and g_i y_i = mu, for a mu that falls as fast as the predictor (the step for mu = 0) finds
/// possible.
[<RequireQualifiedAccess>]
module internal GainDescent =
    // How much of the way to the nearest bound a step goes at most.
    let private ofTheWay = 0.99
    // mu falls by no more than this in a step.
    let private fastest = 1e-4
    // The products g_i y_i stay within this factor of mu.
    let private spread = 1e3
    // Gains begin above this share of the largest: nothing can be learned from exactly 0.
    let private least = 1e-6
    // Curvature that is added to every gain's own, as a share of it, where stimuli tell gains apart by less than rounding.
    let private ridge = 1e-10

    /// The sum of products.
    let dot (a: float array) (b: float array) : float =
        Array.fold2 (fun total x y -> total + x * y) 0.0 a b

    /// Gains, all of them positive.
    let positive (gains: float array) : float array =
        let floor = least * Array.max gains
        gains |> Array.map (max floor)

    /// Where to begin, by the slopes dJ/dg: multipliers that are the slopes where these are positive, and products of the size that
    /// slopes and gains have.
    let start (gains: float array) (slopes: float array) : Interior =
        let mu =
            Math.Max(0.1 * Array.average (Array.map2 (fun g slope -> abs (g * slope)) gains slopes), 1e-300)

        { Gains = gains
          Multipliers = Array.map2 (fun g slope -> Math.Max(slope, mu / g)) gains slopes }

    /// A step from a point.
    type Step =
        {
            /// The change of g, and how far it may be followed.
            Change: float array
            /// The largest share of it that keeps all gains positive.
            Reach: float
            /// y after the step.
            MultipliersAt: float array -> float array
            /// How much lower J may be at its least.
            Left: float
            /// mu of the step.
            Barrier: float
        }

    let private reach (x: float array) (change: float array) =
        Array.fold2 (fun t x d -> if d < 0.0 then Math.Min(t, -x / d) else t) infinity x change

    /// The step from a point with these slopes dJ/dg and this curvature (K x K).
    let step (point: Interior) (slopes: float array) (curvature: float array) : Step =
        let g, y = point.Gains, point.Multipliers
        let k = g.Length
        let products = dot g y
        let h = Matrix<float>.Build.Dense(k, k, curvature)
        let diagonal = h.Diagonal()

        for i in 0 .. k - 1 do
            h[i, i] <- diagonal[i] * (1.0 + ridge) + y[i] / g[i]

        // With a diagonal of 1, so that units and sizes do not matter.
        let unit = h.Diagonal().Map(fun d -> 1.0 / Math.Sqrt d)
        h.MapIndexedInplace(fun i j x -> x * unit[i] * unit[j])
        let factor = h.Cholesky()

        let towards mu =
            let right = Vector<float>.Build.Dense(k, fun i -> unit[i] * (mu / g[i] - slopes[i]))

            (factor.Solve right).PointwiseMultiply(unit).ToArray()

        let multipliersChange mu (change: float array) =
            Array.init k (fun i -> mu / g[i] - y[i] - y[i] / g[i] * change[i])

        let predicted = towards 0.0
        let dy = multipliersChange 0.0 predicted
        let tg, ty = Math.Min(1.0, reach g predicted), Math.Min(1.0, reach y dy)

        let after =
            Seq.sum (seq { for i in 0 .. k - 1 -> (g[i] + tg * predicted[i]) * (y[i] + ty * dy[i]) })

        let mu = Math.Clamp((after / products) ** 3.0, fastest, 1.0) * products / float k
        let change = towards mu
        let dy = multipliersChange mu change
        let ty = Math.Min(1.0, ofTheWay * reach y dy)

        { Change = change
          Reach = Math.Min(1.0, ofTheWay * reach g change)
          MultipliersAt =
            fun gains -> Array.init k (fun i -> Math.Clamp(y[i] + ty * dy[i], mu / (spread * gains[i]), spread * mu / gains[i]))
          // Of a quadratic J with the least at the predictor's end half of the first is left, and where gains fall to their bounds all of
          // it.
          Left = Math.Max(-(dot slopes predicted), products)
          Barrier = mu }
