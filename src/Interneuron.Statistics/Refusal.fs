namespace Interneuron.Statistics

open System

/// A line and a column of a text, both from 1.
[<Struct>]
type Position =
    { Line: int
      Column: int }

    override this.ToString() =
        $"line {this.Line}, column {this.Column}"

/// Where something is in what was given, as far as that is known.
type Where =
    {
        /// From the outside in: a file, an option or one of several texts, and a member of it.
        Within: string list
        /// Where in its text.
        Position: Position option
    }

    override this.ToString() =
        this.Within @ [ for position in Option.toList this.Position -> string position ]
        |> String.concat ": "

/// Places of what was given.
[<RequireQualifiedAccess>]
module Where =
    /// Nothing is known.
    let unknown: Where = { Within = []; Position = None }

    /// A file, an option or a text.
    let named (name: string) : Where = { unknown with Within = [ name ] }

    /// A member of what is at a place.
    let into (name: string) (where: Where) : Where =
        { where with
            Within = where.Within @ [ name ] }

    /// A position in a text, if it is known.
    let at (position: Position option) : Where = { unknown with Position = position }

/// Input that cannot be used: a file that is missing, damaged or of the wrong kind, a text that does not read, a choice that cannot be.
/// This is the one exception for a user's error; any other ArgumentException is a fault of the program. The message is one line: where,
/// what is wrong, and what would be right.
type Refusal(where: Where, what: string, right: string option, parameter: string | null, inner: exn | null) =
    inherit ArgumentException(null, parameter, inner)

    let message =
        [ for place in [ string where ] do
              if place <> "" then
                  place + ": "
          what
          for right in Option.toList right do
              "; " + right ]
        |> String.concat ""
        |> Message.oneLine

    /// With all that is to be said in `what`, and the exception that reported it first.
    new(what: string, inner: exn | null) = Refusal(Where.unknown, what, None, null, inner)

    /// With all that is to be said in `what`.
    new(what: string) = Refusal(what, null)

    /// Where it is.
    member _.Where = where
    /// What is wrong.
    member _.What = what
    /// What would be right, where it can be said apart.
    member _.Right = right
    /// The whole line.
    override _.Message = message

    /// The same, within something that holds it.
    member _.In(outer: Where) : Refusal =
        Refusal(
            { Within = outer.Within @ where.Within
              Position = Option.orElse outer.Position where.Position },
            what,
            right,
            parameter,
            inner
        )

/// Refusing.
[<RequireQualifiedAccess>]
module Refusal =
    /// Refuses what is at a place: what is wrong, and what would be right.
    let at (where: Where) (what: string) (right: string) : 'T =
        raise (Refusal(where, what, Some right, null, null))

    /// Refuses an argument that somebody chose.
    let argument (name: string) (what: string) : 'T =
        raise (Refusal(Where.unknown, what, None, name, null))

    /// Runs what may refuse something that a file, an option or a member of it holds.
    let within (outer: Where) (action: unit -> 'T) : 'T =
        try
            action ()
        with :? Refusal as refusal ->
            raise (refusal.In outer)

/// A computation that came to no result: a stimulus without a response. The message is one line that says which.
[<Sealed>]
type NotConvergedException(message: string) =
    inherit Exception(message)

    /// The stimulus in this row of a source, counted from 0, found no response: a residual is left.
    static member NoResponse(source: string, row: int64, residual: float) =
        NotConvergedException $"{source}: the stimulus in row {row} found no response; its residual is {residual}."
