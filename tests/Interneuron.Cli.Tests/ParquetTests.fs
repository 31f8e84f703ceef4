/// Parquet, judged by hyparquet and hyparquet-writer, which share none of our code; where node and they are there (.ci/run installs them).
module Interneuron.Cli.Tests.ParquetTests

open System
open System.IO
open System.Text.Json
open Expecto
open Interneuron.Stimuli
open Interneuron.Cli.Tests.Run

let private modules =
    Path.Combine(Interneuron.Tests.Common.root, "artifacts", "npm", "node_modules")

/// Runs a program of JavaScript in a folder, and gives what it prints.
let private node (folder: string) (program: string) : string =
    if not (Directory.Exists(Path.Combine(modules, "hyparquet-writer"))) then
        skiptest "needs node with hyparquet and hyparquet-writer in artifacts/npm"

    Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), modules)
    |> ignore

    File.WriteAllText(Path.Combine(folder, "program.mjs"), program)
    use running = startShell $"cd '{folder}' && node program.mjs"
    let ended = finish running
    Expect.equal ended.Code 0 ended.Err
    ended.Out

[<Tests>]
let tests =
    testList
        "Parquet"
        [ test "what is written here, another library reads: arrays, and the table of a sweep" {
              inFolder (fun folder ->
                  // Beyond one group of rows.
                  let rows = 600_000

                  let values =
                      Array.init (2 * rows) (fun i -> Math.Sin(float i) * Math.Pow(10.0, float (i % 7 - 3)))

                  Npy.write (Path.Combine(folder, "s.parquet")) [ rows; 2 ] values

                  let s, plan, out =
                      Path.Combine(folder, "s.npy"), Path.Combine(folder, "plan.json"), Path.Combine(folder, "out")

                  Npy.write s [ 4000 ] pairs

                  File.WriteAllText(
                      plan,
                      $$$"""{"experiment": "gaussianise", "options": {"input": "{{{s}}}", "steps": 100 },
                             "grid": {"potential": ["power-mixture", "monomial"], "seed": [1, 2]}}"""
                  )

                  Expect.equal (run [ "sweep"; "--plan"; plan; "--out"; out ]).Code 0 "a sweep"

                  let read =
                      node
                          folder
                          """import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
const read = async name => parquetReadObjects({ file: await asyncBufferFromFile(name) })
const plain = (_, value) => typeof value === 'bigint' ? Number(value) : value
const s = await read('s.parquet')
console.log(JSON.stringify([s.length, ...[0, 1, 7, 524287, 524288, 599999].map(i => [i, s[i].x0, s[i].x1])]))
console.log(JSON.stringify(s.reduce(([a, b], row) => [a + row.x0, b + row.x1], [0, 0])))
console.log(JSON.stringify(await read('out/table.parquet'), plain))"""
                      |> lines
                      |> List.map (fun line -> JsonDocument.Parse(line).RootElement)

                  let sampled = List.ofSeq (read[0].EnumerateArray())
                  Expect.equal (sampled.Head.GetInt32()) rows "rows"

                  for row in sampled.Tail do
                      let i = row[0].GetInt32()
                      Expect.equal (row[1].GetDouble(), row[2].GetDouble()) (values[2 * i], values[2 * i + 1]) $"row {i}"

                  let mutable sums = 0.0, 0.0

                  for i in 0 .. rows - 1 do
                      sums <- fst sums + values[2 * i], snd sums + values[2 * i + 1]

                  Expect.equal (read[1].[0].GetDouble(), read[1].[1].GetDouble()) sums "all of them, added in their order"

                  let header, cells =
                      (File.ReadAllLines(Path.Combine(out, "table.csv")) |> Array.map _.Split(','))
                      |> fun lines -> lines[0], lines[1..]

                  for cell, row in Seq.zip cells (read[2].EnumerateArray()) do
                      for name, text in Array.zip header cell do
                          let value = row.GetProperty name

                          let there =
                              match value.ValueKind with
                              | JsonValueKind.Number -> value.GetDouble() = float text
                              | JsonValueKind.Null -> text = ""
                              | _ -> value.GetString() = text

                          Expect.isTrue there $"{name}: {value} beside {text} of the CSV")
          }

          test "what another library writes, is read here: doubles, floats, integers and truth values, in groups of rows" {
              inFolder (fun folder ->
                  node
                      folder
                      """import { parquetWriteFile } from 'hyparquet-writer'
const at = [...Array(1000).keys()]
for (const codec of ['SNAPPY', 'UNCOMPRESSED'])
  parquetWriteFile({ filename: codec + '.parquet', codec, rowGroupSize: 400, columnData: [
    { name: 'd', data: at.map(i => (i - 500) / 3), type: 'DOUBLE' },
    { name: 'f', data: at.map(i => i / 8), type: 'FLOAT' },
    { name: 'i', data: at.map(i => 1001 * i - 500000), type: 'INT32' },
    { name: 'l', data: at.map(i => 4000000000n * BigInt(i)), type: 'INT64' },
    { name: 'b', data: at.map(i => i % 3 == 0), type: 'BOOLEAN', encoding: 'PLAIN' },
    { name: 'r', data: at.map(i => i % 3 == 0), type: 'BOOLEAN', encoding: 'RLE' }] })"""
                  |> ignore

                  let expected =
                      Array.concat
                          [ for i in 0..999 ->
                                let x = float i

                                [| (x - 500.0) / 3.0
                                   x / 8.0
                                   1001.0 * x - 500000.0
                                   4e9 * x
                                   (if i % 3 = 0 then 1.0 else 0.0) |] ]

                  for codec in [ "SNAPPY"; "UNCOMPRESSED" ] do
                      Expect.equal (Npy.read (Path.Combine(folder, codec + ".parquet:d,f,i,l,b"))) ([ 1000; 5 ], expected) codec

                  let refused =
                      try
                          Npy.read (Path.Combine(folder, "SNAPPY.parquet:r")) |> ignore
                          ""
                      with :? Interneuron.Statistics.Refusal as error ->
                          error.Message

                  Expect.stringEnds
                      refused
                      "SNAPPY.parquet: cannot be read as a Parquet file: the column 'r' has truth values as run \
                      lengths, which cannot be read here; as integers they can."
                      "truth values in an encoding that the library does not know")
          } ]
