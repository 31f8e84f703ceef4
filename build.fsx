// The build: `dotnet fsi build.fsx TARGET`. A target first runs what it needs; without a target, or with an unknown one, it prints this list.

open System
open System.Diagnostics
open System.IO
open System.IO.Compression
open System.Reflection.PortableExecutable
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

/// Starts a program in a folder, with settings of the environment besides those that are there.
let start folder environment (program: string) (arguments: string list) capture =
    let info =
        ProcessStartInfo(program, arguments, WorkingDirectory = folder, RedirectStandardOutput = capture)

    for name, value in environment do
        info.Environment[name] <- value

    match Process.Start info with
    | null -> raise (Failed $"cannot start {program}")
    | started -> started

let require program arguments exitCode =
    if exitCode <> 0 then
        let line = String.concat " " arguments
        raise (Failed $"{program} {line}: exit code {exitCode}")

/// Runs a program in the root folder; a non-zero exit code ends the build.
let run program arguments =
    use running = start root [] program arguments false
    running.WaitForExit()
    require program arguments running.ExitCode

let dotnet arguments = run "dotnet" arguments

/// Runs a program, passing its output on line by line to `heard`, and returns the lines with the exit code.
let listenIn folder environment heard program arguments =
    use running = start folder environment program arguments true
    let lines = ResizeArray<string>()
    let mutable line = running.StandardOutput.ReadLine()

    while not (isNull line) do
        heard line
        lines.Add line
        line <- running.StandardOutput.ReadLine()

    running.WaitForExit()
    List.ofSeq lines, running.ExitCode

let listen program arguments =
    listenIn root [] (printfn "%s") program arguments

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
    commandLine [ "gaussianise"; "--scene"; "1"; "--out"; "artifacts/demo" ]

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

let packed = root / "artifacts" / "packages"

let pack () =
    build ()

    if Directory.Exists packed then
        Directory.Delete(packed, true)

    dotnet
        [ "pack"
          "Toolkit.sln"
          "-c"
          "Release"
          "--no-build"
          "-o"
          packed
          "-v"
          "q"
          "-nologo" ]

/// What every packed file holds: the README, and assemblies for any processor with their symbols and documentation.
let inspectPackages () =
    for path in Directory.GetFiles(packed, "*.nupkg") do
        use package = ZipFile.OpenRead path
        let name = Path.GetFileName path
        let entries = [ for entry in package.Entries -> entry.FullName ]

        let own =
            package.Entries
            |> Seq.filter (fun entry -> Regex.IsMatch(entry.Name, @"^[Ii]nterneuron.*\.dll$"))
            |> List.ofSeq

        if own.IsEmpty || not (List.contains "PACKAGE.md" entries) then
            raise (Failed $"{name} lacks an assembly or its README")

        for assembly in own do
            use bytes = new MemoryStream()
            use stream = assembly.Open()
            stream.CopyTo bytes
            bytes.Position <- 0L
            use headers = new PEReader(bytes)

            if headers.PEHeaders.CoffHeader.Machine <> Machine.I386 then
                raise (Failed $"{name}: {assembly.Name} is for {headers.PEHeaders.CoffHeader.Machine} only")

            if
                headers.ReadDebugDirectory()
                |> Seq.forall (fun entry -> entry.Type <> DebugDirectoryEntryType.EmbeddedPortablePdb)
            then
                raise (Failed $"{name}: {assembly.Name} lacks its symbols")

            if not (List.contains (Path.ChangeExtension(assembly.FullName, ".xml")) entries) then
                raise (Failed $"{name}: {assembly.Name} lacks its documentation")

        if own |> List.exists (fun assembly -> assembly.Name = "interneuron.dll") then
            for platform in [ "linux-x64"; "linux-arm64"; "osx"; "win-x64"; "win-arm64" ] do
                if
                    not (
                        entries
                        |> List.exists (fun entry -> entry.Contains $"runtimes/{platform}/native/")
                    )
                then
                    raise (Failed $"{name} lacks SkiaSharp's natives for {platform}")

/// The code of a language in the README of the packages.
let packageExample language =
    let text = File.ReadAllText(root / "src" / "PACKAGE.md")
    Regex.Match(text, $"```{language}\r?\n(.*?)```", RegexOptions.Singleline).Groups[1].Value

/// Packs, then installs the packed files as a stranger would: an empty package folder, projects that have never seen this repository, the machine's own
/// feeds with artifacts/packages beside them. The README's programs, in C#, in one file of C# and in F#, have to say the same; the tool has to draw.
let packages () =
    pack ()
    inspectPackages ()
    let folder = Directory.CreateTempSubdirectory("interneuron-packages-").FullName

    try
        let environment =
            [ "NUGET_PACKAGES", folder / "packages"
              "DOTNET_CLI_HOME", folder / "home"
              "DOTNET_NOLOGO", "1"
              "DOTNET_CLI_TELEMETRY_OPTOUT", "1" ]

        let source =
            $"""<configuration><packageSources><add key="packed" value="{packed}" /></packageSources></configuration>"""

        File.WriteAllText(folder / "nuget.config", source)

        let inside program arguments =
            let line = String.concat " " arguments
            printfn $"packages: {program} {line}"
            let lines, exitCode = listenIn folder environment ignore program arguments

            if exitCode <> 0 then
                for line in lines do
                    printfn "%s" line

            require program arguments exitCode
            lines

        let project name language example package =
            inside "dotnet" [ "new"; "console"; "-lang"; language; "-o"; name ] |> ignore

            let program = Directory.GetFiles(folder / name, "Program.*") |> Array.exactlyOne

            File.WriteAllText(program, packageExample example)
            inside "dotnet" [ "add"; name; "package"; package ] |> ignore
            inside "dotnet" [ "run"; "-c"; "Release"; "--project"; name ] |> List.last

        let csharp = project "host" "C#" "csharp" "Interneuron"
        let fsharp = project "study" "F#" "fsharp" "Interneuron.Experiments"

        File.WriteAllText(folder / "circuit.cs", "#:package Interneuron@*\n" + packageExample "csharp")
        let oneFile = inside "dotnet" [ "run"; "circuit.cs" ] |> List.last

        if csharp <> fsharp || csharp <> oneFile || not (csharp.StartsWith "KS distance") then
            raise (Failed $"the packages' programs say different things: '{csharp}', '{fsharp}', '{oneFile}'")

        inside "dotnet" [ "tool"; "install"; "Interneuron.Cli"; "--tool-path"; "tools" ]
        |> ignore

        inside (folder / "tools" / "interneuron") [ "gaussianise"; "--scene"; "1"; "--steps"; "1000"; "--out"; "figures" ]
        |> ignore

        if not (File.Exists(folder / "figures" / "gaussianise.png")) then
            raise (Failed "the installed tool drew no figure")
    finally
        Directory.Delete(folder, true)

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
      "packages", "pack, then install and run the packed files in fresh projects with an empty package folder", (fun _ -> packages ())
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
