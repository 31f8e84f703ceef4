namespace Interneuron.Core.Transport

open System
open Interneuron.Core.Symbolic

/// The potentials of the field (theory, section 5). Each is an ordinary function; write your own in the same way with `Potential.define`.
[<RequireQualifiedAccess>]
module Potentials =
    let private zero = Expr.constant 0.0
    let private rectified x = Expr.max x zero

    let private one (formula: Expr -> Expr -> Expr) (theta: Expr list) (z: Expr) = formula (List.exactlyOne theta) z

    /// A quadratic and a power, a(theta) z^2/2 + b(theta) |z|^(theta+1)/(theta+1) with a = exp(max(2 theta - 3.85, 0)^1.95) and
    /// b = exp(max(theta^2.32 - 6, 0)), theta in [1, 3]: what fits generalised-Gaussian stimuli (Lipshutz and Simoncelli 2024).
    let powerMixture =
        Potential.define
            "power-mixture"
            [ Parameter.define "theta" 1.0 3.0 (2.2, 2.3) ]
            (one (fun theta z ->
                let a = exp (rectified (2.0 * theta - 3.85) ** 1.95)
                let b = exp (rectified (theta ** 2.32 - 6.0))
                a * z ** 2.0 / 2.0 + b * abs z ** (theta + 1.0) / (theta + 1.0)))

    /// |z|^(theta+1)/(theta+1), theta in [1, 3].
    let monomial =
        Potential.define
            "monomial"
            [ Parameter.define "theta" 1.0 3.0 (2.0, 2.1) ]
            (one (fun theta z -> abs z ** (theta + 1.0) / (theta + 1.0)))

    /// z^2/2, no parameters: gains alone, adaptive whitening (Duong et al. 2023).
    let quadratic = Potential.define "quadratic" [] (fun _ z -> z ** 2.0 / 2.0)

    /// (max(z - theta, 0)^2 + max(-z - theta, 0)^2)/2 = max(|z| - theta, 0)^2/2, theta >= 0: a population of thresholds represents any odd
    /// expansive map.
    let symmetricThreshold =
        Potential.define
            "symmetric-threshold"
            [ Parameter.define "theta" 0.0 infinity (0.0, 3.75) ]
            (one (fun theta z -> (rectified (z - theta) ** 2.0 + rectified (-z - theta) ** 2.0) / 2.0))

    /// max(z - theta, 0)^2/2, theta >= 0: a rectified interneuron; pairs with weights w and -w represent skewed maps as well.
    let thresholdLinear =
        Potential.define
            "threshold-linear"
            [ Parameter.define "theta" 0.0 infinity (0.0, 3.75) ]
            (one (fun theta z -> rectified (z - theta) ** 2.0 / 2.0))

    // What is left of the slope beyond the knee. With none, a stimulus beyond what all interneurons together can balance would have no
    // response without a leak.
    let private slopeBeyond = 0.02

    /// (max(z - theta, 0)^2 - 0.98 max(z - theta - omega, 0)^2)/2, theta and omega >= 0: a rectified interneuron that saturates, its slope
    /// 1 from the threshold theta on and 0.02 beyond the knee theta + omega. Where sums of threshold-linear outputs can only steepen,
    /// populations of these represent any increasing map.
    let saturatingThreshold =
        Potential.define
            "saturating-threshold"
            [ Parameter.define "theta" 0.0 infinity (0.0, 3.75)
              Parameter.define "omega" 0.0 infinity (0.25, 0.25) ]
            (fun parameters z ->
                let theta, omega = List.head parameters, List.last parameters

                (rectified (z - theta) ** 2.0
                 - (1.0 - slopeBeyond) * rectified (z - theta - omega) ** 2.0)
                / 2.0)

    /// B(z) - B(0) with B = max(omega - |z - theta|, 0)^3/(6 omega) + omega max(z - theta, 0) + 0.01 max(z - theta + omega, 0)^2, theta
    /// >= 0 and omega >= 0.01: an interneuron that saturates smoothly. Its slope is a tent, 1 at theta and 0 at theta - omega and theta +
    /// omega, and 0.02 more from theta - omega on, so that the slopes of a population add up to a line without the steps that those of
    /// populations that saturate at once have, and the density of its responses has no edges.
    let smoothThreshold =
        Potential.define
            "smooth-threshold"
            [ Parameter.define "theta" 0.0 infinity (0.0, 3.75)
              Parameter.define "omega" 0.01 infinity (0.25, 0.25) ]
            (fun parameters z ->
                let theta, omega = List.head parameters, List.last parameters
                let x = z - theta

                let atZero =
                    rectified (omega - theta) ** 3.0 / (6.0 * omega)
                    + slopeBeyond / 2.0 * rectified (omega - theta) ** 2.0

                rectified (omega - abs x) ** 3.0 / (6.0 * omega)
                + omega * rectified x
                + slopeBeyond / 2.0 * rectified (x + omega) ** 2.0
                - atZero)

    /// log(cosh(theta z))/theta^2, theta in [0.5, 4]: the saturating activation tanh(theta z)/theta. It needs a leak.
    let logCosh =
        Potential.define
            "log-cosh"
            [ Parameter.define "theta" 0.5 4.0 (0.9, 1.1) ]
            (one (fun theta z -> log (cosh (theta * z)) / theta ** 2.0))

    /// Every potential that a name can stand for.
    let all =
        [ powerMixture
          monomial
          thresholdLinear
          symmetricThreshold
          saturatingThreshold
          smoothThreshold
          quadratic
          logCosh ]

    /// The potential of a name.
    let tryFind (name: string) =
        all
        |> List.tryFind (fun p -> String.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))

    /// The library's potential with the same formula and parameters, whatever its name.
    let known (potential: Potential) : Potential option =
        let isSame (a: Parameter) (b: Parameter) =
            a.Name = b.Name && a.Lower = b.Lower && a.Upper = b.Upper

        all
        |> List.tryFind (fun p ->
            p.Formula = potential.Formula
            && p.Parameters.Length = potential.Parameters.Length
            && List.forall2 isSame p.Parameters potential.Parameters)
