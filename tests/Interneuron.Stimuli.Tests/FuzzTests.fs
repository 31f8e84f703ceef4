/// Files that are grown from the grammar of their format, or are whole ones with damage, against every reader: it reads them or refuses them in one line,
/// soon, and without much memory. INTERNEURON_FUZZ_SECONDS makes each reader take files for so long; otherwise it takes some hundred.
module Interneuron.Stimuli.Tests.FuzzTests

open System
open System.Diagnostics
open System.IO
open System.IO.Compression
open System.Text
open System.Threading.Tasks
open BitMiracle.LibTiff.Classic
open Expecto
open SkiaSharp
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Reference
open Interneuron.Stimuli.Tests.Reference.PngWriter

let private seconds =
    match Environment.GetEnvironmentVariable "INTERNEURON_FUZZ_SECONDS" with
    | null
    | "" -> None
    | text -> Some(float text)

let private shortCount = 150

let private pick (random: Random) (items: 'a list) = items[random.Next items.Length]

// ---- damage

let private numbers =
    [ 0L
      1L
      2L
      127L
      128L
      255L
      256L
      32767L
      32768L
      65535L
      65536L
      0x7fffffffL
      0x80000000L
      0xffffffffL ]

// Bytes replaced, cut out, doubled, or made one of the numbers at which arithmetic overflows.
let private damage (random: Random) (bytes: byte[]) =
    let mutable result = Array.copy bytes

    for _ in 0 .. random.Next 4 do
        if result.Length > 8 then
            let at = random.Next result.Length

            match random.Next 6 with
            | 0 -> result[at] <- byte (random.Next 256)
            | 1 -> result[at] <- result[at] ^^^ (1uy <<< random.Next 8)
            | 2 -> result <- result[.. at - 1]
            | 3 ->
                let length = min (random.Next 64) (result.Length - at)
                result <- Array.concat [ result[.. at - 1]; result[at + length ..] ]
            | 4 ->
                let length = min (random.Next 64) (result.Length - at)
                result <- Array.concat [ result[.. at + length - 1]; result[at..] ]
            | _ ->
                let value = BitConverter.GetBytes(pick random numbers)
                let size = pick random [ 1; 2; 4 ]

                let ordered =
                    if random.Next 2 = 0 then
                        value[.. size - 1]
                    else
                        Array.rev value[.. size - 1]

                Array.blit ordered 0 result at (min size (result.Length - at))

    result

// ---- arrays

let private headerText (random: Random) =
    let side () =
        pick
            random
            [ "0"
              "1"
              "2"
              "3"
              "3L"
              "-1"
              "2147483648"
              "99999999999999999999"
              "1.5"
              "'2'"
              "(1,)" ]

    let value () =
        match random.Next 9 with
        | 0 -> pick random [ "True"; "False"; "None"; "true" ]
        | 1 ->
            "("
            + String.Join(pick random [ ", "; ","; ",," ], Array.init (random.Next 5) (fun _ -> side ()))
            + pick random [ ")"; ",)"; "" ]
        | 2 -> "[" + String.replicate (random.Next 50) "('a', '<f8'), " + "]"
        | 3 -> side ()
        | 4 -> "'" + string (char (random.Next 0x300)) + "\u001b[2J'"
        | _ ->
            let order, kind =
                pick random [ "<"; ">"; "="; "|"; ""; "!" ], pick random [ "f"; "i"; "u"; "b"; "c"; "O"; "U"; "M" ]

            $"'{order}{kind}{pick random numbers}'"

    let plausible key =
        match key with
        | "descr" -> pick random [ "'<f8'"; "'>f4'"; "'<i8'"; "'|u1'"; "'|b1'"; "'<f2'" ]
        | "fortran_order" -> pick random [ "True"; "False" ]
        | _ ->
            pick
                random
                [ "(2, 3)"
                  "(6,)"
                  "(1, 2, 3)"
                  "(2147483647, 2147483647, 2147483647)"
                  "(100000, 100000)" ]

    let entry key =
        let quote = pick random [ "'"; "\"" ]
        let value = if random.Next 6 = 0 then value () else plausible key
        quote + key + quote + pick random [ ":"; ": "; " : "; "" ] + value

    let keys =
        [ "descr"; "fortran_order"; "shape" ]
        |> List.filter (fun _ -> random.Next 20 > 0)
        |> List.sortBy (fun _ -> random.Next())

    let keys = if random.Next 20 = 0 then keys @ keys else keys

    let keys =
        if random.Next 20 = 0 then
            List.replicate (random.Next 3000) "a" @ keys
        else
            keys

    pick random [ "{"; "{ "; "" ]
    + String.Join(", ", List.map entry keys)
    + pick random [ "}"; ", }"; ",}"; "" ]

let private npy (random: Random) =
    let text = Encoding.UTF8.GetBytes(headerText random + "\n")
    let version = pick random [ 1; 1; 1; 2; 3; 9 ]

    let length =
        if random.Next 10 = 0 then
            pick random numbers
        else
            int64 text.Length

    let field = if version = 1 then 2 else 4
    let data = Array.zeroCreate<byte>(pick random [ 48; 48; 24; 12; 6; 0; 1000 ])
    random.NextBytes data

    Array.concat
        [ [| 0x93uy |]
          "NUMPY"B
          [| byte version; 0uy |]
          (BitConverter.GetBytes length)[.. field - 1]
          text
          data ]

let private npz (random: Random) =
    use stream = new MemoryStream()

    using (new ZipArchive(stream, ZipArchiveMode.Create, true)) (fun archive ->
        for k in 1 .. random.Next 4 do
            let level = pick random [ CompressionLevel.NoCompression; CompressionLevel.Fastest ]

            use entry =
                archive.CreateEntry(pick random [ $"a{k}.npy"; "arr.npy"; "\u001b.npy"; "../x.npy" ], level).Open()

            entry.Write(ReadOnlySpan(npy random)))

    stream.ToArray()

// ---- pictures

let private noise (random: Random) width height =
    { Pictures.Width = width
      Pictures.Height = height
      Pictures.Colour = fun _ _ -> byte (random.Next 256), byte (random.Next 4), byte (random.Next 256) }

let private netpbm (random: Random) =
    let picture = noise random (random.Next(1, 9)) (random.Next(1, 9))
    (pick random [ Pictures.p2; Pictures.p3; Pictures.p5; Pictures.p6; Pictures.p5Wide ]) picture

let private sun (random: Random) =
    let picture = noise random (random.Next(1, 9)) (random.Next(1, 9))

    (pick
        random
        [ Pictures.sunGrey
          Pictures.sunMapped
          Pictures.sun24
          Pictures.sun32
          Pictures.sunEncoded ])
        picture

let private png (random: Random) =
    let colourType = pick random [ 0; 2; 3; 4; 6; 5 ]
    let depth = pick random [ 1; 2; 4; 8; 16 ]

    let picture =
        { Width = random.Next(1, 12)
          Height = random.Next(1, 12)
          Depth = depth
          ColourType = colourType
          Value = fun _ _ _ -> random.Next(1 <<< depth) }

    let bytes most =
        let bytes = Array.zeroCreate<byte>(random.Next(most: int))
        random.NextBytes bytes
        bytes

    let exif () =
        damage
            random
            (Array.concat
                [ "MM\000\042"B
                  [| 0uy
                     0uy
                     0uy
                     8uy
                     0uy
                     1uy
                     1uy
                     18uy
                     0uy
                     3uy
                     0uy
                     0uy
                     0uy
                     1uy
                     0uy
                     6uy
                     0uy
                     0uy |] ])

    let chunk () =
        match random.Next 6 with
        | 0 -> "PLTE", bytes 800
        | 1 -> "tRNS", bytes 8
        | 2 -> "eXIf", exif ()
        | 3 -> "tEXt", bytes 50
        | 4 -> pick random [ "IHDR"; "IEND"; "ABCD"; "abcd" ], bytes 20
        | _ -> "PLTE", bytes 256 |> Array.collect (fun b -> [| b; b; b |])

    let whole =
        file (random.Next 2 = 0) (fun () -> random.Next 5) picture (List.init (random.Next 3) (fun _ -> chunk ()))

    // Some headers are damaged in front of a check that holds.
    if random.Next 3 = 0 then
        let header = damage random whole[16..28]
        Array.concat [ whole[..7]; Pictures.chunk "IHDR" header; whole[33..] ]
    else
        whole

let private bySkia format (random: Random) =
    use bitmap = new SKBitmap(random.Next(1, 20), random.Next(1, 20))

    for y in 0 .. bitmap.Height - 1 do
        for x in 0 .. bitmap.Width - 1 do
            bitmap.SetPixel(x, y, SKColor(uint32 (random.NextInt64 0xffffffffL)))

    use data = bitmap.Encode(format, pick random [ 50; 90; 100 ])
    data.ToArray()

let private golden ending (random: Random) =
    let folder =
        Path.Combine(Interneuron.Tests.Common.root, "tests", "Interneuron.Stimuli.Tests", "golden")

    File.ReadAllBytes(pick random (List.ofArray (Directory.GetFiles(folder, "*" + ending))))

// A TIFF of any layout that LibTiff writes.
let private tiff (random: Random) =
    use stream = new MemoryStream()
    let width, height = random.Next(1, 40), random.Next(1, 40)
    let depth = pick random [ 1; 2; 4; 8; 16 ]
    let samples = pick random [ 1; 1; 2; 3; 4 ]
    let isTiled = random.Next 3 = 0

    using (Tiff.ClientOpen("tiff", pick random [ "w"; "wb"; "wl"; "w8" ], stream, TiffStream())) (fun tiff ->
        let set tag (value: int) = tiff.SetField(tag, value) |> ignore
        set TiffTag.IMAGEWIDTH width
        set TiffTag.IMAGELENGTH height
        set TiffTag.BITSPERSAMPLE depth
        set TiffTag.SAMPLESPERPIXEL samples
        set TiffTag.PHOTOMETRIC (pick random [ 0; 1; (if samples >= 3 then 2 else 1) ])
        set TiffTag.PLANARCONFIG (pick random [ 1; 2 ])
        set TiffTag.ORIENTATION (random.Next(1, 9))

        set
            TiffTag.COMPRESSION
            (int (
                pick
                    random
                    [ Compression.NONE
                      Compression.LZW
                      Compression.PACKBITS
                      Compression.ADOBE_DEFLATE ]
            ))

        let fill (bytes: byte[]) = random.NextBytes bytes

        if isTiled then
            set TiffTag.TILEWIDTH 16
            set TiffTag.TILELENGTH 16

            for tile in 0 .. tiff.NumberOfTiles() - 1 do
                let bytes = Array.zeroCreate<byte>(tiff.TileSize())
                fill bytes
                tiff.WriteEncodedTile(tile, bytes, bytes.Length) |> ignore
        else
            set TiffTag.ROWSPERSTRIP (random.Next(1, 10))

            for strip in 0 .. tiff.NumberOfStrips() - 1 do
                let bytes = Array.zeroCreate<byte>(tiff.StripSize())
                fill bytes
                tiff.WriteEncodedStrip(strip, bytes, bytes.Length) |> ignore)

    stream.ToArray()

// ---- the readers

// What a file may take: on machines that are busy with other things too.
let private mostSeconds, private mostBytes = 10.0, 500L <<< 20

let private holdsFor name (read: string -> unit) (generate: Random -> byte[]) =
    testCase name
    <| fun () ->
        Tools.inFolder (fun folder ->
            let path = Path.Combine(folder, "input")
            let clock = Stopwatch.StartNew()
            let mutable seed = if seconds.IsSome then Environment.TickCount else 0
            let last = seed + shortCount
            let mutable count = 0

            let goesOn () =
                match seconds with
                | Some seconds -> clock.Elapsed.TotalSeconds < seconds
                | None -> seed < last

            while goesOn () do
                let random = Random seed
                let whole = generate random
                File.WriteAllBytes(path, (if random.Next 4 = 0 then whole else damage random whole))

                let work () =
                    let before = GC.GetAllocatedBytesForCurrentThread()

                    try
                        read path
                    with :? Refusal as error ->
                        Expect.isFalse (error.Message |> Seq.exists Char.IsControl) $"seed {seed}: {error.Message}"
                        Expect.stringStarts error.Message path $"seed {seed}"

                    Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) mostBytes $"seed {seed}: bytes allocated"

                let worker = Task.Factory.StartNew(work, TaskCreationOptions.LongRunning)

                try
                    Expect.isTrue (worker.Wait(TimeSpan.FromSeconds mostSeconds)) $"seed {seed}: no answer within {mostSeconds} s"
                with :? AggregateException as error ->
                    let file = Path.Combine(Path.GetTempPath(), $"interneuron-fuzz-{name}-{seed}")
                    File.Copy(path, file, true)
                    failtest $"seed {seed} ({file}): {error.InnerException}"

                seed <- seed + 1
                count <- count + 1

            let growth = Environment.WorkingSet

            if seconds.IsSome then
                printfn "%s: %d files, %d MiB at the end" name count (growth >>> 20))

let private readArray (path: string) =
    Npy.read path |> ignore
    use mapped = new NpyMap(path, None)
    mapped.Grid[mapped.Grid.Rows - 1, 0] |> ignore

let private readImage (path: string) =
    let image = Image.load path

    for v in image.Intensities.Values do
        if not (v >= 0.0 && v <= 1.0) then
            failtest $"intensity {v}"

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Fuzz"
        [ holdsFor "npy" readArray npy
          holdsFor "npz" readArray npz
          holdsFor "netpbm" readImage netpbm
          holdsFor "sun" readImage sun
          holdsFor "png" readImage png
          holdsFor "tiff" readImage tiff
          holdsFor "bmp" readImage (fun random -> Pictures.bmp (noise random (random.Next(1, 9)) (random.Next(1, 9))))
          holdsFor "jpeg" readImage (bySkia SKEncodedImageFormat.Jpeg)
          holdsFor "webp" readImage (fun random ->
              if random.Next 2 = 0 then
                  bySkia SKEncodedImageFormat.Webp random
              else
                  golden ".webp" random)
          holdsFor "gif" readImage (golden ".gif") ]
