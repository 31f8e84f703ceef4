namespace Interneuron.Cli

open System
open System.Diagnostics
open System.Runtime.InteropServices
open System.Threading
open Interneuron.Core.Files
open Interneuron.Stimuli

/// Requests to stop: Ctrl-C, and the signals a system sends to end a program.
[<RequireQualifiedAccess>]
module Signals =
    // The signals, and the code a shell reports for a program that one ended: 128 plus its number.
    let private codes =
        [ PosixSignal.SIGINT, Exit.interrupted
          PosixSignal.SIGTERM, 143
          PosixSignal.SIGHUP, 129 ]

    // SIGXFSZ, which has this number on all but MIPS: a file grew beyond what the process may write. Its default is to end the program;
    // where somebody listens, the write fails instead and says so.
    let private fileTooLarge: PosixSignal = enum 25

    // One key press may arrive twice, from the terminal and from the program that started this one.
    let private together = TimeSpan.FromSeconds 1.0

    /// Runs work that a signal asks to stop, and gives its exit code, with the number of the signal where it was interrupted. A second
    /// request, a second or more after the first, ends the program at once: files that are complete stay, those in the making go.
    let interruptible (run: CancellationToken -> int) : int =
        use source = new CancellationTokenSource()
        let turn = obj ()
        let first: (int * Stopwatch) option ref = ref None

        let stop code (context: PosixSignalContext) =
            context.Cancel <- true

            lock turn (fun () ->
                match first.Value with
                | None ->
                    first.Value <- Some(code, Stopwatch.StartNew())
                    source.Cancel()
                | Some(_, since) when since.Elapsed < together -> ()
                | Some(code, _) ->
                    Files.giveUp ()
                    Environment.Exit code)

        let registered =
            [ for signal, code in codes do
                  PosixSignalRegistration.Create(signal, Action<PosixSignalContext>(stop code))

              if not (OperatingSystem.IsWindows()) then
                  PosixSignalRegistration.Create(fileTooLarge, (fun context -> context.Cancel <- true)) ]

        try
            match run source.Token, first.Value with
            | code, Some(signal, _) when code = Exit.interrupted -> signal
            | code, _ -> code
        finally
            for registration in registered do
                registration.Dispose()
