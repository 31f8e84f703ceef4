// The build: `dotnet fsi build.fsx TARGET`. A target first runs what it needs; without a target, or with an unknown one, it prints this list.

open System
open System.Diagnostics
open System.IO
open System.Text.RegularExpressions

let root = __SOURCE_DIRECTORY__
let (/) (folder: string) (name: string) = Path.Combine(folder, name)

/// Where the NuGet client keeps packages: NUGET_PACKAGES when it is set, else ~/.nuget/packages.
let packageFolder =
    match Environment.GetEnvironmentVariable "NUGET_PACKAGES" with
    | null
    | "" ->
        Environment.GetFolderPath Environment.SpecialFolder.UserProfile
        / ".nuget"
        / "packages"
    | folder -> folder

exception Failed of string

let start (program: string) (arguments: string list) capture =
    let info =
        ProcessStartInfo(program, arguments, WorkingDirectory = root, RedirectStandardOutput = capture)

    match Process.Start info with
    | null -> raise (Failed $"cannot start {program}")
    | started -> started

/// Runs a program in the root folder; a non-zero exit code ends the build.
let run program arguments =
    use running = start program arguments false
    running.WaitForExit()

    if running.ExitCode <> 0 then
        let line = String.concat " " arguments
        raise (Failed $"{program} {line}: exit code {running.ExitCode}")

let dotnet arguments = run "dotnet" arguments

/// Runs a program, passing its output on line by line, and returns the lines with the exit code.
let listen program arguments =
    use running = start program arguments true
    let lines = ResizeArray<string>()
    let mutable line = running.StandardOutput.ReadLine()

    while not (isNull line) do
        printfn "%s" line
        lines.Add line
        line <- running.StandardOutput.ReadLine()

    running.WaitForExit()
    List.ofSeq lines, running.ExitCode

/// The packages that paket.lock names and the package folder lacks.
let missingPackages () =
    [ for line in File.ReadLines(root / "paket.lock") do
          let entry = Regex.Match(line, @"^    (\S+) \(([^)]+)\)$")

          if entry.Success then
              let id, version = entry.Groups[1].Value, entry.Groups[2].Value

              if not (Directory.Exists(packageFolder / id.ToLowerInvariant() / version)) then
                  $"{id}@{version}" ]
    |> List.distinct

let restore () =
    match missingPackages () with
    | [] -> ()
    | missing -> dotnet ([ "package"; "download" ] @ missing @ [ "-o"; packageFolder; "-v"; "q" ])

    dotnet [ "tool"; "restore"; "-v"; "q" ]
    dotnet [ "paket"; "restore"; "-s" ]

let build () =
    restore ()

    dotnet
        [ "build"
          "Toolkit.sln"
          "-c"
          "Release"
          "-v"
          "q"
          "-nologo"
          "-clp:NoSummary" ]

/// The folder with the Release output of a project.
let output kind project =
    Directory.GetDirectories(root / kind / project / "bin" / "Release" / "net10.0")
    |> Array.filter (fun folder -> File.Exists(folder / (project + ".dll")))
    |> function
        | [| folder |] -> folder
        | _ -> root / kind / project / "bin" / "Release" / "net10.0"

let commandLine arguments =
    dotnet ((output "src" "Interneuron.Cli" / "interneuron.dll") :: arguments)

let demo () =
    build ()
    commandLine [ "gaussianize"; "--scene"; "1"; "--out"; "artifacts/demo" ]

/// Every test project is a program that ends with `N passed, N failed, N skipped`; so does the target, with the sums.
let test () =
    build ()

    let projects =
        Directory.GetDirectories(root / "tests", "*.Tests")
        |> Array.map Path.GetFileName
        |> Array.sort

    let outcomes =
        [ for project in projects do
              let lines, exitCode =
                  listen "dotnet" [ output "tests" project / (project + ".dll") ]

              let counts =
                  lines
                  |> List.tryPick (fun line ->
                      let m = Regex.Match(line, @"(\d+) passed, (\d+) failed, (\d+) skipped\s*$")

                      if m.Success then
                          Some [ for i in 1..3 -> int m.Groups[i].Value ]
                      else
                          None)

              match counts with
              | Some counts -> counts, exitCode = 0
              | None -> raise (Failed $"{project} ended without its counts (exit code {exitCode})") ]

    let sum i =
        outcomes |> List.sumBy (fun (counts, _) -> List.item i counts)

    printfn "%d passed, %d failed, %d skipped" (sum 0) (sum 1) (sum 2)

    if sum 1 > 0 || outcomes |> List.exists (snd >> not) then
        raise (Failed "tests failed")

let bench arguments =
    build ()

    dotnet (
        (output "tests" "Interneuron.Benchmarks" / "Interneuron.Benchmarks.dll")
        :: arguments
    )

let format arguments =
    dotnet [ "tool"; "restore"; "-v"; "q" ]
    dotnet ([ "fantomas"; "src"; "tests"; "scripts"; "build.fsx" ] @ arguments)

    let csharp =
        Directory.GetFiles(root / "src", "*.csproj", SearchOption.AllDirectories)

    for project in csharp do
        let check =
            if List.contains "--check" arguments then
                [ "--verify-no-changes" ]
            else
                []

        dotnet ([ "format"; "whitespace"; "--folder"; Path.GetDirectoryName project ] @ check)

let pack () =
    build ()

    dotnet
        [ "pack"
          "Toolkit.sln"
          "-c"
          "Release"
          "--no-build"
          "-o"
          "artifacts/packages"
          "-v"
          "q"
          "-nologo" ]

let clean () =
    for kind in [ "src"; "tests" ] do
        for project in Directory.GetDirectories(root / kind) do
            for folder in [ project / "bin"; project / "obj" ] do
                if Directory.Exists folder then
                    Directory.Delete(folder, true)

    if Directory.Exists(root / "artifacts") then
        Directory.Delete(root / "artifacts", true)

let targets =
    [ "restore", "fill the package folder from paket.lock, restore tools and projects", (fun _ -> restore ())
      "build", "restore, then build every project in Release", (fun _ -> build ())
      "demo", "build, then learn a circuit on a synthetic scene and draw the figure in artifacts/demo", (fun _ -> demo ())
      "test", "build, then run every test project", (fun _ -> test ())
      "bench", "build, then run the benchmarks (arguments go to the benchmark program; --help lists them)", bench
      "format", "format every source file (with --check: only say what is not formatted)", format
      "pack", "build, then pack the libraries and the command line into artifacts/packages", (fun _ -> pack ())
      "clean", "delete everything that was built", (fun _ -> clean ()) ]

let help () =
    printfn "dotnet fsi build.fsx TARGET\n"

    for name, summary, _ in targets do
        printfn "  %-8s %s" name summary

let exitCode =
    match List.ofArray fsi.CommandLineArgs[1..] with
    | [] ->
        help ()
        0
    | name :: arguments ->
        match targets |> List.tryFind (fun (target, _, _) -> target = name) with
        | None ->
            eprintfn "build.fsx: there is no target '%s'\n" name
            help ()
            1
        | Some(_, _, action) ->
            try
                action arguments
                0
            with Failed reason ->
                eprintfn "build.fsx: %s" reason
                1

exit exitCode
