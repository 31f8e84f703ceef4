/// What the tests here share: folders that go away, refusals, and small circuits.
module Interneuron.Experiments.Tests.Tools

open System
open System.IO
open System.Threading
open Expecto
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Circuits
open Interneuron.Stimuli
open Interneuron.Experiments
open Interneuron.Core.Files

/// Runs a test in an empty folder that is deleted afterwards.
let inFolder (test: string -> 'T) : 'T =
    let folder = Directory.CreateTempSubdirectory("interneuron-").FullName

    try
        test folder
    finally
        Directory.Delete(folder, true)

/// What stands in a folder, by name.
let filesIn (folder: string) =
    Directory.GetFileSystemEntries folder
    |> Array.map (fun path -> string (Path.GetFileName path))
    |> Array.sort
    |> List.ofArray

let private caught (action: unit -> unit) : exn option =
    try
        action ()
        None
    with error ->
        Some error

/// The action refuses its input with this message, in one line.
let refuses (message: string) (action: unit -> unit) =
    match caught action with
    | Some(:? Refusal as error) ->
        Expect.equal error.Message message "the message"
        Expect.isFalse (error.Message.Contains '\n') "one line"
    | Some other -> failtest $"raised {other.GetType().Name}: {other.Message}"
    | None -> failtest "was not refused"

/// The action ends as one does that was stopped.
let isStopped (action: unit -> unit) =
    match caught action with
    | Some(:? OperationCanceledException) -> ()
    | other -> failtest $"was not stopped: {other}"

/// n x N numbers of a heavy-tailed distribution of unit variance: the product of two independent normal numbers.
let heavyTailed seed n columns =
    let random = Xoshiro256StarStar(seed, false)
    let normal () = Normal.Sample(random, 0.0, 1.0)
    Array.init (n * columns) (fun _ -> normal () * normal ())

/// Such numbers as a grid.
let stimuli seed n columns =
    Grid.ofArray n columns (heavyTailed seed n columns)

/// A picture of size x size pixels, cut out of a scene.
let picture size folder =
    let path = Path.Combine(folder, "small.png")
    let scene = Source.scene 3
    Image.savePng path (Image.ofGrid (Grid.init size size (fun i j -> scene.Intensities[200 + i, 200 + j])))
    path

/// An array of n heavy-tailed numbers as a source of stimuli.
let arrayOf n folder =
    let path = Path.Combine(folder, "s.npy")
    Npy.writeGrid path (stimuli 2 n 1)
    Source.Input path

/// The size of a figure's file is the one that the figure says it has.
let isDrawn (path: string) (figure: Figure) =
    use bitmap = SkiaSharp.SKBitmap.Decode path
    Expect.equal (bitmap.Width, bitmap.Height) (Figure.pixels figure) path

/// A token that asks to stop as soon as a step has been made, and what it has to be told.
let stopsAtOnce () =
    let source = new CancellationTokenSource()

    let report (progress: Progress) =
        if progress.Step > 0 then
            source.Cancel()

    report, source.Token

/// Some learning that takes milliseconds.
let brief =
    { Learning.standard with
        Steps = Some 200 }

/// Learns to the end.
let learn learning grid =
    Learning.run learning ignore CancellationToken.None grid

/// A circuit of N primary neurons that has learned a little.
let circuit n = (learn brief (stimuli 1 500 n)).Circuit

/// The potentials, as a message lists them.
let potentialNames =
    String.concat ", " [ for p in Interneuron.Core.Transport.Potentials.all -> p.Name ]
    + "."
