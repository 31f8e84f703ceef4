namespace Interneuron.Cli

open System
open System.Diagnostics
open System.IO
open System.Text
open System.Threading
open Microsoft.Win32.SafeHandles
open Spectre.Console
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Stimuli
open Interneuron.Experiments

/// The program's output: results on standard output, everything else on standard error.
[<RequireQualifiedAccess>]
module Terminal =
    // Longer lines are cut: they quote something not meant for people.
    let private longestLine = 2000

    /// A line about the work in progress.
    let log (line: string) =
        let line = Message.oneLine line

        let line =
            if line.Length > longestLine then
                line[.. longestLine - 1] + "..."
            else
                line

        try
            Console.Error.WriteLine("interneuron: " + line)
        with
        | :? IOException
        | :? UnauthorizedAccessException -> StandardError.write ("interneuron: " + line)

    // Runs a write to standard output, and names it if it fails.
    let private writing (action: unit -> unit) =
        try
            action ()
        with
        | :? IOException as error when error.HResult <> Exit.brokenPipe ->
            raise (IOException("standard output cannot be written: " + error.Message, error))
        // The error for a descriptor that is closed, or has since been reused.
        | :? UnauthorizedAccessException as error ->
            raise (IOException("standard output is closed; what was to be printed is lost.", error))

    // Turns output that nobody reads into an IOException, where .NET would carry on silently. Files and devices raise one themselves.
    let private openOutput () =
        if not (OperatingSystem.IsWindows()) && Console.IsOutputRedirected then
            writing (fun () ->
                let output =
                    new FileStream(new SafeFileHandle(nativeint 1, false), FileAccess.Write, 0)

                if not output.CanSeek then
                    Console.SetOut(new StreamWriter(output, UTF8Encoding false, AutoFlush = true)))

    // Where a standard stream is closed, the next file that is opened would take its number, and what is printed would end in that file.
    // Something that can only be read takes it instead.
    let rec private occupyClosed () =
        let handle = File.OpenHandle "/dev/null"

        if handle.DangerousGetHandle() <= nativeint 2 then
            handle.SetHandleAsInvalid()
            occupyClosed ()
        else
            handle.Dispose()

    /// Opens standard output and error before anything else can take their descriptors.
    let prepare () =
        if not (OperatingSystem.IsWindows()) then
            occupyClosed ()

        Message.oneLine (snd (Exit.ofException (IOException "trouble")) |> Option.defaultValue "")
        |> ignore

        try
            Console.Error.Flush()
            openOutput ()
        with error ->
            let code, line = Exit.ofException error
            Option.iter log line
            exit code

    /// Prints a text and a new line.
    let print (text: string) =
        writing (fun () -> Console.Out.WriteLine text)

    /// Lists the files that were written.
    let wrote (paths: string list) =
        for path in paths do
            log ("wrote " + path)

    /// Names and values, one line each, with the values aligned.
    let private table (rows: (string * string) list) =
        let width = rows |> List.map (fun (name, _) -> name.Length) |> List.max

        for name, value in rows do
            print (name.PadRight(width + 2) + value)

    /// The result: one JSON object on one line, or a table.
    let result (asJson: bool) (json: Json) (rows: (string * string) list) =
        if asJson then print (Json.toLine json) else table rows

    // As lines on standard error; a timer keeps the log going when the work is silent for long.
    let private withLines (what: string) (work: (float -> string -> unit) -> 'T) : 'T =
        let clock = Stopwatch.StartNew()
        let lines = ProgressLines((fun () -> clock.Elapsed.TotalSeconds), log)
        lines.Begin what
        use timer = new Timer((fun _ -> lines.Tick()), null, 1000, 1000)
        let answer = work (fun share description -> lines.Report(share, description))
        use ended = new ManualResetEvent(false)

        // No line is written after the end.
        if timer.Dispose ended then
            ended.WaitOne() |> ignore

        answer

    let private withSpectre (what: string) (work: (float -> string -> unit) -> 'T) : 'T =
        let console =
            AnsiConsole.Create(AnsiConsoleSettings(Out = AnsiConsoleOutput Console.Error))

        let bar = console.Progress(AutoClear = true)

        bar.Columns(TaskDescriptionColumn(), ProgressBarColumn(), PercentageColumn(), RemainingTimeColumn())
        |> ignore

        bar.Start(fun context ->
            let task = context.AddTask(what, true, 1.0)
            task.IsIndeterminate <- true

            work (fun share description ->
                task.IsIndeterminate <- share >= 1.0
                task.Value <- share
                task.Description <- if share >= 1.0 then "measuring" else description))

    /// Runs `work`, which reports the share that is done and what is going on, and says so: as a bar where standard error is a terminal, as
    /// a line now and then otherwise. `what` is going on until the first report.
    let during (what: string) (work: (float -> string -> unit) -> 'T) : 'T =
        if Console.IsErrorRedirected then
            withLines what work
        else
            withSpectre what work

    /// The same for learning, with the current J.
    let withProgress (work: (Interneuron.Core.Circuits.Progress -> unit) -> 'T) : 'T =
        during "preparing" (fun report ->
            work (fun progress ->
                let j = progress.J.ToString("0.00000", Globalization.CultureInfo.InvariantCulture)

                let description =
                    if Double.IsNaN progress.J then
                        "learning"
                    else
                        "learning, J = " + j

                report (float progress.Step / float (max 1 progress.Steps)) description))
