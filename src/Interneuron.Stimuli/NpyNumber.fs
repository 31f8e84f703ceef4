namespace Interneuron.Stimuli

open System
open System.Buffers.Binary
open System.Runtime.InteropServices
open Interneuron.Statistics
open Interneuron.Core.Files

/// The kinds of number that are written to .npy files.
[<RequireQualifiedAccess>]
type NpyElement =
    /// IEEE single precision, 4 bytes; values are rounded to the nearest, beyond 3.4e38 to infinity.
    | Float32
    /// IEEE double precision, 8 bytes.
    | Float64

// The kinds of number that are read, with their bytes; integers beyond 2^53 are rounded to the nearest double, as NumPy does.
[<RequireQualifiedAccess>]
type internal NpyNumber =
    | Float of size: int
    | Signed of size: int
    | Unsigned of size: int
    | Boolean

/// Numbers as bytes of a .npy file.
module internal NpyNumber =

    /// The bytes of a number.
    let size number =
        match number with
        | NpyNumber.Float size
        | NpyNumber.Signed size
        | NpyNumber.Unsigned size -> size
        | NpyNumber.Boolean -> 1

    /// What is written as this.
    let ofElement element =
        match element with
        | NpyElement.Float32 -> NpyNumber.Float 4
        | NpyElement.Float64 -> NpyNumber.Float 8

    /// The number that NumPy writes as `descr`, such as <f8 or |b1, and whether its high byte comes first; a byte order that is not named,
    /// or =, is this machine's.
    let ofDescr path (descr: string) =
        let order, kind =
            if descr <> "" && "<>=|".Contains descr[0] then
                descr[0], descr[1..]
            else
                '=', descr

        let isBigEndian =
            match order with
            | '<' -> false
            | '>' -> true
            | _ -> not BitConverter.IsLittleEndian

        let refuse what instead : 'result =
            FileError.refuse
                path
                $"holds {what} (NumPy type {Message.quote descr}); floats of 16, 32 and 64 bits, integers and booleans are read (in NumPy: \
                {instead})."

        let number =
            match kind with
            | "f2" -> NpyNumber.Float 2
            | "f4" -> NpyNumber.Float 4
            | "f8" -> NpyNumber.Float 8
            | "i1" -> NpyNumber.Signed 1
            | "i2" -> NpyNumber.Signed 2
            | "i4" -> NpyNumber.Signed 4
            | "i8" -> NpyNumber.Signed 8
            | "u1" -> NpyNumber.Unsigned 1
            | "u2" -> NpyNumber.Unsigned 2
            | "u4" -> NpyNumber.Unsigned 4
            | "u8" -> NpyNumber.Unsigned 8
            | "b1" -> NpyNumber.Boolean
            | "f12"
            | "f16" -> refuse "floats of more than 64 bits, which differ from machine to machine" "a.astype(float)"
            | "O" -> refuse "Python objects" "a.astype(float)"
            | _ when kind.StartsWith 'c' -> refuse "complex numbers" "a.real, a.imag or abs(a)"
            | _ when kind.StartsWith 'M' || kind.StartsWith 'm' -> refuse "dates or times" "a.astype('i8')"
            | _ -> refuse "no numbers" "a.astype(float)"

        number, isBigEndian

    let private turn size (bytes: Span<byte>) =
        match size with
        | 2 ->
            let words = MemoryMarshal.Cast<byte, int16> bytes
            BinaryPrimitives.ReverseEndianness(Span.op_Implicit words, words)
        | 4 ->
            let words = MemoryMarshal.Cast<byte, int32> bytes
            BinaryPrimitives.ReverseEndianness(Span.op_Implicit words, words)
        | 8 ->
            let words = MemoryMarshal.Cast<byte, int64> bytes
            BinaryPrimitives.ReverseEndianness(Span.op_Implicit words, words)
        | _ -> ()

    let inline private convert (bytes: Span<byte>) (values: Span<float>) ([<InlineIfLambda>] toFloat: 'T -> float) =
        let numbers = MemoryMarshal.Cast<byte, 'T> bytes

        for k in 0 .. values.Length - 1 do
            values[k] <- toFloat numbers[k]

    /// Numbers of a file to doubles: as many as `values` holds. The bytes may be turned round on the way.
    let decode number isBigEndian (bytes: byte[]) (values: Span<float>) =
        let bytes = Span(bytes, 0, values.Length * size number)

        if isBigEndian = BitConverter.IsLittleEndian then
            turn (size number) bytes

        match number with
        | NpyNumber.Float 8 -> MemoryMarshal.Cast<byte, float>(bytes).CopyTo values
        | NpyNumber.Float 4 -> convert bytes values (fun (x: float32) -> float x)
        | NpyNumber.Float _ -> convert bytes values (fun (x: Half) -> Half.op_Explicit x: float)
        | NpyNumber.Signed 1 -> convert bytes values (fun (x: int8) -> float x)
        | NpyNumber.Signed 2 -> convert bytes values (fun (x: int16) -> float x)
        | NpyNumber.Signed 4 -> convert bytes values (fun (x: int32) -> float x)
        | NpyNumber.Signed _ -> convert bytes values (fun (x: int64) -> float x)
        | NpyNumber.Unsigned 1 -> convert bytes values (fun (x: byte) -> float x)
        | NpyNumber.Unsigned 2 -> convert bytes values (fun (x: uint16) -> float x)
        | NpyNumber.Unsigned 4 -> convert bytes values (fun (x: uint32) -> float x)
        | NpyNumber.Unsigned _ -> convert bytes values (fun (x: uint64) -> float x)
        | NpyNumber.Boolean -> convert bytes values (fun (x: byte) -> if x = 0uy then 0.0 else 1.0)

    /// Doubles to little-endian numbers of a file.
    let encode element (values: ReadOnlySpan<float>) (bytes: byte[]) =
        match element with
        | NpyElement.Float64 ->
            for k in 0 .. values.Length - 1 do
                BinaryPrimitives.WriteDoubleLittleEndian(Span(bytes, 8 * k, 8), values[k])
        | NpyElement.Float32 ->
            for k in 0 .. values.Length - 1 do
                BinaryPrimitives.WriteSingleLittleEndian(Span(bytes, 4 * k, 4), float32 values[k])
