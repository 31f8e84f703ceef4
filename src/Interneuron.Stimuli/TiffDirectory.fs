namespace Interneuron.Stimuli

open System
open System.Numerics
open Interneuron.Core.Files

/// Checks what the first directory of a TIFF or BigTIFF claims, before the library trusts it and allocates.
module internal TiffDirectory =

    // The size of a value in bytes, by the number of its type; None for unknown types.
    let private sizeOf kind =
        match kind with
        | 1
        | 2
        | 6
        | 7 -> Some 1
        | 3
        | 8 -> Some 2
        | 4
        | 9
        | 11
        | 13 -> Some 4
        | 5
        | 10
        | 12
        | 16
        | 17
        | 18 -> Some 8
        | _ -> None

    let private width, private height, private tileWidth, private tileHeight =
        256, 257, 322, 323

    let private stripOffsets, private stripBytes, private tileOffsets, private tileBytes =
        273, 279, 324, 325

    /// Refuses a directory that lies beyond the end of the file, or that claims values, pixels or packed bytes beyond what the file can
    /// hold.
    let requireWithin path (bytes: byte[]) =
        let isBigEndian = bytes[0] = byte 'M'

        let number (at: BigInteger) size =
            if at + BigInteger(size: int) > BigInteger bytes.Length then
                FileError.refuse path "is a truncated or damaged TIFF picture: its directory lies beyond its end."

            BigInteger(ReadOnlySpan(bytes, int at, size), isUnsigned = true, isBigEndian = isBigEndian)

        // BigTIFF, of version 43, has offsets and counts of eight bytes.
        let word = if number (BigInteger 2) 2 = BigInteger 43 then 8 else 4
        let directory = number (BigInteger word) word
        let countSize = if word = 8 then 8 else 2
        let entrySize = 4 + 2 * word
        let count = number directory countSize
        let first = directory + BigInteger countSize

        if first + count * BigInteger entrySize > BigInteger bytes.Length then
            FileError.refuse path $"is a truncated or damaged TIFF picture: its directory claims {count} entries."

        // The values of an entry, stored in the entry itself if they fit.
        let values at =
            let kind, amount =
                int (number (at + BigInteger 2) 2), number (at + BigInteger 4) word

            match sizeOf kind with
            | None -> Seq.empty
            | Some size ->
                let field = at + BigInteger(4 + word)
                let length = amount * BigInteger size

                let start =
                    if length <= BigInteger word then
                        field
                    else
                        number field word

                if start + length > BigInteger bytes.Length then
                    let tag = number at 2
                    FileError.refuse path $"is a truncated or damaged TIFF picture: its tag {tag} claims {amount} values."

                seq { for k in 0 .. int amount - 1 -> number (start + BigInteger(k * size)) size }

        let claimed =
            Map
                [ for k in 0 .. int count - 1 do
                      let at = first + BigInteger(k * entrySize)
                      int (number at 2), values at ]

        let single tag otherwise =
            claimed
            |> Map.tryFind tag
            |> Option.bind Seq.tryHead
            |> Option.map (fun value -> int64 (min value (BigInteger Int64.MaxValue)))
            |> Option.defaultValue otherwise

        Grey.requireShape path bytes.LongLength (single width 0L) (single height 0L)
        Grey.requireShape path bytes.LongLength (single tileWidth 1L) (single tileHeight 1L)

        for tag in [ stripBytes; tileBytes ] do
            for packed in claimed |> Map.tryFind tag |> Option.defaultValue Seq.empty do
                if packed > BigInteger bytes.Length then
                    FileError.refuse path $"is a truncated or damaged TIFF picture: a part of it claims {packed} bytes."

        for tag in [ stripOffsets; tileOffsets ] do
            for offset in claimed |> Map.tryFind tag |> Option.defaultValue Seq.empty do
                if offset > BigInteger bytes.Length then
                    FileError.refuse path "is a truncated or damaged TIFF picture: a part of it lies beyond its end."
