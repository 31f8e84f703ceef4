namespace Interneuron.Experiments

/// A command line that cannot be followed. The message says why, in a line.
exception UsageException of message: string with
    /// The line.
    override this.Message = this.message

/// What stands after an option.
[<RequireQualifiedAccess>]
type Kind =
    /// Nothing.
    | Switch
    /// The name of a file.
    | File
    /// The name of a folder.
    | Folder
    /// A text that is read later, such as a formula.
    | Text
    /// Such a text; the option may be given more than once.
    | Repeated
    /// One of some names.
    | Name of string list
    /// A whole number between two, both included.
    | Whole of least: int64 * most: int64
    /// One or several of such numbers.
    | Wholes of least: int64 * most: int64
    /// A number from `least` on.
    | Real of least: float

/// An option of the command line, as the help shows it. It means the same wherever it is taken.
[<AbstractClass>]
type Flag(name: string, value: string option, kind: Kind, text: string) =
    /// With its dashes, as --seed.
    member _.Name = name

    /// What its value is called; None for a switch.
    member _.Value = value

    /// What stands after it.
    member _.Kind = kind

    /// What it does, in a line.
    member _.Text = text

    /// Refusal for words that are not a value of it.
    abstract Check: words: string list -> unit

/// An option whose words are read as a 'T.
[<Sealed>]
type Flag<'T>(name: string, value: string option, kind: Kind, text: string, read: string list -> 'T) =
    inherit Flag(name, value, kind, text)

    /// The value that its words stand for. Refusal where they stand for none.
    member _.Read(words: string list) : 'T = read words

    override _.Check words = read words |> ignore
