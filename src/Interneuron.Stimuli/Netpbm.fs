namespace Interneuron.Stimuli

open System.Buffers.Binary
open Interneuron.Core.Files
open Interneuron.Statistics

/// The Netpbm greymaps and pixmaps, plain (P2, P3) and raw (P5, P6), 8 and 16 bits (netpbm.sourceforge.net/doc/pgm.html and ppm.html).
module internal Netpbm =

    let isMagic (head: byte[]) =
        head.Length >= 2 && head[0] = byte 'P' && Array.contains head[1] "2356"B

    let private isSpace (b: byte) = b = 32uy || (b >= 9uy && b <= 13uy)

    // Where the next number starts: after white space and comments, which run from # to the end of the line.
    let rec private skip (bytes: byte[]) at =
        if at < bytes.Length && isSpace bytes[at] then
            skip bytes (at + 1)
        elif at < bytes.Length && bytes[at] = byte '#' then
            let mutable behind = at

            while behind < bytes.Length && bytes[behind] <> byte '\n' do
                behind <- behind + 1

            skip bytes behind
        else
            at

    // The next number at or after a position, and the position after it.
    let private number path what (bytes: byte[]) at =
        let mutable behind = skip bytes at

        if behind = bytes.Length then
            FileError.refuse path $"ends where {what} should be; it is truncated."

        let mutable value = 0L
        let first = behind

        while behind < bytes.Length && bytes[behind] >= byte '0' && bytes[behind] <= byte '9' do
            value <- min (10L * value + int64 (bytes[behind] - byte '0')) (1L <<< 40)
            behind <- behind + 1

        if behind = first then
            FileError.refuse path $"has something else than digits at byte {first}, where {what} should be."

        struct (value, behind)

    let private requireSample path maximum value =
        if value > maximum then
            FileError.refuse path $"has a sample {value}, above the maximum {maximum} that its header gives."

    let private plain path bytes start count maximum =
        // A number and the space after it take at least two bytes, so the file's length bounds what is allocated.
        if (int64 (Array.length bytes) - int64 start + 1L) / 2L < count then
            FileError.refuse path $"is truncated: its header promises {count} samples."

        let mutable at = start

        Array.init (int count) (fun k ->
            let struct (value, behind) = number path $"sample {k + 1} of {count}" bytes at
            requireSample path maximum value
            at <- behind
            int value)

    let private raw path (bytes: byte[]) start count maximum =
        let size = if maximum < 256L then 1L else 2L
        let found = (int64 bytes.Length - int64 start) / size

        if found < count then
            FileError.refuse path $"is truncated: its header promises {count} samples, and {max found 0L} are there."

        let sample k =
            if size = 1L then
                int bytes[start + k]
            else
                int (BinaryPrimitives.ReadUInt16BigEndian(System.ReadOnlySpan(bytes, start + 2 * k, 2)))

        Array.init (int count) (fun k ->
            let value = sample k
            requireSample path maximum (int64 value)
            value)

    /// The intensities of the first image in a Netpbm file.
    let decode path (bytes: byte[]) =
        let struct (width, at) = number path "the width" bytes 2
        let struct (height, at) = number path "the height" bytes at
        let struct (maximum, at) = number path "the largest sample value" bytes at
        Grey.requireShape path bytes.LongLength width height

        if maximum < 1L || maximum > 65535L then
            FileError.refuse path $"gives {maximum} as the largest sample value; it lies in 1 .. 65535."

        let kind = bytes[1]
        let isColour = kind = byte '3' || kind = byte '6'
        let count = width * height * (if isColour then 3L else 1L)

        let samples =
            if kind = byte '2' || kind = byte '3' then
                plain path bytes at count maximum
            else
                // A single white-space byte separates the header from the samples.
                raw path bytes (at + 1) count maximum

        let intensity k =
            if isColour then
                Grey.ofRgb (int maximum) samples[3 * k] samples[3 * k + 1] samples[3 * k + 2]
            else
                float samples[k] / float maximum

        Grid(int height, int width, Array.init (int (width * height)) intensity)
