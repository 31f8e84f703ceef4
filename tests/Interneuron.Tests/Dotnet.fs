/// Running `dotnet` the way a person would, for scripts and examples.
module Interneuron.Facade.Tests.Dotnet

open System.Diagnostics
open System.Threading.Tasks
open Interneuron.Tests

/// Runs `dotnet` in the root of the checkout; exit code, standard output and standard error.
let run (arguments: string list) =
    let info =
        ProcessStartInfo("dotnet", arguments, WorkingDirectory = Common.root, RedirectStandardOutput = true, RedirectStandardError = true)

    match Process.Start info with
    | null -> invalidOp "dotnet could not be started"
    | started ->
        use running = started
        let output = running.StandardOutput.ReadToEndAsync()
        let errors = running.StandardError.ReadToEndAsync()
        Task.WaitAll(output, errors)
        running.WaitForExit()
        running.ExitCode, output.Result, errors.Result
