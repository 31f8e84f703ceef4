namespace Interneuron.Core.Symbolic

open System.Collections.Concurrent

/// A number with a derivative: value + tangent epsilon, epsilon^2 = 0. Over duals it nests, for higher derivatives.
[<Struct>]
type Dual<'T> = { Value: 'T; Tangent: 'T }

/// Formulas read over dual numbers: a second way to every derivative, by numbers and the chain rule alone.
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

    let private places = [ "first"; "second" ]

    let private placeOf name = List.findIndex ((=) name) places

    let private known =
        ConcurrentDictionary<Primitive, Expr list>(HashIdentity.Reference)

    /// A primitive's partial derivatives as formulas of its arguments.
    let private slopes (f: Primitive) : Expr list =
        known.GetOrAdd(f, fun f -> places |> List.take f.Arity |> List.map Expr.var |> f.Partials)

    /// The operations of dual numbers over any number type.
    let operations (ops: Operations<'T>) : Operations<Dual<'T>> =
        let number = ops.Constant
        let (+.) = ops.Add
        let ( *. ) = ops.Multiply
        // Infinite slopes at 0, of log0 and of x^p for p < 1, are taken as 0: what does not vary there, or is multiplied by 0, must not
        // become NaN.
        let apply f arguments = ops.Apply f arguments
        let zero = number 0.0

        let unlessZero by slope =
            ops.IfLess zero (apply Primitives.abs [ by ]) slope zero

        // What is finite has no infinite slope.
        let tamed value slope =
            let isInfinite x yes no =
                ops.IfLess (number System.Double.MaxValue) (apply Primitives.abs [ x ]) yes no

            isInfinite slope (isInfinite value slope zero) slope

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
                  Tangent =
                    byBase *. b.Tangent
                    +. value *. apply Primitives.logOrZero [ b.Value ] *. p.Tangent }
          IfLess =
            fun a b c d ->
                { Value = ops.IfLess a.Value b.Value c.Value d.Value
                  Tangent = ops.IfLess a.Value b.Value c.Tangent d.Tangent }
          Apply =
            fun f arguments ->
                let values = [ for a in arguments -> a.Value ]
                let value = apply f values
                let at name = values[placeOf name]

                { Value = value
                  Tangent =
                    List.map2 (fun slope a -> tamed value slope *. a.Tangent) (Expr.interpretAll ops at (slopes f)) arguments
                    |> List.reduce (+.) } }

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
