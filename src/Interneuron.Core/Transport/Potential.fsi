namespace Interneuron.Core.Transport

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text

/// An activation parameter of an interneuron: its name in formulas, the interval it may learn in, and the interval its first value is drawn
/// from.
[<Sealed>]
type Parameter =
    /// The name in formulas.
    member Name: string
    /// The least value.
    member Lower: float
    /// The largest value; may be infinite.
    member Upper: float
    /// Where learning starts from: uniform between these two.
    member Initial: float * float

[<RequireQualifiedAccess>]
module Parameter =
    /// A parameter in [lower, upper] whose first value is drawn from `initial`. Refuses an empty interval, a first value outside it, and
    /// the name z.
    val define: name: string -> lower: float -> upper: float -> initial: float * float -> Parameter

    /// Where a parameter of [lower, upper] starts if nothing is said: in the middle half, within a unit of one bound where the other is
    /// infinite, in [0, 1] where both are.
    val usualStart: lower: float -> upper: float -> float * float

/// A potential F(theta, z), written once; everything else about an interneuron is derived from it (theory, section 5).
[<Sealed>]
type Potential =
    /// The name, as the command line has it.
    member Name: string
    /// The activation parameters, in the order of theta's columns.
    member Parameters: Parameter list
    /// F, a formula of the variable z and the parameters.
    member Formula: Expr
    /// The activation function f = dF/dz.
    member Activation: Expr
    /// f'.
    member Slope: Expr
    /// f''.
    member Bend: Expr
    /// dF/dtheta_p for each parameter.
    member ParameterTerms: Expr list

[<RequireQualifiedAccess>]
module Potential =
    /// z, the weighted input of an interneuron.
    val z: Expr
    /// The potential given by an ordinary function of theta and z.
    /// Refuses a formula that has other variables, and parameters that share a name.
    val define: name: string -> parameters: Parameter list -> formula: (Expr list -> Expr -> Expr) -> Potential
    /// The potential with a formula of z and the named parameters.
    val ofFormula: name: string -> parameters: Parameter list -> formula: Expr -> Potential
    /// F over numbers, for theta (one value a parameter) and z.
    val value: Potential -> theta: float list -> z: float -> float
    /// Any formula of the potential over numbers.
    val evaluate: Potential -> Expr -> theta: float list -> z: float -> float
    /// Whether F grows faster than linearly as z goes to minus and to plus infinity, for every parameter value tried in its interval. Where
    /// it does not, a stimulus may have no response unless there is a leak (theory, section 2).
    val growth: Potential -> bool * bool
    /// Whether it does so on neither side, so that every circuit with it needs a leak.
    val saturates: Potential -> bool
