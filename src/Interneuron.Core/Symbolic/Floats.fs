namespace Interneuron.Core.Symbolic

open System

/// Formulas read over double-precision numbers.
[<RequireQualifiedAccess>]
module Floats =
    /// The operations of double-precision numbers.
    let operations: Operations<float> =
        { Constant = id
          Add = (+)
          Multiply = (*)
          Power = fun b p -> Math.Pow(b, p)
          IfLess = fun a b c d -> if a < b then c else d
          Apply = fun f arguments -> f.Value arguments }
