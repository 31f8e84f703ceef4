/// Files that are grown from the grammar of their format, or are whole ones with damage: they are read, or refused in one line that names
/// the file.
module Interneuron.Stimuli.Tests.FuzzTests

open System
open System.IO
open Expecto
open SkiaSharp
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Tests
open Interneuron.Tests.Fuzz
open Interneuron.Stimuli.Tests.FuzzedArrays
open Interneuron.Stimuli.Tests.FuzzedPictures

// Whole files and ones with damage, among them the files of each picture format in `golden`.
let private write (whole: Random -> byte[]) (random: Random) (path: string) =
    let bytes = whole random
    File.WriteAllBytes(path, (if random.Next 4 = 0 then bytes else damaged random bytes))

let private attempt (read: string -> unit) (path: string) =
    try
        read path
        "read"
    with :? Refusal as error ->
        Expect.isFalse (error.Message |> Seq.exists Char.IsControl) error.Message
        Expect.stringStarts error.Message path "names the file"
        "refused"

let private readArray (path: string) =
    Npy.read path |> ignore
    use mapped = new NpyMap(path, None)
    mapped.Grid[mapped.Grid.Rows - 1, 0] |> ignore

let private readImage (path: string) =
    let image = Image.load path

    for v in image.Intensities.Values do
        if not (v >= 0.0 && v <= 1.0) then
            failtest $"intensity {v}"

let private picture (random: Random) =
    let whole =
        pick
            random
            [ netpbm
              sun
              png
              png
              pngBomb
              tiff
              tiff
              tiffEntries
              golden ".png"
              golden ".tif"
              golden ".webp"
              golden ".gif"
              golden ".bmp"
              bySkia SKEncodedImageFormat.Jpeg
              bySkia SKEncodedImageFormat.Webp
              (fun random -> Pictures.bmp (noise random (random.Next(1, 9)) (random.Next(1, 9))))
              (fun random -> Pictures.oriented (random.Next 12) (bySkia SKEncodedImageFormat.Jpeg random)) ]

    whole random

[<Tests>]
let tests =
    testList
        "Fuzz"
        [ Fuzz.test
              "arrays"
              Allocated
              300
              (write (fun random -> (pick random [ npy; npy; npz; golden ".npy"; golden ".npz" ]) random))
              (attempt readArray)
          Fuzz.test "pictures" Allocated 1_000 (write picture) (attempt readImage) ]
