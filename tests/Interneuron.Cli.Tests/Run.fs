/// Running the command line: within the test's process, where that is enough, and as a process of its own.
module Interneuron.Cli.Tests.Run

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open Expecto

/// How a run ended and what it said.
type Run = { Code: int; Out: string; Err: string }

// Standard output and error belong to the process, so runs within it take turns.
let private turn = obj ()

/// Runs something within this process that says something and has an exit code.
let capture (action: unit -> int) : Run =
    lock turn (fun () ->
        let stdout, stderr = Console.Out, Console.Error
        use out = new StringWriter()
        use err = new StringWriter()

        try
            Console.SetOut out
            Console.SetError err
            let code = action ()

            { Code = code
              Out = string out
              Err = string err }
        finally
            Console.SetOut stdout
            Console.SetError stderr)

/// Runs a command line within this process.
let run (words: string list) : Run =
    capture (fun () -> Interneuron.Cli.Program.run words)

/// The program that the tests were built with.
let program = Path.Combine(AppContext.BaseDirectory, "Interneuron.Cli.dll")

/// Starts `dotnet` with these words; output and error are read by the caller or by `finish`.
let start (words: string list) : Process =
    // Where these tests run in the background, they ignore Ctrl-C, and so would what they start.
    let command, arguments =
        if OperatingSystem.IsLinux() then
            "env", "--default-signal=INT" :: "dotnet" :: words
        else
            "dotnet", words

    let info =
        ProcessStartInfo(command, arguments, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true)

    match Process.Start info with
    | null -> failtest "dotnet does not start"
    | started -> started

/// Starts a command of bash.
let startShell (command: string) : Process =
    let info =
        ProcessStartInfo(
            "bash",
            [ "-c"; command ],
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        )

    match Process.Start info with
    | null -> failtest "bash does not start"
    | started -> started

/// Starts `dotnet` with these words as a user who may not write everywhere: root gives up the privilege to pass over modes. Skipped where
/// that cannot be.
let startUnprivileged (words: string list) : Process =
    if not (OperatingSystem.IsWindows()) && Environment.UserName <> "root" then
        start words
    elif not (File.Exists "/usr/bin/setpriv") then
        skiptest "root may write anywhere"
    else
        let info =
            ProcessStartInfo(
                "setpriv",
                [ "--bounding-set=-dac_override,-dac_read_search"; "--inh-caps=-all"; "dotnet" ]
                @ words,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            )

        match Process.Start info with
        | null -> failtest "setpriv does not start"
        | started -> started

/// Waits for the end of a process.
let finish (running: Process) : Run =
    running.StandardInput.Close()
    let err = running.StandardError.ReadToEndAsync()
    let out = running.StandardOutput.ReadToEnd()
    running.WaitForExit()

    { Code = running.ExitCode
      Out = out
      Err = err.Result }

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

/// The lines of a text.
let lines (text: string) =
    text.Split('\n', StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

/// Runs a command line that must succeed with --json, and gives the object on its one line.
let json (words: string list) : JsonElement =
    let ended = run (words @ [ "--json" ])
    Expect.equal ended.Code 0 ended.Err
    Expect.hasLength (lines ended.Out) 1 "one line"
    JsonDocument.Parse(ended.Out).RootElement

let members (element: JsonElement) =
    [ for p in element.EnumerateObject() -> p.Name ]

let text (element: JsonElement) (name: string) =
    string (element.GetProperty(name).GetString())

let number (element: JsonElement) (name: string) = element.GetProperty(name).GetDouble()

/// 2,000 pairs with heavy tails.
let pairs =
    let random = Random 5
    Array.init 4000 (fun _ -> Math.Pow(2.0 * random.NextDouble() - 1.0, 3.0))

/// Writes them into a folder as an array, and gives its path.
let writePairs (folder: string) : string =
    let s = Path.Combine(folder, "s.npy")
    Interneuron.Stimuli.Npy.write s [ 2000; 2 ] pairs
    s

/// Writes a model of the library into a folder as text, and gives its path.
let writeModel (folder: string) (name: string) : string =
    let path = Path.Combine(folder, "m.txt")
    File.WriteAllText(path, Option.get (Interneuron.Derivation.Models.ModelLibrary.tryText name))
    path

/// Kills a process as soon as it has written something to a file.
let killWhenThereIs (path: string) (running: Process) =
    while not (File.Exists path && FileInfo(path).Length > 0L) do
        Expect.isFalse running.HasExited "at work"
        Threading.Thread.Sleep 20

    running.Kill()
    running.WaitForExit()
