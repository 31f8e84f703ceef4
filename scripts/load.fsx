// What every script begins with: the toolkit, as `dotnet fsi build.fsx build` leaves it, and how its values look when they are printed.

#r "../src/Interneuron.Cli/bin/Release/net10.0/MathNet.Numerics.dll"
#r "../src/Interneuron.Cli/bin/Release/net10.0/Interneuron.Core.dll"
#r "../src/Interneuron.Cli/bin/Release/net10.0/Interneuron.Statistics.dll"
#r "../src/Interneuron.Cli/bin/Release/net10.0/Interneuron.Stimuli.dll"
#r "../src/Interneuron.Cli/bin/Release/net10.0/Interneuron.Experiments.dll"

open System
open System.IO
open System.Runtime.InteropServices
open System.Runtime.Loader
open System.Threading
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Experiments

// F# Interactive looks for native libraries beside packages only; SkiaSharp's lies with the program's.
AssemblyLoadContext.Default.add_ResolvingUnmanagedDll (fun _ name ->
    let program = Path.GetDirectoryName typeof<Circuit>.Assembly.Location

    let system =
        if OperatingSystem.IsWindows() then "win"
        elif OperatingSystem.IsMacOS() then "osx"
        else "linux"

    let architecture =
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()

    let platforms =
        [ RuntimeInformation.RuntimeIdentifier; $"{system}-{architecture}"; system ]

    program
    :: [ for platform in platforms -> Path.Combine(program, "runtimes", platform, "native") ]
    |> List.collect (fun folder -> [ for file in [ name + ".dll"; name + ".so"; name + ".dylib" ] -> Path.Combine(folder, file) ])
    |> List.tryFind File.Exists
    |> Option.map NativeLibrary.Load
    |> Option.defaultValue 0n)

fsi.AddPrinter(fun (e: Expr) -> Print.text e)

fsi.AddPrinter(fun (circuit: Circuit) ->
    let target = Target.name circuit.Target

    let about =
        $"{circuit.Primaries} primary neurons, {circuit.Interneurons} interneurons ({circuit.Potential.Name}), leak {circuit.Leak}, target \
        {target}"

    if circuit.Interneurons > 4 then
        about
    else
        let g, theta, columns = circuit.Gains, circuit.Theta, circuit.W
        about + $"\ng = %A{g}\ntheta = %A{theta}\nw_i = %A{columns}")

/// Whether the script was started with the word `quick`: fewer steps, as in the tests.
let isQuick = Array.contains "quick" fsi.CommandLineArgs

/// Where a script's files go: artifacts/NAME, or artifacts/quick/NAME.
let folder (name: string) =
    Path.Combine(
        [| __SOURCE_DIRECTORY__
           ".."
           "artifacts"
           (if isQuick then "quick" else "")
           name |]
    )
    |> Path.GetFullPath

/// The standard settings of an experiment, or its quick ones.
let settings (experiment: Experiment<'Settings, 'Result>) : 'Settings =
    if isQuick then experiment.Quick else experiment.Standard

/// Prints names and values, the values below one another, and the files that were written.
let show (table: (string * string) list) (paths: string list) =
    let width = table |> List.map (fun (name, _) -> name.Length) |> List.max

    for name, value in table do
        printfn "%s  %s" (name.PadRight width) value

    for path in paths do
        printfn "%s" (Path.GetRelativePath(Directory.GetCurrentDirectory(), path))

/// Runs an experiment, saves what it found in this folder, prints it, and gives it back.
let runInto (folder: string) (experiment: Experiment<'Settings, 'Result>) (settings: 'Settings) : 'Result =
    let result = experiment.Run settings ignore CancellationToken.None
    show (experiment.ToTable result) (experiment.Save false folder result)
    result

/// Runs an experiment with its standard settings, or its quick ones, and saves and prints what it found.
let run (experiment: Experiment<'Settings, 'Result>) : unit =
    runInto (folder experiment.Name) experiment (settings experiment) |> ignore
