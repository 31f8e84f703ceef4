namespace Interneuron.Stimuli

/// Input that cannot be used: a file that is missing, damaged or of the wrong kind, or an image without any structure. The message is
/// one line for the person who gave it: where (the file), what is wrong, and what would be right.
[<Sealed>]
type BadInputException(message: string, inner: exn | null) =
    inherit System.Exception(Message.oneLine message, inner)

    /// Bad input without an inner exception.
    new(message) = BadInputException(message, null)
