namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.Globalization
open System.IO
open System.Text
open Interneuron.Statistics
open Interneuron.Core.Files

// What a .npy header says, and where the numbers start.
type internal NpyHeader =
    { Number: NpyNumber
      IsBigEndian: bool
      IsFortranOrder: bool
      Shape: int list
      DataStart: int64 }

// The header is a Python dictionary: these are its words.
type private Token =
    | Text of string
    | Word of string
    | Whole of string
    | Mark of char

/// The head of the NumPy array file format, versions 1.0, 2.0 and 3.0 (numpy.lib.format, NEP 1).
module internal NpyHeader =

    let private magic = [| 0x93uy; byte 'N'; byte 'U'; byte 'M'; byte 'P'; byte 'Y' |]

    // One pass from left to right. None where a text has no end.
    let private tokens (header: string) : Token list option =
        let endOf (belongs: char -> bool) from =
            let mutable at = from

            while at < header.Length && belongs header[at] do
                at <- at + 1

            at

        let isLetter (c: char) = Char.IsAsciiLetter c || c = '_'

        let rec go at found =
            if at = header.Length then
                Some(List.rev found)
            else
                match header[at] with
                | ' '
                | '\t'
                | '\r'
                | '\n'
                | '\f' -> go (at + 1) found
                | '\''
                | '"' as quote ->
                    match header.IndexOf(quote, at + 1) with
                    | -1 -> None
                    | last -> go (last + 1) (Text header[at + 1 .. last - 1] :: found)
                | c when Char.IsAsciiDigit c ->
                    let last = endOf Char.IsAsciiDigit at
                    // Python 2 wrote long integers as 100L.
                    let next =
                        if last < header.Length && header[last] = 'L' then
                            last + 1
                        else
                            last

                    go next (Whole header[at .. last - 1] :: found)
                | c when isLetter c ->
                    let last = endOf isLetter at
                    let isPrefix = last < header.Length && (header[last] = '\'' || header[last] = '"')

                    match header[at .. last - 1] with
                    // Python 2 wrote u'<f8' where its literals were Unicode.
                    | "u" when isPrefix -> go last found
                    | word -> go last (Word word :: found)
                | c -> go (at + 1) (Mark c :: found)

        go 0 []

    let rec private sides found tokens =
        match tokens with
        | Whole side :: Mark ',' :: rest -> sides (side :: found) rest
        // (3) is a number in Python, not a tuple.
        | Whole side :: Mark ')' :: rest when not (List.isEmpty found) -> Some(List.rev (side :: found), rest)
        | Mark ')' :: rest -> Some(List.rev found, rest)
        | _ -> None

    // What the three entries say, in any order, each once.
    type private Entries =
        { Descr: string option
          Order: bool option
          Sides: string list option }

    let rec private entries found tokens =
        let next found rest =
            match rest with
            | Mark ',' :: Mark '}' :: []
            | Mark '}' :: [] -> Some found
            | Mark ',' :: rest -> entries found rest
            | _ -> None

        match tokens, found with
        | Text "descr" :: Mark ':' :: Text descr :: rest, { Descr = None } -> next { found with Descr = Some descr } rest
        | Text "fortran_order" :: Mark ':' :: Word("True" | "False" as order) :: rest, { Order = None } ->
            next
                { found with
                    Order = Some(order = "True") }
                rest
        | Text "shape" :: Mark ':' :: Mark '(' :: rest, { Sides = None } ->
            sides [] rest
            |> Option.bind (fun (sides, rest) -> next { found with Sides = Some sides } rest)
        | _ -> None

    let private shape path (sides: string list) =
        let tuple = Message.quote ("(" + String.concat ", " sides + ")")

        if sides.Length < 1 || sides.Length > 3 then
            FileError.refuse path $"has the shape {tuple}; arrays of 1 to 3 dimensions are read."

        [ for side in sides ->
              match Int32.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture) with
              | true, 0 -> FileError.refuse path $"has the shape {tuple}: there are no values in it."
              | true, side -> side
              | _ -> FileError.refuse path $"has the shape {tuple}; a side is a number below 2^31." ]

    let private parse path dataStart (text: string) =
        let words = tokens text

        // Structured arrays have a list of fields for a type.
        let rec isStructured words =
            match words with
            | Text "descr" :: Mark ':' :: Mark('[' | '(') :: _ -> true
            | _ :: rest -> isStructured rest
            | [] -> false

        let empty =
            { Descr = None
              Order = None
              Sides = None }

        let read =
            match words with
            | Some(Mark '{' :: words) -> entries empty words
            | _ -> None

        match read with
        | Some { Descr = Some descr
                 Order = Some order
                 Sides = Some sides } ->
            let number, isBigEndian = NpyNumber.ofDescr path descr

            { Number = number
              IsBigEndian = isBigEndian
              IsFortranOrder = order
              Shape = shape path sides
              DataStart = dataStart }
        | _ when words |> Option.exists isStructured ->
            FileError.refuse path "holds records of several fields; an array of numbers is read (in NumPy: a['field'])."
        | _ ->
            FileError.refuse
                path
                $"has a damaged .npy header: {Message.quote (text.Trim())}; it gives descr, fortran_order (True or False) and shape (whole \
                numbers), each once."

    // The length field of version 2.0 allows 4 GiB; NumPy refuses headers beyond 10,000 characters unless told otherwise.
    let private longest = 65535L

    /// Reads the header; the stream then stands at the first number.
    let read path (stream: Stream) =
        let take count =
            let bytes = Array.zeroCreate<byte> count

            if stream.ReadAtLeast(Span bytes, count, false) < count then
                FileError.refuse path "is truncated within its .npy header."

            bytes

        let head = Array.zeroCreate<byte> 8
        let length = stream.ReadAtLeast(Span head, head.Length, false)

        if length < 8 || not (head.AsSpan().StartsWith(ReadOnlySpan magic)) then
            FileError.refuse path "is not a NumPy .npy or .npz file."

        let headerLength, fieldLength =
            match int head[6], int head[7] with
            | 1, 0 -> int64 (BinaryPrimitives.ReadUInt16LittleEndian(ReadOnlySpan(take 2))), 2
            | (2 | 3), 0 -> int64 (BinaryPrimitives.ReadUInt32LittleEndian(ReadOnlySpan(take 4))), 4
            | major, minor -> FileError.refuse path $"is a .npy file of version {major}.{minor}; versions 1.0, 2.0 and 3.0 are read."

        if headerLength > longest then
            FileError.refuse path $"has a .npy header of {headerLength} bytes; at most {longest} are read."

        let text = Encoding.UTF8.GetString(take (int headerLength))
        parse path (int64 (head.Length + fieldLength) + headerLength) text

    // Three sides below 2^31 multiply to less than 2^93, which a decimal holds exactly.
    let private product sides =
        List.fold (fun product side -> product * decimal (side: int)) 1m sides

    /// Refuses a file of `length` bytes that has more or less in it than its header promises, or rows longer than an array.
    let requireLength path header (length: int64) =
        let size = decimal (NpyNumber.size header.Number)
        let promised = product header.Shape
        let length = decimal (length - header.DataStart)

        if length <> promised * size then
            let problem =
                if length < promised * size then
                    "is truncated"
                else
                    "holds more than one array"

            let found = floor (length / size)
            FileError.refuse path $"{problem}: its header promises {promised} values, and {found} are there."

        if product header.Shape.Tail > decimal Array.MaxLength then
            FileError.refuse path $"has rows of {product header.Shape.Tail} values; at most {Array.MaxLength} are read."

    /// The length of the headers written here: enough for three sides of any size, and a multiple of 64 as NumPy aligns them.
    let writtenLength = 128

    /// The header, version 1.0, of an array whose numbers are those of `descr`, such as <f8.
    let writeAs (descr: string) (isFortranOrder: bool) (shape: int64 list) =
        let order = if isFortranOrder then "True" else "False"
        // A tuple of one number needs the comma.
        let sides = shape |> List.map string |> String.concat ", "
        let tuple = if shape.Length = 1 then $"({sides},)" else $"({sides})"
        let text = $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {tuple}, }}"
        let field = writtenLength - magic.Length - 4
        let padded = Encoding.ASCII.GetBytes(text.PadRight(field - 1) + "\n")
        Array.concat [ magic; [| 1uy; 0uy; byte field; 0uy |]; padded ]

    /// The header of an array in C order.
    let write element (shape: int64 list) =
        let descr =
            match element with
            | NpyElement.Float32 -> "<f4"
            | NpyElement.Float64 -> "<f8"

        writeAs descr false shape
