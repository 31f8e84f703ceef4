namespace Interneuron.Core.Tests.Reference

open System
open Interneuron.Core.Symbolic

/// A number with a bound on its rounding error, carried along by first-order error analysis: what two ways of computing one value may
/// differ by.
[<Struct>]
type Bounded = { Value: float; Error: float }

[<RequireQualifiedAccess>]
module Bounded =
    /// Half a unit in the last place of 1 is 1.1e-16; a basic operation is charged twice that.
    let private unit = 2.2e-16

    /// What is not finite has left the domain, and no bound holds for it.
    let private make value error =
        if Double.IsFinite value && Double.IsFinite error then
            { Value = value; Error = error }
        else
            { Value = value; Error = infinity }

    let exact value = make value 0.0

    /// A function of some numbers: the spread of its values over the corners of their error boxes, and `units` units of its own.
    let private through units (f: float list -> float) (arguments: Bounded list) =
        let value = f [ for a in arguments -> a.Value ]

        let corners =
            List.foldBack
                (fun a rest ->
                    [ for x in List.distinct [ a.Value - a.Error; a.Value; a.Value + a.Error ] do
                          for r in rest -> x :: r ])
                arguments
                [ [] ]

        let spread =
            corners
            |> List.map (fun corner -> abs (f corner - value))
            |> List.reduce (fun a b -> if a >= b then a else b)

        let inside = arguments |> List.forall (fun a -> Double.IsFinite a.Error)

        make
            value
            (if inside then
                 spread + units * unit * abs value + 1e-320
             else
                 infinity)

    /// The special functions of MathNet are charged 100 units, logarithms and digamma in absolute terms as well, elementary functions 4,
    /// and functions with pieces none.
    let private charge (f: Primitive) =
        if f.Smoothness.IsBends || f.Smoothness.IsJumps then
            0.0, 0.0
        elif f.Name = "lgamma" || f.Name.StartsWith "polygamma" || f.Name = "digamma" then
            100.0, 100.0
        elif f.Name = "erfc" || f.Name = "gamma" || not (List.contains f Primitives.all) then
            100.0, 0.0
        else
            4.0, 0.0

    let operations: Operations<Bounded> =
        let floats = Floats.operations

        let two units f x y =
            through units (fun a -> f a[0] a[1]) [ x; y ]

        { Constant = exact
          Add = two 1.0 floats.Add
          Multiply = two 1.0 floats.Multiply
          Power = two 4.0 floats.Power
          Apply =
            fun f arguments ->
                let units, absolute = charge f
                let y = through units f.Value arguments
                make y.Value (y.Error + absolute * unit)
          IfLess =
            fun a b c d ->
                let chosen = if a.Value < b.Value then c else d

                let certain =
                    abs (a.Value - b.Value) > a.Error + b.Error || (a.Error = 0.0 && b.Error = 0.0)

                make chosen.Value (if certain then chosen.Error else infinity) }

    /// Whether every step stayed finite.
    let isInside (x: Bounded) = Double.IsFinite x.Error

    /// Whether two computations of one value agree: within both bounds, times 4 for what first-order analysis leaves out. Vacuous outside
    /// the domain.
    let agree (x: Bounded) (y: Bounded) =
        not (isInside x && isInside y)
        || abs (x.Value - y.Value) <= 4.0 * (x.Error + y.Error)
