/// What every test project shares: the folder of reference material, when it is there, and the closing line.
module Interneuron.Tests.Common

open System.IO
open Expecto

/// The root of the checkout: the nearest folder above the test program that holds Toolkit.sln.
let root =
    let rec up (folder: DirectoryInfo | null) =
        match folder with
        | null -> invalidOp "the tests run from inside the checkout: no Toolkit.sln in a folder above them"
        | folder when File.Exists(Path.Combine(folder.FullName, "Toolkit.sln")) -> folder.FullName
        | folder -> up folder.Parent

    up (DirectoryInfo System.AppContext.BaseDirectory)

/// A file or folder of the reference material beside the checkout, for instance "images/05.ras"; a test that asks for one that
/// is not there is skipped, and counted as skipped.
let shared (name: string) =
    let path = Path.Combine(root, "..", "shared", name)

    if File.Exists path || Directory.Exists path then
        path
    else
        skiptest $"needs {name} of the reference material beside the checkout"

/// Runs every test of the calling program and closes with `N passed, N failed, N skipped`.
let runAll (arguments: string array) =
    let mutable counts = 0, 0, 0

    let count (summary: Impl.TestRunSummary) =
        let skipped = List.length summary.ignored
        counts <- List.length summary.passed, List.length summary.failed + List.length summary.errored, skipped

    let handler = CLIArguments.Append_Summary_Handler(SummaryHandler count)

    let exitCode =
        Tests.runTestsInAssemblyWithCLIArgs [ handler; No_Spinner; Colours 0 ] arguments

    let passed, failed, skipped = counts
    // Expecto leaves the colours of its last line to be reset on the next one.
    printfn "\n%d passed, %d failed, %d skipped" passed failed skipped
    exitCode
