module Interneuron.Facade.Tests.SurfaceTests

open System
open System.IO
open Expecto
open Interneuron
open Interneuron.Tests

let private facade = typeof<Circuit>.Assembly
let private experiments = typeof<Experiment>.Assembly

/// Types a C# host knows without knowing F#: the facade's own and those of .NET, but for tuples by reference, which are what F# makes of
/// (a, b).
let private isForeign (t: Type) =
    let home = t.Assembly

    let isOfDotnet =
        home = typeof<obj>.Assembly
        || (string (home.GetName().Name)).StartsWith "System."

    not (home = facade || home = experiments || isOfDotnet)
    || (string t.FullName).StartsWith "System.Tuple"

let private foreign (types: Type seq) =
    [ for t in types do
          for name, mentioned in Surface.mentions t do
              if isForeign mentioned then
                  $"{name}: {mentioned.FullName}" ]

let private golden =
    Path.Combine(Common.root, "tests", "Interneuron.Tests", "golden", "surface.txt")

/// The lines of a surface, each with the type that it is a member of.
let private members (surface: string) =
    surface.Split '\n'
    |> Array.mapFold
        (fun owner line ->
            if line.StartsWith ' ' then
                $"{owner}: {line.Trim()}", owner
            else
                line, line.Split(" : ")[0])
        ""
    |> fst
    |> set

[<Tests>]
let tests =
    testList
        "Surface"
        [ test "no signature mentions a type of F#, of the floors below or of another library" {
              Expect.isEmpty
                  (foreign (Seq.append (facade.GetExportedTypes()) (experiments.GetExportedTypes())))
                  "members and the foreign types in their signatures"
          }

          test "the search for foreign types finds them where they are" {
              let found =
                  foreign
                      [ typeof<Core.Circuits.Circuit>
                        typeof<Core.Transport.Parameter>
                        typeof<Core.Circuits.Rule> ]

              for expected in [ "Circuit.get_Target"; "Parameter.get_Initial"; "Rule.get_GainTarget" ] do
                  Expect.exists found (fun line -> line.StartsWith expected) expected
          }

          test "the surface is the one that was agreed on" {
              let actual = Surface.text facade + "\n" + Surface.text experiments
              let kept = Path.Combine(AppContext.BaseDirectory, "surface.txt")
              File.WriteAllText(kept, actual)
              let expected = if File.Exists golden then File.ReadAllText golden else ""

              let listed sign these others =
                  Set.difference (members these) (members others)
                  |> Seq.map (fun line -> sign + line)
                  |> List.ofSeq

              let differences =
                  String.concat "\n" (listed "+ " actual expected @ listed "- " expected actual)

              if actual <> expected then
                  failtest
                      $"the public surface has changed:\n{differences}\n\
                      If that is what you want, it is a change for everybody who uses the library: say so in the release notes, and\n\
                      cp {kept} {golden}"
          } ]
