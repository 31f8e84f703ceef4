namespace Interneuron.Cli

open System
open Interneuron.Experiments
open Spectre.Console

/// What the program says: results on standard output, everything else on standard error.
[<RequireQualifiedAccess>]
module Terminal =
    /// A line about what is going on.
    let log (line: string) =
        Console.Error.WriteLine("interneuron: " + line)

    /// The files that were written.
    let wrote (paths: string list) =
        for path in paths do
            log ("wrote " + path)

    /// Names and values, one line each, the values below one another.
    let private table (rows: (string * string) list) =
        let width = rows |> List.map (fun (name, _) -> name.Length) |> List.max

        for name, value in rows do
            Console.Out.WriteLine(name.PadRight(width + 2) + value)

    /// The result: one JSON object on one line, or a table.
    let result (asJson: bool) (json: Json) (rows: (string * string) list) =
        if asJson then
            Console.Out.WriteLine(Json.toLine json)
        else
            table rows

    /// Runs `work`, which reports the share that is done and what is going on: as a bar where standard error is a terminal, silently otherwise.
    let withBar (work: (float -> string -> unit) -> 'T) : 'T =
        if Console.IsErrorRedirected then
            work (fun _ _ -> ())
        else
            let console =
                AnsiConsole.Create(AnsiConsoleSettings(Out = AnsiConsoleOutput Console.Error))

            let bar = console.Progress(AutoClear = true)

            bar.Columns(TaskDescriptionColumn(), ProgressBarColumn(), PercentageColumn(), RemainingTimeColumn())
            |> ignore

            bar.Start(fun context ->
                let task = context.AddTask("learning", true, 1.0)

                work (fun share description ->
                    task.Value <- share
                    task.Description <- description))

    /// The same for learning, with the current J.
    let withProgress (work: (Interneuron.Core.Progress -> unit) -> 'T) : 'T =
        withBar (fun report ->
            work (fun progress ->
                let j = progress.J.ToString("0.00000", Globalization.CultureInfo.InvariantCulture)

                let description =
                    if Double.IsNaN progress.J then
                        "learning"
                    else
                        "learning, J = " + j

                report (float progress.Step / float (max 1 progress.Steps)) description))
