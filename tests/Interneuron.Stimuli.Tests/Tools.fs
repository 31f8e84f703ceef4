module Interneuron.Stimuli.Tests.Tools

open System
open System.IO
open Expecto
open Interneuron.Statistics
open Interneuron.Stimuli

/// A folder of its own for one test, gone afterwards.
let inFolder (test: string -> 'a) =
    let folder = Directory.CreateTempSubdirectory "interneuron-stimuli-"

    try
        test folder.FullName
    finally
        folder.Delete true

/// A file with these bytes, for one test.
let withFile (bytes: byte[]) (test: string -> 'a) =
    inFolder (fun folder ->
        let path = Path.Combine(folder, "input")
        File.WriteAllBytes(path, bytes)
        test path)

/// The message of the Refusal that an action must raise: one line.
let refusal (action: unit -> 'a) =
    try
        action () |> ignore
        failtest "Nothing was refused."
    with :? Refusal as error ->
        Expect.isFalse (error.Message.Contains '\n') $"The message is one line: {error.Message}"
        error.Message

/// Asserts that a file with these bytes is refused by `read`, in a line that starts with the file's name and says all of `words`.
let refused (read: string -> 'a) (bytes: byte[]) (words: string list) =
    withFile bytes (fun path ->
        let message = refusal (fun () -> read path)
        Expect.stringStarts message (path + ": ") "The message starts with the file."

        for word in words do
            Expect.stringContains message word "The message says what is wrong.")

/// A grid of numbers, uniform on [0, 1).
let randomGrid (seed: int) rows columns =
    let random = Random seed
    Grid.init rows columns (fun _ _ -> random.NextDouble())

let transposed (grid: Grid) =
    Grid.init grid.Columns grid.Rows (fun row column -> grid[column, row])

let energy (grid: Grid) =
    grid.ToArray() |> Array.sumBy (fun v -> v * v)

let inner (a: Grid) (b: Grid) =
    Array.fold2 (fun sum x y -> sum + x * y) 0.0 (a.ToArray()) (b.ToArray())

/// |a - b| / |b|, in the Euclidean norm.
let relativeError (a: Grid) (b: Grid) =
    let difference =
        Array.map2 (-) (a.ToArray()) (b.ToArray()) |> Array.sumBy (fun d -> d * d)

    sqrt (difference / energy b)

/// Fewer cases, where each of them takes whole grids or many files.
let large =
    { FsCheckConfig.defaultConfig with
        maxTest = 20 }
