module Interneuron.Stimuli.Tests.NpyTests

open System
open System.IO
open System.Text
open Expecto
open Interneuron.Stimuli
open Interneuron.Stimuli.Tests.Tools
open Interneuron.Tests.Common

let private file (version: int) (header: string) (data: byte[]) =
    let text = Encoding.UTF8.GetBytes(header + "\n")
    let field = if version = 1 then 2 else 4

    Array.concat
        [ [| 0x93uy |]
          "NUMPY"B
          [| byte version; 0uy |]
          (BitConverter.GetBytes text.Length)[.. field - 1]
          text
          data ]

let private header (descr: string) (order: string) (shape: string) =
    $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"

// [[1.5, -2.25, 3], [4, 5e-3, -6e10]] as NumPy 1.24.2 writes it (np.save), in every kind that is read.
let private written =
    [ "<f8", "False", "000000000000f83f00000000000002c0000000000000084000000000000010407b14ae47e17a743f000000b08ef02bc2"
      ">f8", "False", "3ff8000000000000c002000000000000400800000000000040100000000000003f747ae147ae147bc22bf08eb0000000"
      "<f8", "True", "000000000000f83f000000000000104000000000000002c07b14ae47e17a743f0000000000000840000000b08ef02bc2"
      "<f4", "False", "0000c03f000010c000004040000080400ad7a33b76845fd1"
      ">f4", "False", "3fc00000c010000040400000408000003ba3d70ad15f8476" ]

let private expected = [| 1.5; -2.25; 3.0; 4.0; 5e-3; -6e10 |]

let private bytesOf (values: float[]) =
    values |> Array.collect BitConverter.GetBytes

let private whole = bytesOf [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]

[<Tests>]
let reading =
    testList
        "Npy.read"
        [ test "Arrays as NumPy writes them: both byte orders, both precisions, both orders" {
              for descr, order, hex in written do
                  let shape, values =
                      withFile (file 1 (header descr order "(2, 3)") (Convert.FromHexString hex)) Npy.read

                  Expect.equal shape [ 2; 3 ] $"{descr} {order}"
                  // Single precision rounds 5e-3 and -6e10.
                  let expected =
                      if descr.EndsWith '4' then
                          Array.map (float32 >> float) expected
                      else
                          expected

                  Expect.equal values expected $"{descr} {order}"
          }

          test "All versions of the format, and keys in any order and either quotes" {
              let spellings =
                  [ 1, header "<f8" "False" "(2, 3)"
                    2, header "<f8" "False" "(2, 3)"
                    3, header "<f8" "False" "(2, 3)"
                    1, """{"shape":(2,3),"descr":"<f8","fortran_order":False}"""
                    1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3,), }                       "
                    // As Python 2 wrote them.
                    1, header "<f8" "False" "(2L, 3L)"
                    2, "{u'descr': u'<f8', u'fortran_order': False, u'shape': (2L, 3L), }"
                    // The machine's own byte order, where none is named.
                    1, header "=f8" "False" "(2, 3)"
                    1, header "f8" "False" "(2, 3)"
                    1, header "|f8" "False" "(2, 3)" ]

              for version, header in spellings do
                  Expect.equal (withFile (file version header whole) Npy.read) ([ 2; 3 ], [| 1.0 .. 6.0 |]) header
          }

          test "One and three dimensions" {
              Expect.equal (withFile (file 1 (header "<f8" "False" "(6,)") whole) Npy.read) ([ 6 ], [| 1.0 .. 6.0 |]) "one"
              // np.asfortranarray(np.arange(24.).reshape(2, 3, 4)): the first index runs fastest.
              let fortran =
                  bytesOf
                      [| for k in 0..3 do
                             for j in 0..2 do
                                 for i in 0..1 -> float (12 * i + 4 * j + k) |]

              Expect.equal (withFile (file 1 (header "<f8" "True" "(2, 3, 4)") fortran) Npy.read) ([ 2; 3; 4 ], [| 0.0 .. 23.0 |]) "three"
          }

          test "Samples are n x N, and n numbers are n x 1" {
              let grid = withFile (file 1 (header "<f8" "False" "(3, 2)") whole) Npy.readGrid
              Expect.equal (grid.Rows, grid.Columns) (3, 2) "two dimensions"
              let column = withFile (file 1 (header "<f8" "False" "(6,)") whole) Npy.readGrid
              Expect.equal (column.Rows, column.Columns) (6, 1) "one dimension"
              refused Npy.readGrid (file 1 (header "<f8" "False" "(3, 2, 1)") whole) [ "three dimensions"; "n x N" ]
          }

          test "A file of another implementation is read" {
              let grid = Npy.readGrid (shared "reference/pyramid-05.npy")
              Expect.equal (grid.Rows, grid.Columns) (512, 512) "shape"
              // The first four bytes of its data are e7 92 6a 3b.
              Expect.equal grid[0, 0] (float (BitConverter.Int32BitsToSingle 0x3b6a92e7)) "first value"
          }

          test "Whatever is wrong is said in one line" {
              let v1 = file 1
              let refused bytes words = refused Npy.read bytes words
              refused [||] [ "is empty" ]
              refused "P5 1 1 255 a"B [ "not a NumPy .npy or .npz file" ]
              refused (Array.append [| 0x93uy |] "NUMPY"B) [ "not a NumPy .npy or .npz file" ]
              refused (Array.concat [ [| 0x93uy |]; "NUMPY"B; [| 9uy; 0uy; 6uy; 0uy |] ]) [ "version 9.0"; "1.0, 2.0 and 3.0" ]
              refused ((v1 (header "<f8" "False" "(2, 3)") whole)[..40]) [ "truncated within its .npy header" ]
              refused (v1 (header "<f8" "False" "(2, 3)") whole[..46]) [ "truncated"; "promises 6 values"; "5 are there" ]
              refused (v1 (header "<f8" "False" "(2, 3)") (Array.append whole [| 0uy |])) [ "more than one array"; "promises 6 values" ]
              refused (v1 (header "<f8" "False" "(2000000000, 2000000000, 2000000000)") whole) [ "truncated"; "6 are there" ]
              refused (v1 (header "<f8" "False" "(9999999999, 1)") whole) [ "below 2^31" ]
              refused (v1 (header "|O" "False" "(2, 3)") whole) [ "Python objects" ]
              refused (v1 (header "<f16" "False" "(2, 3)") whole) [ "more than 64 bits"; "'<f16'"; "astype" ]
              refused (v1 (header "<c16" "False" "(2, 3)") whole) [ "complex"; "'<c16'"; "a.real" ]
              refused (v1 (header "<U4" "False" "(3,)") whole) [ "no numbers"; "'<U4'" ]
              refused (v1 (header "<M8[D]" "False" "(6,)") whole) [ "dates"; "'<M8[D]'" ]
              refused (v1 (header "\u001b]0;owned\u0007\u001b[31mRED<f8" "False" "(6,)") whole) [ @"'\x1b]0;owned\x07\x1b[31mRED<f8'" ]
              refused (v1 "{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (2, 3), }" whole) [ "records of several fields" ]
              refused (v1 (header "<f8" "Maybe" "(2, 3)") whole) [ "damaged .npy header" ]
              refused (v1 "{'descr': '<f8', 'shape': (2, 3), }" whole) [ "damaged .npy header" ]
              refused (v1 "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }" whole) [ "damaged .npy header" ]
              refused (v1 (header "<f8" "False" "(-2, -3)") whole) [ "damaged .npy header" ]
              refused (v1 (header "<f8" "False" "(6)") whole) [ "damaged .npy header" ]
              refused (v1 (header "<f8" "False" "(2,,3)") whole) [ "damaged .npy header" ]
              refused (v1 (header "<f8" "False" "(2, 3)" + " or more") whole) [ "damaged .npy header" ]
              refused (v1 "{'a': [], 'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }" whole) [ "damaged .npy header" ]
              refused (v1 "{'descr': '<f8" whole) [ "damaged .npy header" ]
              refused (v1 (header "<f8" "False" "()") [| 0uy |]) [ "1 to 3 dimensions" ]
              refused (v1 (header "<f8" "False" "(1, 1, 2, 3)") whole) [ "1 to 3 dimensions" ]
              refused (v1 (header "<f8" "False" "(0, 3)") [||]) [ "no values" ]

              refused
                  (Array.concat [ [| 0x93uy |]; "NUMPY"B; [| 2uy; 0uy; 255uy; 255uy; 255uy; 255uy |] ])
                  [ "4294967295 bytes"; "at most" ]
          }

          test "A header of any length is refused in one pass" {
              // Patterns that a backtracking parser takes exponential or quadratic time for.
              let many = 4_000

              for text in
                  [ "{" + String.replicate many "'a':[]," + "!"
                    "{'descr':: " + String('[', many)
                    "{" + String(' ', 12 * many)
                    "{'descr': '" + String('<', 12 * many)
                    "{'shape': (" + String.replicate many "1, "
                    String.replicate many "'descr': '<f8', " ] do
                  let before = GC.GetAllocatedBytesForCurrentThread()
                  refused Npy.read (file 2 text whole) [ "damaged .npy header" ]
                  // A token takes some hundred bytes, and a text of 60,000 characters a few times its length.
                  Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 20_000_000L "bytes allocated"

              refused Npy.readGrid (File.ReadAllBytes(shared "cases/files/28entries.npy")) [ "damaged .npy header" ]
              refused Npy.readGrid (File.ReadAllBytes(shared "cases/files/esc.npy")) [ @"\x1b]0;owned\x07" ]
          }

          test "What is no file on disk is refused before it is opened" {
              for path in [ "/dev/zero"; "/dev/null" ] do
                  if File.Exists path then
                      Expect.stringContains (refusal (fun () -> Npy.read path)) "no file on disk" path
                      Expect.stringContains (refusal (fun () -> Image.load path)) "no file on disk" path

              if not (OperatingSystem.IsWindows()) then
                  inFolder (fun folder ->
                      let pipe, link = Path.Combine(folder, "pipe"), Path.Combine(folder, "link")
                      use made = Diagnostics.Process.Start("mkfifo", pipe)
                      made.WaitForExit()
                      File.CreateSymbolicLink(link, pipe) |> ignore

                      for path in [ pipe; link ] do
                          Expect.stringContains (refusal (fun () -> Npy.read path)) "no file on disk" path)
          }

          test "A missing file and a folder are said to be that" {
              inFolder (fun folder ->
                  let missing = Path.Combine(folder, "s.npy")
                  Expect.equal (refusal (fun () -> Npy.read missing)) $"{missing}: no such file." "missing"
                  Expect.stringContains (refusal (fun () -> Npy.read folder)) "is a folder" "folder")
          } ]

[<Tests>]
let writing =
    testList
        "Npy.write"
        [ test "The bytes are those that NumPy writes" {
              // np.save of NumPy 1.24.2: the header is padded with spaces to 128 bytes and ends with a line feed.
              let descr, order, hex = written[0]
              let start = Array.concat [ [| 0x93uy |]; "NUMPY"B; [| 1uy; 0uy; 118uy; 0uy |] ]

              let text =
                  Encoding.ASCII.GetBytes((header descr order "(2, 3)").PadRight 117 + "\n")

              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")
                  Npy.write path [ 2; 3 ] expected
                  Expect.equal (File.ReadAllBytes path) (Array.concat [ start; text; Convert.FromHexString hex ]) "bytes")
          }

          testProperty "What is written is read again, bit by bit, in any number of dimensions" (fun (seed: int) (values: float[]) ->
              let values = Array.append values [| nan; infinity; -0.0; Double.Epsilon |]
              let random = Random seed

              let divisor n =
                  [ 1..n ]
                  |> List.filter (fun k -> n % k = 0)
                  |> fun all -> all[random.Next all.Length]

              let a = divisor values.Length
              let b = divisor (values.Length / a)

              for shape in [ [ values.Length ]; [ a; values.Length / a ]; [ a; b; values.Length / a / b ] ] do
                  inFolder (fun folder ->
                      let path = Path.Combine(folder, "a.npy")
                      Npy.write path shape values
                      let readShape, again = Npy.read path
                      Expect.equal readShape shape "shape"

                      Expect.equal
                          (Array.map BitConverter.DoubleToInt64Bits again)
                          (Array.map BitConverter.DoubleToInt64Bits values)
                          "values"))

          test "A shape that does not fit is refused, and no file is left" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")

                  for shape in [ []; [ 5 ]; [ 2; 4 ]; [ 1; 1; 1; 6 ]; [ -2; -3 ] ] do
                      Expect.throwsT<ArgumentException> (fun () -> Npy.write path shape expected) $"{shape}"

                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left")
          } ]

[<Tests>]
let streaming =
    testList
        "NpyReader and NpyWriter"
        [ testProperty "Rows read in blocks of any size are the whole" (fun seed ->
              let random = Random seed
              let rows, columns = random.Next(1, 40), random.Next(1, 5)
              let grid = randomGrid seed rows columns
              let inFortranOrder = random.Next 2 = 0
              let data = if inFortranOrder then transposed grid else grid
              let order = if inFortranOrder then "True" else "False"

              withFile (file 1 (header "<f8" order $"({rows}, {columns})") (bytesOf (data.ToArray()))) (fun path ->
                  use reader = new NpyReader(path)
                  let read = ResizeArray()
                  let mutable count = -1

                  while count <> 0 do
                      // A buffer that is no whole number of rows is filled as far as rows go.
                      let block =
                          Array.zeroCreate<float>(columns * random.Next(1, 10) + random.Next columns)

                      count <- reader.Read(Span block)
                      read.AddRange block[.. count * columns - 1]

                  Expect.equal (read.ToArray()) (grid.ToArray()) "values"))

          test "Blocks longer than the internal buffer are read and written whole" {
              let rows, columns = 30_000, 3
              let grid = randomGrid 1 rows columns

              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")
                  Npy.writeGrid path grid
                  Expect.equal ((Npy.readGrid path).ToArray()) (grid.ToArray()) "values")
          }

          test "The number of rows is what was written by the end" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")

                  using (new NpyWriter(path, [ 2 ], NpyElement.Float32)) (fun writer ->
                      writer.Write(ReadOnlySpan [| 1.0; 2.0 |])
                      writer.Write(ReadOnlySpan<float>.Empty)
                      writer.Write(ReadOnlySpan [| 3.0; 4.0; 5.0; 0.1 |])
                      Expect.isFalse (File.Exists path) "not before it is complete"
                      writer.Complete())

                  Expect.equal (Npy.read path) ([ 3; 2 ], [| 1.0; 2.0; 3.0; 4.0; 5.0; float 0.1f |]) "rounded to single precision")
          }

          test "Given up, it leaves nothing" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")
                  using (new NpyWriter(path, [], NpyElement.Float64)) (fun writer -> writer.Write(ReadOnlySpan [| 1.0 |]))
                  Expect.isEmpty (Directory.GetFileSystemEntries folder) "nothing is left")
          }

          test "A buffer without room for a row, and values that are no rows, are refused" {
              withFile (file 1 (header "<f8" "False" "(2, 3)") whole) (fun path ->
                  use reader = new NpyReader(path)
                  Expect.throwsT<ArgumentException> (fun () -> reader.Read(Span(Array.zeroCreate 2)) |> ignore) "short buffer")

              inFolder (fun folder ->
                  use writer = new NpyWriter(Path.Combine(folder, "a.npy"), [ 3 ], NpyElement.Float64)
                  Expect.throwsT<ArgumentException> (fun () -> writer.Write(ReadOnlySpan [| 1.0 |])) "a third of a row")

              Expect.throwsT<ArgumentException> (fun () -> new NpyWriter("a.npy", [ 0 ], NpyElement.Float64) |> ignore) "an empty row"
          }

          test "The memory needed is that of a block, not of the file" {
              inFolder (fun folder ->
                  let path = Path.Combine(folder, "a.npy")
                  let block = Array.zeroCreate<float> 2_000

                  let copy () =
                      using (new NpyWriter(path, [ 2 ], NpyElement.Float64)) (fun writer ->
                          for _ in 1..1_000 do
                              writer.Write(ReadOnlySpan block)

                          writer.Complete())

                      use reader = new NpyReader(path)
                      let mutable total = 0
                      let mutable count = reader.Read(Span block)

                      while count > 0 do
                          total <- total + count
                          count <- reader.Read(Span block)

                      total

                  let before = GC.GetAllocatedBytesForCurrentThread()
                  Expect.equal (copy ()) 1_000_000 "rows"
                  // Sixteen million bytes of numbers pass through two buffers of 2^16 bytes and those of the streams.
                  Expect.isLessThan (GC.GetAllocatedBytesForCurrentThread() - before) 1_000_000L "bytes allocated")
          } ]
