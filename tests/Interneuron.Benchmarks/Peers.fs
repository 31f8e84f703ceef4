namespace Interneuron.Benchmarks

open System
open System.Diagnostics
open System.Globalization
open System.IO
open System.Text.RegularExpressions

/// The same online learning written by hand for speed, when its sources are at hand and can be built: a program that takes N, K, the number
/// of steps of ten samples and a file of N rows of float64, and prints samples per second.
type Peer =
    {
        Name: string
        /// Samples learned in a second.
        Learn: int -> int -> int -> string -> float
    }

module Peers =
    let private run (program: string) (arguments: string list) : Result<string, string> =
        try
            let info =
                ProcessStartInfo(program, arguments, RedirectStandardOutput = true, RedirectStandardError = true)

            match Process.Start info with
            | null -> Error $"{program} cannot be started"
            | started ->
                use started = started
                let errors = started.StandardError.ReadToEndAsync()
                let output = started.StandardOutput.ReadToEnd()
                started.WaitForExit()

                if started.ExitCode = 0 then
                    Ok output
                else
                    Error(errors.Result.Trim().Split('\n') |> Array.last)
        with :? ComponentModel.Win32Exception ->
            Error $"{program} is not installed"

    let private rate (pattern: string) (output: Result<string, string>) =
        match output with
        | Error reason -> invalidOp reason
        | Ok text -> Double.Parse((Regex.Match(text, pattern)).Groups[1].Value, CultureInfo.InvariantCulture)

    /// The stimuli in the peers' layout.
    let save (file: string) (n: int) (stimuli: float array) =
        use writer = new BinaryWriter(File.Create file)
        let count = stimuli.Length / n

        for a in 0 .. n - 1 do
            for row in 0 .. count - 1 do
                writer.Write stimuli[row * n + a]

    /// A program in C++, built.
    let private cpp (source: string) : Result<Peer, string> =
        let built =
            Path.Combine(Path.GetTempPath(), $"interneuron-{Path.GetFileNameWithoutExtension source}-{Environment.ProcessId}")

        if not (File.Exists source) then
            Error $"no {source}"
        else
            run
                "g++"
                [ "-O3"
                  "-march=native"
                  "-ffast-math"
                  "-I/usr/include/eigen3"
                  source
                  "-o"
                  built
                  "-lmvec"
                  "-lm" ]
            |> Result.map (fun _ ->
                { Name = "C++"
                  Learn =
                    fun n k steps file ->
                        run built [ string n; string k; string steps; file ]
                        |> rate @"samples/s=([0-9.e+]+)" })

    let private orSay (peer: Result<Peer, string>) : Peer list =
        match peer with
        | Ok peer -> [ peer ]
        | Error reason ->
            printfn "without the C++ peer: %s" reason
            []

    /// The peer of a model that this program brings along, if it can be built here.
    let ofModel (name: string) : Peer list =
        orSay (cpp (Path.Combine(AppContext.BaseDirectory, "peers", $"{name}.cpp")))

    /// The peers of a folder that can be built or run here, saying why one is left out.
    let find (folder: string) : Peer list =
        let script = Path.Combine(folder, "circuit_numba.py")

        let python =
            [ "python3"; "/usr/bin/python3" ]
            |> List.tryFind (fun python -> run python [ "-c"; "import numba" ] |> Result.isOk)

        [ yield! orSay (cpp (Path.Combine(folder, "circuit.cpp")))
          match python with
          | Some python when File.Exists script ->
              { Name = "numba"
                Learn =
                  fun n k steps file ->
                      run python [ script; string n; string k; string steps; file; "1"; "hinged" ]
                      |> rate @"""samples_per_s"": ([0-9.e+]+)" }
          | Some _ -> printfn "without the numba peer: no %s" script
          | None -> printfn "without the numba peer: python3 with numba is not installed" ]
