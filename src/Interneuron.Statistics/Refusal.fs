namespace Interneuron.Statistics

open System

/// Input that cannot be used: a file that is missing, damaged or of the wrong kind, or an image without any structure. The message is
/// one line for the person who gave it: where (the file), what is wrong, and what would be right.
[<Sealed>]
type Refusal(message: string, inner: exn | null) =
    inherit Exception(Message.oneLine message, inner)

    /// Bad input that no other exception reported first.
    new(message) = Refusal(message, null)

/// A computation that came to no result: a stimulus without a response. The message is one line that says which.
[<Sealed>]
type NotConvergedException(message: string) =
    inherit Exception(message)

    /// The stimulus in this row of a source, counted from 0, found no response: a residual is left.
    static member NoResponse(source: string, row: int64, residual: float) =
        NotConvergedException $"{source}: the stimulus in row {row} found no response; its residual is {residual}."

/// What went wrong, for people.
[<RequireQualifiedAccess>]
module Errors =
    /// The message of an exception without the name of a parameter that .NET appends to those about arguments.
    let message (error: exn) : string =
        match error with
        | :? ArgumentException as wrong when not (String.IsNullOrEmpty wrong.ParamName) ->
            wrong.Message.Replace($" (Parameter '{wrong.ParamName}')", "")
        | _ -> error.Message
