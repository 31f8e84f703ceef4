module Interneuron.Facade.Tests.DocumentationTests

open System
open System.IO
open System.Reflection
open System.Xml.Linq
open Expecto
open Interneuron
open Interneuron.Tests

let private assemblies = [ typeof<Circuit>.Assembly; typeof<Experiment>.Assembly ]

/// "Interneuron.Grid.Row" of "M:Interneuron.Grid.Row(System.Int32)".
let private nameOf (id: string) =
    (id.Substring 2).Split([| '('; '~' |])[0]

/// Public members by the names that documentation has for them, and whether they give something back.
let private isFunction =
    dict
        [ for t in assemblies |> Seq.collect _.GetExportedTypes() do
              let flags =
                  BindingFlags.Public
                  ||| BindingFlags.Instance
                  ||| BindingFlags.Static
                  ||| BindingFlags.DeclaredOnly

              let full = string t.FullName

              let members =
                  [ for m in t.GetMethods flags do
                        m.Name, m.ReturnType <> typeof<Void>
                    for p in t.GetProperties flags do
                        p.Name, false
                    for _ in t.GetConstructors flags do
                        "#ctor", false ]

              full, false

              for name, group in List.groupBy fst members do
                  $"{full}.{name}", List.exists snd group ]

let private documented =
    [ for assembly in assemblies do
          let file = assembly.Location.Replace(".dll", ".xml")

          for entry in (XDocument.Load file).Descendants(XName.Get "member") do
              match entry.Attribute(XName.Get "name") with
              | null -> ()
              | id when isFunction.ContainsKey(nameOf id.Value) -> id.Value, entry
              | _ -> () ]

let private has (entry: XElement) (element: string) =
    entry.Elements(XName.Get element)
    |> Seq.exists (fun e -> not (String.IsNullOrWhiteSpace e.Value))

/// A C# program with every example in a function of its own; what examples take for granted is a field, which their own variables may hide.
let private program =
    let examples =
        [ for id, entry in documented do
              for code in entry.Descendants(XName.Get "code") do
                  id, code.Value.Trim() ]

    let functions =
        examples
        |> List.mapi (fun i (id, code) ->
            $"    // {id}\n    static async Task Example{i}()\n    {{\n{code}\n        await Task.CompletedTask;\n    }}\n")
        |> String.concat "\n"

    $"""#:project ../../src/Interneuron.Experiments.CSharp/Interneuron.Experiments.CSharp.csproj
#:property PublishAot=false
#pragma warning disable CS0219, CS0649, CS0414, CS0169
using Interneuron;

Console.WriteLine("compiled");

internal static class Examples
{{
    static readonly Image image = null!;
    static readonly Pyramid pyramid = null!;
    static readonly Grid stimuli = null!;
    static readonly Potential potential = null!;
    static readonly Circuit circuit = null!;
    static readonly Responses responses = null!;
    static readonly TrainedCircuit trained = null!;
    static readonly Formula x = null!;
    static readonly NeuronIndex a = null!, b = null!, i = null!, k = null!, l = null!;
    static readonly Population pixel = null!, unit = null!;
    static readonly IndexedFormula r = null!, s = null!, g = null!, w = null!, theta = null!, y = null!, z = null!;
    static readonly IndexedFormula energy = null!, cost = null!, drive = null!;
    static readonly DerivedModel derived = null!;
    static readonly DerivedRule rule = null!;
    static readonly RuleComparison comparison = null!;
    static readonly VariableDynamics dynamics = null!;
    static readonly LearningRun run = null!;
    static readonly ModelReport report = null!;
    static readonly Grid pairs = null!;
    static readonly DensityMap map = null!;
    static readonly Certificate certificate = null!;
    static readonly CertifiedRule certified = null!;
    static readonly SweepPlan plan = null!;
    static readonly Sweep sweep = null!;
    static Model model = null!;

{functions}
}}
"""

[<Tests>]
let tests =
    testList
        "Documentation"
        [ test "every public member says what it is, what it takes and gives, and has an example" {
              let lacking =
                  [ for id, entry in documented do
                        let needs =
                            [ "summary"
                              "example"
                              if id.StartsWith "M:" && isFunction[nameOf id] then
                                  "returns"
                              if id.StartsWith "M:" && id.Contains '(' then
                                  "param" ]

                        for element in needs do
                            if not (has entry element) then
                                $"{id} lacks <{element}>" ]

              Expect.equal lacking [] "members without documentation"
              Expect.isGreaterThan documented.Length 100 "documented members"
          }

          testSequencedGroup "dotnet"
          <| test "every example compiles" {
              let folder = Path.Combine(Common.root, "artifacts", "examples")
              Directory.CreateDirectory folder |> ignore
              let file = Path.Combine(folder, "Examples.cs")
              File.WriteAllText(file, program)

              let exitCode, output, errors =
                  Dotnet.run [ "build"; "-c"; "Release"; "-v"; "q"; "-nologo"; file ]

              Expect.equal exitCode 0 (output + errors)
          } ]
