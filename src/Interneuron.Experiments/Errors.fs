namespace Interneuron.Experiments

open System

/// A computation that came to no result: a stimulus without a response. The message is one line that says which.
[<Sealed>]
type NotConvergedException(message: string) =
    inherit Exception(message)

    /// The stimulus in this row of a source, counted from 0, found no response: a residual is left.
    static member NoResponse(source: string, row: int64, residual: float) =
        NotConvergedException $"{source}: the stimulus in row {row} found no response; its residual is {residual}."
