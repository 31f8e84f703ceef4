/// Files of arrays that are grown from the grammar of their format.
module Interneuron.Stimuli.Tests.FuzzedArrays

open System
open System.IO
open System.IO.Compression
open System.Text
open Interneuron.Tests
open Interneuron.Tests.Fuzz

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

            $"'{order}{kind}{pick random edges}'"

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

let npy (random: Random) =
    let text = Encoding.UTF8.GetBytes(headerText random + "\n")
    let version = pick random [ 1; 1; 1; 2; 3; 9 ]

    let length =
        if random.Next 10 = 0 then
            pick random edges
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

let npz (random: Random) =
    use stream = new MemoryStream()

    using (new ZipArchive(stream, ZipArchiveMode.Create, true)) (fun archive ->
        for k in 1 .. random.Next 4 do
            let level = pick random [ CompressionLevel.NoCompression; CompressionLevel.Fastest ]

            use entry =
                archive.CreateEntry(pick random [ $"a{k}.npy"; "arr.npy"; "\u001b.npy"; "../x.npy" ], level).Open()

            entry.Write(ReadOnlySpan(npy random)))

    stream.ToArray()
