// The build: `dotnet fsi build.fsx TARGET`. A target first runs what it needs; without a target, or with an unknown one, it prints this
// list. It is one long file because it has to run before anything is built, and nothing else stands at the top of the repository.

open System
open System.Diagnostics
open System.IO
open System.IO.Compression
open System.Reflection.PortableExecutable
open System.Text.RegularExpressions
open System.Xml.Linq

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
    dotnet ((output "src" "Interneuron.Cli" / "Interneuron.Cli.dll") :: arguments)

let demo () =
    build ()
    commandLine [ "gaussianise"; "--scene"; "1"; "--out"; "artifacts/demo" ]

let studio arguments =
    build ()
    commandLine ("studio" :: arguments)

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

/// The longest line of F#; the formatter breaks code there, but neither strings nor comments.
let longest = 140

let longLines () =
    [ for folder in [ "src"; "tests"; "scripts" ] do
          yield! Directory.GetFiles(root / folder, "*.fs*", SearchOption.AllDirectories)
      root / "build.fsx" ]
    |> List.filter (fun path ->
        Regex.IsMatch(path, @"\.(fs|fsi|fsx)$")
        && not (Regex.IsMatch(path, @"[\\/](bin|obj)[\\/]")))
    |> List.collect (fun path ->
        [ for number, line in Seq.indexed (File.ReadLines path) do
              if line.Length > longest then
                  $"{Path.GetRelativePath(root, path)}, line {number + 1}: {line.Length} letters" ])

let format arguments =
    dotnet [ "tool"; "restore"; "-v"; "q" ]
    dotnet ([ "fantomas"; "src"; "tests"; "scripts"; "build.fsx" ] @ arguments)

    match longLines () with
    | [] -> ()
    | long ->
        for place in long do
            printfn "%s" place

        raise (Failed $"{long.Length} lines are longer than {longest} letters")

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

        if own |> List.exists (fun assembly -> assembly.Name = "Interneuron.Cli.dll") then
            for platform in [ "linux-x64"; "linux-arm64"; "osx"; "win-x64"; "win-arm64" ] do
                if
                    not (
                        entries
                        |> List.exists (fun entry -> entry.Contains $"runtimes/{platform}/native/")
                    )
                then
                    raise (Failed $"{name} lacks SkiaSharp's natives for {platform}")

/// The code under a heading in the README of the packages.
let packageExample heading =
    let text = File.ReadAllText(root / "src" / "PACKAGE.md")
    Regex.Match(text, $"## {heading}\r?\n.*?```[a-z]+\r?\n(.*?)```", RegexOptions.Singleline).Groups[1].Value

/// Packs, then installs the packed files as a stranger would: an empty package folder, projects that have never seen this repository, the
/// machine's own feeds with artifacts/packages beside them. The README's programs, in C#, in one file of C# and in F#, have to say the
/// same; the program that runs an experiment and the tool have to draw.
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

        let csharp = project "host" "C#" "C#" "Interneuron"
        let fsharp = project "study" "F#" "F#" "Interneuron.Experiments"

        File.WriteAllText(folder / "circuit.cs", "#:package Interneuron@*\n" + packageExample "C#")
        let oneFile = inside "dotnet" [ "run"; "circuit.cs" ] |> List.last

        if csharp <> fsharp || csharp <> oneFile || not (csharp.StartsWith "KS distance") then
            raise (Failed $"the packages' programs say different things: '{csharp}', '{fsharp}', '{oneFile}'")

        let saved =
            project "experiment" "C#" "Experiments in C#" "Interneuron.Experiments.CSharp"

        if not (saved.EndsWith "result.json" && File.Exists(folder / saved)) then
            raise (Failed $"the experiment's program ended with '{saved}', not with a file that is there")

        inside "dotnet" [ "tool"; "install"; "Interneuron.Cli"; "--tool-path"; "tools" ]
        |> ignore

        inside (folder / "tools" / "interneuron") [ "gaussianise"; "--scene"; "1"; "--steps"; "1000"; "--out"; "figures" ]
        |> ignore

        if not (File.Exists(folder / "figures" / "gaussianise.png")) then
            raise (Failed "the installed tool drew no figure")

        use page =
            start folder environment (folder / "tools" / "interneuron") [ "studio"; "--port"; "0" ] true

        try
            let said = page.StandardOutput.ReadLine()
            printfn $"packages: {said}"
            let url = Regex.Match(string said, @"http://\S+").Value
            use client = new Net.Http.HttpClient()

            for file in
                [ ""
                  "studio.css"
                  "_framework/blazor.web.js"
                  "_content/Plotly.Blazor/plotly-basic-3.7.0.min.js" ] do
                client.GetByteArrayAsync(url + file).Result |> ignore
        finally
            page.Kill()
    finally
        Directory.Delete(folder, true)

/// Copies a folder's files into another.
let copyInto (place: string) (from: string) =
    for file in Directory.GetFiles(from, "*", SearchOption.AllDirectories) do
        let copy = place / Path.GetRelativePath(from, file)
        Directory.CreateDirectory(string (Path.GetDirectoryName copy)) |> ignore
        File.Copy(file, copy)

/// A script's page: what its head says, its text, and, unless it is only to be checked, what it prints and draws with its quick setting.
let scriptPage (figures: string) isCheck (path: string) =
    let name = Path.GetFileName path
    let language = if name.EndsWith ".cs" then "csharp" else "fsharp"
    let isComment (line: string) = line.StartsWith "//"
    let lines = List.ofArray (File.ReadAllLines path)

    // Indented lines of the head are command lines.
    let head =
        [ for line in List.takeWhile isComment lines do
              let text = if line.Length > 3 then line.Substring 3 else ""
              if text.StartsWith "  " then "  " + text else text ]

    let said =
        if
            isCheck
            || not (List.exists (fun (line: string) -> line.Contains "Load.isQuick") lines)
        then
            []
        else
            let said, exitCode = listenIn root [] ignore "dotnet" [ "fsi"; path; "quick" ]
            require name [ "quick" ] exitCode
            said

    [ yield $"# {name}\n"
      yield! head
      yield $"\n```{language}"
      yield! lines |> List.skipWhile isComment |> List.skipWhile String.IsNullOrWhiteSpace
      yield "```\n"

      if not said.IsEmpty then
          yield "## With its quick setting\n\n```text"
          yield! said
          yield "```\n"

      for line in said do
          let picture = root / line

          if line.EndsWith ".png" && File.Exists picture then
              let copy =
                  Path.GetRelativePath(root / "artifacts" / "quick", picture).Replace('\\', '/').Replace('/', '-')

              File.Copy(picture, figures / copy)
              yield $"![{copy}](figures/{copy})\n"
              yield File.ReadAllText(Path.ChangeExtension(picture, ".caption.md")) ]
    |> String.concat "\n"

/// The links of the pages in a folder to pages, pictures and places in pages that are not there.
let brokenLinks (folder: string) =
    let pages =
        [ for path in Directory.GetFiles(folder, "*.html", SearchOption.AllDirectories) -> Path.GetFullPath path, File.ReadAllText path ]

    let places =
        dict
            [ for path, text in pages do
                  path, set [ for m in Regex.Matches(text, "\\b(?:id|name)=\"([^\"]+)\"") -> m.Groups[1].Value ] ]

    [ for path, text in pages do
          for m in Regex.Matches(text, "\\b(?:href|src)=\"([^\"]*)\"") do
              let link = Net.WebUtility.HtmlDecode m.Groups[1].Value

              if not (Regex.IsMatch(link, "^[a-z]+:")) then
                  let parts = link.Split('#', 2)
                  let file = Uri.UnescapeDataString(parts[0].Split('?')[0])

                  let target =
                      if file = "" then
                          path
                      else
                          Path.GetFullPath(string (Path.GetDirectoryName path) / file)

                  let isThere =
                      match places.TryGetValue target with
                      | true, ids ->
                          parts.Length < 2
                          || parts[1] = ""
                          || ids.Contains(Uri.UnescapeDataString parts[1])
                      | false, _ -> File.Exists target

                  if not isThere then
                      $"{Path.GetRelativePath(folder, path)}: {link}" ]
    |> List.distinct

/// The guide, the scripts with their figures, and the reference of every public member, as pages in artifacts/docs.
let docs arguments =
    build ()
    let source, site = root / "artifacts" / "docs-source", root / "artifacts" / "docs"

    for folder in [ source; site ] do
        if Directory.Exists folder then
            Directory.Delete(folder, true)

    let guide = root / "src" / "Guide"
    copyInto (source / "guide") guide
    Directory.Delete(source / "guide" / "site", true)
    copyInto source (guide / "site")
    File.WriteAllText(source / "index.md", File.ReadAllText(root / "README.md").Replace("src/Guide/", "guide/"))

    let scripts, figures = source / "scripts", source / "scripts" / "figures"
    Directory.CreateDirectory figures |> ignore
    let paths = Directory.GetFiles(root / "scripts") |> Array.sort

    let pages =
        paths
        |> Array.Parallel.map (fun path -> Path.GetFileName path, scriptPage figures (List.contains "--check" arguments) path)

    for name, text in pages do
        File.WriteAllText(scripts / (name + ".md"), text)

    let entries form =
        pages |> Array.map (fst >> form) |> String.concat ""

    File.WriteAllText(scripts / "index.md", "# Scripts\n\n" + entries (fun name -> $"- [{name}]({name}.md)\n"))
    File.WriteAllText(scripts / "toc.yml", entries (fun name -> $"- name: {name}\n  href: {name}.md\n"))

    dotnet
        [ "docfx"
          source / "docfx.json"
          "--warningsAsErrors"
          "--logLevel"
          "warning" ]

    match brokenLinks site with
    | [] -> printfn "docs: read them with: dotnet docfx serve artifacts/docs"
    | broken ->
        for link in broken do
            printfn "%s" link

        raise (Failed $"{broken.Length} links lead nowhere")

/// Coverlet's tasks for MSBuild; its own program is not in every feed.
let coverlet = "coverlet.msbuild", "10.0.1"

let coverage = root / "artifacts" / "coverage"

/// Instruments the library in a copy of a test project's output, runs its tests, and writes the report. Tests find the repository from the
/// copy's place.
let coverageProject (tasks: string) =
    $"""<Project>
  <UsingTask TaskName="Coverlet.MSbuild.Tasks.InstrumentationTask" AssemblyFile="{tasks}" />
  <UsingTask TaskName="Coverlet.MSbuild.Tasks.CoverageResultTask" AssemblyFile="{tasks}" />
  <Target Name="Cover">
    <Coverlet.MSbuild.Tasks.InstrumentationTask Path="$(Program)" Include="[$(Library)]*" SingleHit="true">
      <Output TaskParameter="InstrumenterState" PropertyName="State" />
    </Coverlet.MSbuild.Tasks.InstrumentationTask>
    <Exec Command="dotnet &quot;$(Program)&quot;" />
    <Coverlet.MSbuild.Tasks.CoverageResultTask Output="$(Report)" OutputFormat="cobertura" InstrumenterState="$(State)"
      Threshold="0" ThresholdType="line" ThresholdStat="minimum" />
  </Target>
</Project>"""

/// The lines of each file of a library, and those that its tests ran.
let linesOf (report: string) =
    [ for file, classes in
          (XDocument.Load report).Descendants(XName.Get "class")
          |> Seq.groupBy (fun element -> element.Attribute(XName.Get "filename").Value) do
          let lines =
              [ for element in classes do
                    for line in element.Elements(XName.Get "lines").Elements(XName.Get "line") do
                        line.Attribute(XName.Get "number").Value, line.Attribute(XName.Get "hits").Value <> "0" ]
              |> List.groupBy fst
              |> List.map (fun (_, hits) -> List.exists snd hits)

          if not lines.IsEmpty then
              file, lines.Length, lines |> List.filter id |> List.length ]

/// The share of the lines of each library that its own tests run; without names, of the libraries below the experiments, whose tests start
/// no other programs.
let cover names =
    build ()
    let id, version = coverlet

    if not (Directory.Exists(packageFolder / id / version)) then
        dotnet [ "package"; "download"; $"{id}@{version}"; "-o"; packageFolder; "-v"; "q" ]

    if Directory.Exists coverage then
        Directory.Delete(coverage, true)

    Directory.CreateDirectory coverage |> ignore

    let tasks =
        packageFolder
        / id
        / version
        / "tasks"
        / "net10.0"
        / "coverlet.msbuild.tasks.dll"

    let project = coverage / "coverage.proj"
    File.WriteAllText(project, coverageProject tasks)

    let libraries =
        [ for folder in Directory.GetDirectories(root / "tests", "*.Tests") |> Array.sort do
              let library = Path.GetFileName(folder).Replace(".Tests", "")

              if Directory.Exists(root / "src" / library) then
                  library ]

    for name in names do
        if not (List.contains name libraries) then
            let known = String.concat ", " libraries
            raise (Failed $"there is no library '{name}' with tests of its own; there are {known}")

    let libraries =
        match names with
        | [] ->
            libraries
            |> List.except [ "Interneuron"; "Interneuron.Cli"; "Interneuron.Experiments" ]
        | _ -> names

    for library in libraries do
        let copy = coverage / "programs" / library
        copyInto copy (output "tests" (library + ".Tests"))

        let program, report =
            copy / (library + ".Tests.dll"), coverage / (library + ".cobertura.xml")

        dotnet
            [ "msbuild"
              project
              "-nologo"
              "-v:m"
              "-t:Cover"
              $"-p:Library={library}"
              $"-p:Program={program}"
              $"-p:Report={report}" ]

    dotnet
        [ "reportgenerator"
          $"-reports:{coverage}/*.cobertura.xml"
          $"-targetdir:{coverage}/html"
          "-reporttypes:Html"
          "-verbosity:Error" ]

    Directory.Delete(coverage / "programs", true)

    let share ran lines =
        Operators.(/) (100.0 * float ran) (float lines)

    printfn "\n%-24s %7s %9s" "library" "lines" "covered"

    for library in libraries do
        let files = linesOf (coverage / (library + ".cobertura.xml"))

        let lines, ran =
            List.sumBy (fun (_, l, _) -> l) files, List.sumBy (fun (_, _, r) -> r) files

        printfn "%-24s %7d %7.1f %%" library lines (share ran lines)

        for file, lines, ran in files do
            if share ran lines < 90.0 then
                printfn "  %-54s %7.1f %%" (Path.GetFileName file) (share ran lines)

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
      "studio", "build, then open the studio, a page on this machine (arguments go to it; --port PORT)", studio
      "test", "build, then run every test project", (fun _ -> test ())
      "bench", "build, then run the benchmarks (arguments go to the benchmark program; --help lists them)", bench
      "format", "format every source file (with --check: only say what is not formatted)", format
      "pack", "build, then pack the libraries and the command line into artifacts/packages", (fun _ -> pack ())
      "packages", "pack, then install and run the packed files in fresh projects with an empty package folder", (fun _ -> packages ())
      "docs",
      "build, then make the guide, the scripts' pages and the reference in artifacts/docs (with --check: without running scripts)",
      docs
      "coverage",
      "build, then run tests and say which lines they run (arguments are libraries; without, those below the experiments)",
      cover
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
