namespace Interneuron.Core.Symbolic

open System

/// A number, and whether all that it was made from exists.
[<Struct>]
type private Checked = { Value: float; Exists: bool }

/// Where formulas have values, told from where numbers overflow.
[<RequireQualifiedAccess>]
module Domain =
    // Numbers beyond these may have overflowed on the way.
    let private large = 1e150

    let private operations: Operations<Checked> =
        let ops = Floats.operations

        let through (parts: Checked list) (value: float) =
            // What is infinite, or nothing, made from moderate numbers does not exist.
            let moderate = parts |> List.forall (fun x -> Math.Abs x.Value <= large)

            { Value = value
              Exists = List.forall _.Exists parts && (Double.IsFinite value || not moderate) }

        let one f x = through [ x ] (f x.Value)
        let two f a b = through [ a; b ] (f a.Value b.Value)
        // Overflows for moderate arguments.
        let free f x =
            { Value = f x.Value; Exists = x.Exists }

        { Constant = fun c -> { Value = c; Exists = true }
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
          Exp = free ops.Exp
          Log = one ops.Log
          LogOrZero = one ops.LogOrZero
          Abs = one ops.Abs
          Sign = one ops.Sign
          Step = one ops.Step
          Max = two ops.Max
          Min = two ops.Min
          Tanh = one ops.Tanh
          Cosh = free ops.Cosh
          LogCosh = one ops.LogCosh
          Softplus = one ops.Softplus
          Erfc = one ops.Erfc
          // It overflows beyond 171.
          Gamma =
            fun x ->
                { Value = ops.Gamma x.Value
                  Exists =
                    x.Exists
                    && (x.Value > 0.0
                        || Double.IsFinite(ops.Gamma x.Value) && x.Value <> Math.Floor x.Value) }
          LogGamma =
            fun x ->
                { Value = ops.LogGamma x.Value
                  Exists = x.Exists && x.Value > 0.0 }
          Polygamma =
            fun n x ->
                { Value = ops.Polygamma n x.Value
                  Exists = x.Exists && x.Value > 0.0 }
          IfLess =
            fun a b c d ->
                let chosen = if a.Value < b.Value then c else d

                { chosen with
                    Exists = chosen.Exists && a.Exists && b.Exists } }

    /// Whether a formula, and every part of it that counts, has a value at a point, or would have one but for overflow.
    let contains (valueOf: string -> float) (e: Expr) : bool =
        (Expr.interpret operations (fun name -> { Value = valueOf name; Exists = true }) e).Exists

    /// A value of the variable at which the formula does not exist, in words: at negative ones, or at one. The others are at the given values.
    let missing (variable: string) (valueOf: string -> float) (e: Expr) : string option =
        let exists x =
            contains (fun name -> if name = variable then x else valueOf name) e

        let places = [ for k in -6 .. 4 -> 2.0 ** float k ] @ [ 0.3; 2.7; 5.0; 9.1; 17.3 ]
        let negative = places |> List.map (~-) |> List.filter (exists >> not)
        let positive = places |> List.filter (exists >> not)

        match negative, positive with
        | [], [] -> if exists 0.0 then None else Some $"at {variable} = 0"
        | _ when negative.Length = places.Length && positive.Length = places.Length -> Some "anywhere"
        | _ when negative.Length = places.Length -> Some $"for negative {variable}"
        | _ when positive.Length = places.Length -> Some $"for positive {variable}"
        | _ -> Some $"at {variable} = {List.minBy (fun (x: float) -> Math.Abs x) (negative @ positive)}"
