/// PNG files of any kind, put together as the standard says.
module Interneuron.Stimuli.Tests.Reference.PngWriter

open System
open System.IO
open System.IO.Compression

/// A picture in samples: the channels of each pixel, as wide as `Depth` says.
type Samples =
    { Width: int
      Height: int
      Depth: int
      ColourType: int
      /// y, x, channel.
      Value: int -> int -> int -> int }

/// How many channels a colour type has.
let channels colourType =
    match colourType with
    | 2 -> 3
    | 4 -> 2
    | 6 -> 4
    | _ -> 1

// The pass that each pixel of a block of 8 x 8 belongs to (figure 4.10 of the standard).
let private adam7 =
    [ "16462646"; "77777777"; "56565656"; "77777777"; "36463646"; "77777777"; "56565656"; "77777777" ]

let private packed depth (samples: int list) =
    if depth = 16 then
        [| for v in samples do
               byte (v >>> 8)
               byte v |]
    else
        let perByte = 8 / depth

        [| for part in List.chunkBySize perByte samples ->
               let filled = part @ List.replicate (perByte - part.Length) 0
               filled |> List.fold (fun b v -> (b <<< depth) ||| v) 0 |> byte |]

let private filtered (filter: int) pixel (above: byte[]) (line: byte[]) =
    let at (bytes: byte[]) k = if k < 0 then 0 else int bytes[k]

    let predictor k =
        let a, b, c = at line (k - pixel), at above k, at above (k - pixel)

        match filter with
        | 0 -> 0
        | 1 -> a
        | 2 -> b
        | 3 -> (a + b) / 2
        | _ ->
            // The nearest of a, b and c to a + b - c, in this order where they are as near.
            [ a; b; c ] |> List.minBy (fun v -> abs (a + b - c - v))

    Array.append [| byte filter |] (Array.mapi (fun k v -> byte (int v - predictor k)) line)

/// The compressed lines of a picture, each with a filter that `filter` chooses.
let compressed isInterlaced (filter: unit -> int) (picture: Samples) =
    let n = channels picture.ColourType
    let pixel = max 1 (n * picture.Depth / 8)
    use packedBytes = new MemoryStream()

    using (new ZLibStream(packedBytes, CompressionMode.Compress, true)) (fun zlib ->
        for pass in (if isInterlaced then [ '1' .. '7' ] else [ '0' ]) do
            let mutable above = Array.empty<byte>

            for y in 0 .. picture.Height - 1 do
                let columns =
                    [ for x in 0 .. picture.Width - 1 do
                          if not isInterlaced || adam7[y % 8][x % 8] = pass then
                              x ]

                if not columns.IsEmpty then
                    let line =
                        packed
                            picture.Depth
                            [ for x in columns do
                                  for c in 0 .. n - 1 -> picture.Value y x c ]

                    if above.Length = 0 then
                        above <- Array.zeroCreate line.Length

                    zlib.Write(ReadOnlySpan(filtered (filter ()) pixel above line))
                    above <- line)

    packedBytes.ToArray()

/// A file of these chunks; IHDR, IDAT and IEND are made of the picture, and the others stand between the header and the pixels.
let file isInterlaced filter (picture: Samples) (others: (string * byte[]) list) =
    let header =
        Array.concat
            [ Pictures.bigEndian picture.Width
              Pictures.bigEndian picture.Height
              [| byte picture.Depth; byte picture.ColourType; 0uy; 0uy; (if isInterlaced then 1uy else 0uy) |] ]

    let pixels = compressed isInterlaced filter picture
    // Pixels may be cut into any number of chunks.
    let half = pixels.Length / 2

    Array.concat
        [ [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]
          Pictures.chunk "IHDR" header
          yield! [ for name, data in others -> Pictures.chunk name data ]
          Pictures.chunk "IDAT" pixels[.. half - 1]
          Pictures.chunk "IDAT" pixels[half..]
          Pictures.chunk "IEND" [||] ]
