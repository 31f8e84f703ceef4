namespace Interneuron.Statistics

open System

/// Input that cannot be used: a file that is missing, damaged or of the wrong kind, or an image without any structure. The message is
/// one line for the person who gave it: where (the file), what is wrong, and what would be right.
[<Sealed>]
type Refusal(message: string, inner: exn | null) =
    inherit Exception(Message.oneLine message, inner)

    /// Bad input that no other exception reported first.
    new(message) = Refusal(message, null)

/// What went wrong, for people.
[<RequireQualifiedAccess>]
module Errors =
    /// The message of an exception without the name of a parameter that .NET appends to those about arguments.
    let message (error: exn) : string =
        match error with
        | :? ArgumentException as wrong when not (String.IsNullOrEmpty wrong.ParamName) ->
            wrong.Message.Replace($" (Parameter '{wrong.ParamName}')", "")
        | _ -> error.Message
