namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic

/// A model whose formulas are written out for populations of definite sizes: every symbol stands for one number.
type LaneModel =
    {
        /// The names of y, which settles at a minimum of the energy; at a saddle where some ascend it.
        Responses: string list
        /// Those of them that ascend.
        Ascending: string list
        /// The names of x.
        Stimuli: string list
        /// The names of all other numbers: what is learned, and constants that have not been put in.
        Parameters: string list
        /// The names under which formulas of `Online` read the inverse of the energy's Hessian, n x n, row by row; none where they do not.
        Inverse: string list
        /// E(y; x, p).
        Energy: Expr
        /// What a response contributes to the step of each number that is learned.
        Online: Expr list
        /// Responses that are not negative and sum to 1, group by group: no response is of two groups.
        Simplices: string list list
        /// The least values of y, -infinity where there is none.
        Lower: float list
        /// The largest values of y, infinity where there is none.
        Upper: float list
    }
