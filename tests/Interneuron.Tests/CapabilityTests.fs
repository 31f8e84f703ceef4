/// The guide's tables of what F# can do and how from C#, against both.
module Interneuron.Facade.Tests.CapabilityTests

open System
open System.IO
open System.Reflection
open System.Text.RegularExpressions
open Expecto
open Interneuron
open Interneuron.Tests

/// The libraries below the facade that F# programs use.
let private libraries =
    [ typeof<Statistics.Refusal>.Assembly
      typeof<Core.Circuits.Circuit>.Assembly
      typeof<Derivation.Models.Model>.Assembly
      typeof<Stimuli.Image>.Assembly ]

let private isModule (t: Type) =
    t.GetCustomAttributes<CompilationMappingAttribute>()
    |> Seq.exists (fun mapping -> mapping.SourceConstructFlags = SourceConstructFlags.Module)

/// The name of a module as F# writes it, without its namespace: one that shares it with a type has a suffix in .NET.
let private nameOf (t: Type) =
    let short = t.Name.Replace("Module", "")
    let types = t.Assembly.GetExportedTypes()

    if
        t.Name.EndsWith "Module"
        && types
           |> Array.exists (fun other -> other.Namespace = t.Namespace && other.Name = short)
    then
        short
    else
        t.Name

/// Module.function, for every public function and value of every public module; operators and patterns are no functions that are called.
let private functions =
    let flags =
        BindingFlags.Public ||| BindingFlags.Static ||| BindingFlags.DeclaredOnly

    set
        [ for library in libraries do
              for t in library.GetExportedTypes() do
                  if isModule t then
                      for m in t.GetMethods flags do
                          if not (m.IsSpecialName || m.Name.StartsWith '|' || m.Name.StartsWith "op_") then
                              $"{nameOf t}.{m.Name}"

                      for p in t.GetProperties flags do
                          if p.PropertyType <> typeof<Core.Transport.Potential> then
                              $"{nameOf t}.{p.Name}" ]

/// The cells of each row of the guide's tables: those of three columns, and those of two.
let private rows =
    File.ReadAllLines(Path.Combine(Common.root, "src", "Guide", "facade.md"))
    |> Array.filter (fun line -> line.StartsWith "| " && line.Contains '`')
    |> Array.map (fun line -> line.Trim('|', ' ').Split(" | "))

let private quoted (cell: string) =
    [ for m in Regex.Matches(cell, "`([^`]+)`") -> m.Groups[1].Value ]

let private reached =
    [ for row in rows do
          if row.Length = 3 then
              yield! quoted row[1] ]

let private unreached =
    [ for row in rows do
          if row.Length = 2 then
              yield! quoted row[0] ]

let private isMember (name: string) =
    let parts = name.Split '.'

    match typeof<Circuit>.Assembly.GetType("Interneuron." + parts[0]) with
    | null -> false
    | t when parts[1] = "new" -> t.GetConstructors().Length > 0
    | t -> t.GetMember(parts[1]).Length > 0

[<Tests>]
let tests =
    testList
        "Capabilities"
        [ test "every public function below the facade has a way from C#, or a reason why not, in the guide" {
              let told = set (reached @ unreached)
              let moduleOf (name: string) = name.Split('.')[0]

              let missing =
                  functions
                  |> Set.filter (fun name -> not (told.Contains name || told.Contains(moduleOf name)))

              Expect.equal
                  (List.ofSeq missing)
                  []
                  "functions that src/Guide/facade.md does not know: give each a member of the facade, or a reason"

              Expect.isGreaterThan functions.Count 200 "functions that were looked at"
          }

          test "every potential of the library has a property of its name in C#, the same each time" {
              for one in Core.Transport.Potentials.all do
                  let property =
                      Regex.Replace("-" + one.Name, "-(.)", (fun m -> m.Groups[1].Value.ToUpperInvariant()))

                  match typeof<Potentials>.GetProperty property with
                  | null -> failtest $"Potentials.{property} is missing"
                  | found ->
                      Expect.isTrue
                          (Potentials.All
                           |> Seq.exists (fun known -> known.Name = one.Name && Object.ReferenceEquals(known, found.GetValue null)))
                          property
          }

          test "the guide's tables name nothing that is not there, and nothing twice" {
              let modules = functions |> Set.map (fun name -> name.Split('.')[0])

              Expect.equal
                  (reached @ unreached
                   |> List.filter (fun name -> not (functions.Contains name || modules.Contains name)))
                  []
                  "F# names"

              Expect.equal
                  [ for row in rows do
                        if row.Length = 3 then
                            yield! quoted row[2] |> List.filter (isMember >> not) ]
                  []
                  "C# names"

              Expect.equal (reached @ unreached |> List.countBy id |> List.filter (fun (_, n) -> n > 1)) [] "names in two rows"
          } ]
