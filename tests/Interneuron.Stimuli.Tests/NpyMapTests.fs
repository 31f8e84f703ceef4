module Interneuron.Stimuli.Tests.NpyMapTests

open System
open System.IO
open Expecto
open Interneuron.Statistics
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools

// A file with an array rows x columns of the given numbers, in Fortran order.
let private inFortranOrder path rows columns (value: int -> int -> float) =
    let header =
        $"{{'descr': '<f8', 'fortran_order': True, 'shape': ({rows}, {columns}), }}\n"

    use file = new BinaryWriter(File.Create path)

    file.Write(
        Array.concat
            [ [| 0x93uy |]
              "NUMPY"B
              [| 1uy; 0uy |]
              BitConverter.GetBytes(uint16 header.Length) ]
    )

    file.Write(Text.Encoding.ASCII.GetBytes header)

    for column in 0 .. columns - 1 do
        for row in 0 .. rows - 1 do
            file.Write(value row column)

[<Tests>]
let tests =
    testList
        "NpyMap"
        [ testProperty "Is the grid that is read, in either order, of any numbers, standardised or not" (fun seed ->
              inFolder (fun folder ->
                  let random = Random seed
                  let rows, columns = random.Next(1, 50), random.Next(1, 5)
                  let grid = randomGrid seed rows columns
                  let path name = Path.Combine(folder, name)
                  Npy.writeGrid (path "c.npy") grid
                  inFortranOrder (path "f.npy") rows columns (fun row column -> grid[row, column])

                  using (new NpyWriter(path "s.npy", [ columns ], NpyElement.Float32)) (fun writer ->
                      writer.Write grid.Values
                      writer.Complete())

                  let map =
                      { Mean = Array.init columns float
                        Unit = Array.init columns (fun c -> 2.0 + float c) }

                  for name in [ "c.npy"; "f.npy"; "s.npy" ] do
                      for map in [ None; Some map ] do
                          use mapped = new NpyMap(path name, map)
                          let read = Npy.readGrid (path name)

                          let expected =
                              map
                              |> Option.map (fun map -> Standardisation.applyTo map read)
                              |> Option.defaultValue read

                          Expect.equal (mapped.Grid.Rows, mapped.Grid.Columns) (rows, columns) name
                          Expect.equal (mapped.Grid.ToArray()) (expected.ToArray()) name))

          test "Takes no memory for the values, in either order" {
              inFolder (fun folder ->
                  let rows = 500_000
                  let c, f = Path.Combine(folder, "c.npy"), Path.Combine(folder, "f.npy")
                  inFortranOrder f rows 2 (fun row column -> float (2 * row + column))
                  let before = GC.GetAllocatedBytesForCurrentThread()

                  let sum path =
                      use mapped = new NpyMap(path, None)
                      let values = mapped.Grid.Values
                      let mutable sum = 0.0

                      for i in 0 .. values.Length - 1 do
                          sum <- sum + values[i]

                      sum

                  using (new NpyReader(f)) (fun reader ->
                      using (new NpyWriter(c, [ 2 ], NpyElement.Float64)) (fun writer ->
                          let block = Array.zeroCreate<float> 20_000
                          let mutable count = reader.Read(Span block)

                          while count > 0 do
                              writer.Write(ReadOnlySpan(block, 0, 2 * count))
                              count <- reader.Read(Span block)

                          writer.Complete()))

                  // All whole numbers, so that sums are exact.
                  let total = float (2 * rows) * float (2 * rows - 1) / 2.0
                  Expect.equal (sum c) total "C order"
                  Expect.equal (sum f) total "Fortran order"
                  // The values take eight million bytes; the buffers on the way are of some hundred thousand.
                  Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 4_000_000L "bytes allocated"
                  Expect.hasLength (Directory.GetFileSystemEntries folder) 2 "nothing else is left")
          }

          test "Three dimensions are refused" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")
                  Npy.write path [ 2; 1; 3 ] [| 1.0 .. 6.0 |]
                  Expect.stringContains (refusal (fun () -> new NpyMap(path, None))) "three dimensions" "message")
          } ]
