namespace Interneuron.Core.Symbolic

open System

/// A number, and whether all that it was made from exists.
[<Struct>]
type private Checked = { Value: float; Exists: bool }

/// Where a formula has no value.
type Missing =
    | Everywhere
    /// In words: for negative z, at z = 1.
    | Somewhere of string

/// Where formulas have values, told from where numbers overflow.
[<RequireQualifiedAccess>]
module Domain =
    let private operations: Operations<Checked> =
        let ops = Floats.operations

        // What is infinite, or nothing, made from moderate numbers does not exist.
        let two f a b =
            let value = f a.Value b.Value

            { Value = value
              Exists = a.Exists && b.Exists && Primitive.IsPlausible([ a.Value; b.Value ], value) }

        { Constant =
            fun c ->
                { Value = c
                  Exists = Double.IsFinite c }
          Add = two ops.Add
          Multiply = two ops.Multiply
          Power =
            fun b p ->
                let value = ops.Power b.Value p.Value
                // 0 to a negative power is infinite, and so is what overflows.
                { Value = value
                  Exists =
                    b.Exists
                    && p.Exists
                    && not (Double.IsNaN value)
                    && not (b.Value = 0.0 && p.Value < 0.0) }
          Apply =
            fun f arguments ->
                let values = [ for a in arguments -> a.Value ]
                let value = f.Value values

                { Value = value
                  Exists = List.forall _.Exists arguments && f.Exists(values, value) }
          IfLess =
            fun a b c d ->
                let chosen = if a.Value < b.Value then c else d

                { chosen with
                    Exists = chosen.Exists && a.Exists && b.Exists } }

    /// Whether a formula, and every part of it that counts, has a value at a point, or would have one but for overflow.
    let contains (valueOf: string -> float) (e: Expr) : bool =
        (Expr.interpret operations (fun name -> { Value = valueOf name; Exists = true }) e).Exists

    /// Where along the variable the formula does not exist: everywhere, at negative values, at positive ones, or at one. The others are at
    /// the given values.
    let missing (variable: string) (valueOf: string -> float) (e: Expr) : Missing option =
        let exists x =
            contains (fun name -> if name = variable then x else valueOf name) e

        let places = [ for k in -6 .. 4 -> 2.0 ** float k ] @ [ 0.3; 2.7; 5.0; 9.1; 17.3 ]
        let negative = places |> List.map (~-) |> List.filter (exists >> not)
        let positive = places |> List.filter (exists >> not)

        match negative, positive with
        | [], [] ->
            if exists 0.0 then
                None
            else
                Some(Somewhere $"at {variable} = 0")
        | _ when negative.Length = places.Length && positive.Length = places.Length -> Some Everywhere
        | _ when negative.Length = places.Length -> Some(Somewhere $"for negative {variable}")
        | _ when positive.Length = places.Length -> Some(Somewhere $"for positive {variable}")
        | _ -> Some(Somewhere $"at {variable} = {List.minBy (fun (x: float) -> Math.Abs x) (negative @ positive)}")
