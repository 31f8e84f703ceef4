namespace Interneuron.Core.Circuits

open Interneuron.Core.Transport

/// A recurrent circuit of N primary neurons and K interneurons (theory, section 1). Its constraints are checked where it is made: gains g_i
/// >= 0, theta_i in its parameters' intervals, unit columns w_i, leak lambda >= 0, and a response for every stimulus.
[<Sealed>]
type Circuit =
    /// F.
    member Potential: Potential
    /// The distribution the responses are driven to.
    member Target: Target
    /// lambda.
    member Leak: float
    /// N.
    member Primaries: int
    /// K.
    member Interneurons: int
    /// g, K values (a copy).
    member Gains: float array
    /// theta, one row of P values for each interneuron (a copy).
    member Theta: float array array
    /// The synaptic weights, one column w_i of N values for each interneuron (a copy).
    member W: float array array
    /// g, theta and the columns of W themselves, not to be changed.
    member internal Numbers: float array * float array array * float array array

[<RequireQualifiedAccess>]
module Circuit =
    /// The circuit with these gains (K), activation parameters (K rows of P) and columns of W (K columns of N). Refuses, naming the number
    /// that is wrong: shapes that differ, values that are not finite, a negative gain or leak, a parameter outside its interval, a column
    /// that is not of unit length to 1e-6, a target of another dimension, and a circuit in which some stimuli have no response.
    val create:
        potential: Potential ->
        target: Target ->
        leak: float ->
        gains: float array ->
        theta: float array array ->
        columns: float array array ->
            Circuit

    /// The same circuit with other gains, activation parameters and columns of W.
    val update: gains: float array -> theta: float array array -> columns: float array array -> Circuit -> Circuit
    /// phi(r) = sum_i g_i F(theta_i, w_i . r) + lambda |r|^2/2.
    val potentialAt: Circuit -> r: float array -> float
    /// grad phi(r) = W n(r) + lambda r: the stimulus whose response is r.
    val stimulusOf: Circuit -> r: float array -> float array
    /// H(r) = sum_i g_i f'(theta_i, w_i . r) w_i w_i^T + lambda I, N rows of N.
    val hessianAt: Circuit -> r: float array -> float array array
