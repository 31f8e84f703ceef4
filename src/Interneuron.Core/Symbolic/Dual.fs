namespace Interneuron.Core.Symbolic

/// A number with a derivative: value + tangent epsilon, epsilon^2 = 0. Over duals it nests, for higher derivatives.
[<Struct>]
type Dual<'T> = { Value: 'T; Tangent: 'T }

/// Formulas read over dual numbers: a second way to every derivative, independent of the symbolic one.
[<RequireQualifiedAccess>]
module Dual =
    /// A number that does not vary.
    let constant (ops: Operations<'T>) (value: 'T) : Dual<'T> =
        { Value = value
          Tangent = ops.Constant 0.0 }

    /// The number to differentiate by.
    let variable (ops: Operations<'T>) (value: 'T) : Dual<'T> =
        { Value = value
          Tangent = ops.Constant 1.0 }

    /// The operations of dual numbers over any number type.
    let operations (ops: Operations<'T>) : Operations<Dual<'T>> =
        let number = ops.Constant
        let (+.) = ops.Add
        let ( *. ) = ops.Multiply
        let negate x = number -1.0 *. x

        let lift (value: 'T -> 'T) (slope: 'T -> 'T) (x: Dual<'T>) =
            { Value = value x.Value
              Tangent = slope x.Value *. x.Tangent }

        let half = number 0.5
        let zero = number 0.0
        // Infinite slopes at 0, of log x and of x^p for p < 1, are taken as 0: what does not vary there, or is multiplied by 0, must not become NaN.
        let unlessZero by slope = ops.IfLess zero (ops.Abs by) slope zero
        let flat value = lift value (fun _ -> number 0.0)

        let extreme (value: 'T -> 'T -> 'T) (prefers: 'T -> 'T -> 'T) a b =
            { Value = value a.Value b.Value
              Tangent =
                ops.Step(prefers a.Value b.Value) *. a.Tangent
                +. ops.Step(prefers b.Value a.Value) *. b.Tangent }

        { Constant = number >> constant ops
          Add =
            fun a b ->
                { Value = a.Value +. b.Value
                  Tangent = a.Tangent +. b.Tangent }
          Multiply =
            fun a b ->
                { Value = a.Value *. b.Value
                  Tangent = a.Tangent *. b.Value +. a.Value *. b.Tangent }
          Power =
            fun b p ->
                let value = ops.Power b.Value p.Value
                let slope = p.Value *. ops.Power b.Value (p.Value +. number -1.0)
                let byBase = ops.IfLess p.Value (number 1.0) (unlessZero b.Value slope) slope

                { Value = value
                  Tangent = byBase *. b.Tangent +. value *. ops.LogOrZero b.Value *. p.Tangent }
          Exp = lift ops.Exp ops.Exp
          Log = lift ops.Log (fun x -> ops.Power x (number -1.0))
          LogOrZero = lift ops.LogOrZero (fun x -> unlessZero x (ops.Power x (number -1.0)))
          Abs = lift ops.Abs ops.Sign
          Sign = flat ops.Sign
          Step = flat ops.Step
          Max = extreme ops.Max (fun a b -> a +. negate b)
          Min = extreme ops.Min (fun a b -> b +. negate a)
          Tanh =
            lift ops.Tanh (fun x ->
                let t = ops.Tanh x
                number 1.0 +. negate (t *. t))
          Cosh = lift ops.Cosh (fun x -> half *. (ops.Exp x +. negate (ops.Exp(negate x))))
          LogCosh = lift ops.LogCosh ops.Tanh
          Softplus = lift ops.Softplus (fun x -> half +. half *. ops.Tanh(half *. x))
          Erfc = lift ops.Erfc (fun x -> number (-2.0 / sqrt System.Math.PI) *. ops.Exp(negate (x *. x)))
          Gamma = lift ops.Gamma (fun x -> ops.Gamma x *. ops.Polygamma 0 x)
          LogGamma = lift ops.LogGamma (ops.Polygamma 0)
          Polygamma = fun n -> lift (ops.Polygamma n) (ops.Polygamma(n + 1))
          IfLess =
            fun a b c d ->
                { Value = ops.IfLess a.Value b.Value c.Value d.Value
                  Tangent = ops.IfLess a.Value b.Value c.Tangent d.Tangent } }

    /// The derivative of a formula with respect to one variable at a point.
    let derivative (variable: string) (point: string -> float) (e: Expr) : float =
        let value name =
            { Value = point name
              Tangent = (if name = variable then 1.0 else 0.0) }

        (Expr.interpret (operations Floats.operations) value e).Tangent

    /// The mixed second derivative with respect to two variables at a point, by duals of duals.
    let secondDerivative (first: string) (second: string) (point: string -> float) (e: Expr) : float =
        let is variable name = if name = variable then 1.0 else 0.0

        let value name =
            { Value =
                { Value = point name
                  Tangent = is first name }
              Tangent =
                { Value = is second name
                  Tangent = 0.0 } }

        (Expr.interpret (operations (operations Floats.operations)) value e).Tangent.Tangent
