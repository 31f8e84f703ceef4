/// Potentials that a user may write, and where they are tried.
[<RequireQualifiedAccess>]
module Interneuron.Core.Tests.Reference.Samples

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

let private zero = Expr.constant 0.0

let private theta low high =
    [ Parameter.define "theta" low high (low, high) ]

let private one (formula: Expr -> Expr -> Expr) (theta: Expr list) z = formula (List.exactlyOne theta) z

/// As users would write them.
let userWritten: Potential list =
    [ Potential.define "saturating and a leak" (theta 0.2 2.0) (one (fun theta z -> log (cosh (theta * z)) + 0.1 * z ** 2.0))
      Potential.define
          "a pair of softplus"
          (theta 0.5 3.0)
          (one (fun theta z -> log (1.0 + exp (theta * z)) + log (1.0 + exp (-theta * z))))
      Potential.define "softplus of |z|" (theta 0.5 3.0) (one (fun theta z -> log (1.0 + exp (theta * abs z - 1.0))))
      Potential.define "|z|^2.5" [] (fun _ z -> abs z ** 2.5)
      Potential.define "|z|^1.6" [] (fun _ z -> abs z ** 1.6)
      Potential.define "Cauchy" (theta 0.5 3.0) (one (fun theta z -> log (1.0 + (z / theta) ** 2.0) + 1.0 / (1.0 + z ** 2.0)))
      Potential.define
          "Huber"
          (theta 0.3 2.0)
          (one (fun theta z -> Expr.ifLess (abs z) theta (z ** 2.0 / 2.0) (theta * abs z - theta ** 2.0 / 2.0)))
      Potential.define
          "two parameters"
          [ Parameter.define "slope" 0.5 2.0 (1.0, 1.0)
            Parameter.define "bend" 1.5 3.0 (2.0, 2.0) ]
          (fun theta z -> theta[0] * Expr.max z zero ** theta[1] + sqrt (1.0 + z ** 2.0)) ]

/// Values for the parameters: uniform in their intervals, those without an end in 4.
let parameters (potential: Potential) : FsCheck.Gen<float list> =
    let value (p: Parameter) =
        Interneuron.Core.Tests.Check.between
            p.Lower
            (if System.Double.IsInfinity p.Upper then
                 p.Lower + 4.0
             else
                 p.Upper)

    potential.Parameters |> List.map value |> FsCheck.FSharp.Gen.sequenceToList

/// Targets of every kind that has a density.
let targets: Target list =
    [ StandardGaussian
      Laplace
      Uniform
      Logistic
      Target.generalisedGaussian 1.3
      Target.generalisedGaussian 0.7
      Target.generalisedGaussian 4.0 ]
