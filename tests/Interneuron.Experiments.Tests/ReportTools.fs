/// What tests of reports share: models, derived, and checks of what they are written as.
module Interneuron.Experiments.Tests.ReportTools

open System
open System.Diagnostics
open System.IO
open System.Text.RegularExpressions
open System.Xml.Linq
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

let a, b, i =
    Index.first Population.primary, (Index.all Population.primary |> Seq.item 1), Index.first Population.interneurons

let r, s = Model.r a, Model.s a
let g, w = Symbol("g", [ i ]), Symbol("W", [ a; i ])
let z = Indexed.sum a (w * r)

let paper =
    lazy (Derived.ofModel 3 1 (Derived.circuit Potentials.powerMixture StandardGaussian 0.0 2 3))

let gains =
    { Derived.circuit Potentials.quadratic StandardGaussian 0.0 2 3 with
        Title = "Gains"
        Citation = "Someone & others (2023)"
        Energy = Indexed.sum i (g * z * z / 2.0) - Indexed.sum a (s * r) }

let reconstruction =
    lazy
        (Derived.ofModel
            3
            1
            { gains with
                Title = "Reconstruction"
                Objective = Loss(Indexed.sum a ((r - s) * (r - s) / 2.0)) })

let lateral =
    lazy
        (Derived.ofModel
            3
            1
            { gains with
                Title = "Lateral <inhibition>"
                Energy =
                    Indexed.sum a (Indexed.sum b (Symbol("M", [ a; b ]) * r * Model.r b)) / 2.0
                    - Indexed.sum a (s * r)
                Learned =
                    [ { Model.parameter "M" [ a; b ] with
                          Rate = 0.01 } ]
                Sizes = Sizes.circuit 4 1 })

let laplace =
    lazy (Derived.ofModel 3 1 (Derived.circuit Potentials.logCosh Laplace 1.0 4 6))

let library =
    lazy
        [ for name in ModelLibrary.names do
              match ModelLibrary.tryText name |> Option.map ModelText.parse with
              | Some(Ok model) -> name, Derived.ofModel 1 1 model
              | _ -> failtest name ]

let all () =
    [ paper.Value
      Derived.ofModel 3 1 gains
      reconstruction.Value
      lateral.Value
      laplace.Value ]

let contains (text: string) (parts: string list) =
    for part in parts do
        Expect.stringContains text part part

/// Braces, left and right delimiters and environments are closed where they should be.
let wellFormed (latex: string) =
    let mutable depth = 0

    for m in Regex.Matches(latex, @"\\[{}\\]|[{}]") do
        match m.Value with
        | "{" -> depth <- depth + 1
        | "}" -> depth <- depth - 1
        | _ -> ()

        Expect.isTrue (depth >= 0) "a brace is closed that was not opened"

    Expect.equal depth 0 "braces"

    let environments =
        (([]: string list), Regex.Matches(latex, @"\\(begin|end)\{([^}]*)\}"))
        ||> Seq.fold (fun opened m ->
            match m.Groups[1].Value, opened with
            | "begin", _ -> m.Groups[2].Value :: opened
            | _, last :: others ->
                Expect.equal m.Groups[2].Value last "environment"
                others
            | _ -> failtest $"{m.Value} without a beginning")

    Expect.isEmpty environments "environments"
    Expect.equal (Regex.Matches(latex, @"\\left[^a-z]").Count) (Regex.Matches(latex, @"\\right[^a-z]").Count) "delimiters"
    Expect.isFalse (Regex.IsMatch(latex, @"[^\x00-\x7F]")) "letters that LaTeX needs packages for"

let compiler =
    (Environment.GetEnvironmentVariable "PATH" |> string).Split Path.PathSeparator
    |> Array.map (fun folder -> Path.Combine(folder, "pdflatex"))
    |> Array.tryFind File.Exists

/// Makes a PDF of the report in a folder, where there is a compiler, and refuses lines that are wider than the page.
let compile (folder: string) =
    match compiler with
    | None -> ()
    | Some program ->
        let info =
            ProcessStartInfo(
                program,
                [ "-interaction=nonstopmode"; "-halt-on-error"; "report.tex" ],
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            )

        match Process.Start info with
        | null -> failtest "does not start"
        | running ->
            use running = running
            let errors = running.StandardError.ReadToEndAsync()
            let said = running.StandardOutput.ReadToEnd()
            errors.Wait()
            running.WaitForExit()
            Expect.equal running.ExitCode 0 said
            Expect.isTrue (File.Exists(Path.Combine(folder, "report.pdf"))) "a PDF"
            Expect.isFalse (said.Contains "Overfull") said

let elements (svg: string) (name: string) =
    match XDocument.Parse(svg).Root with
    | null -> failtest "no root"
    | root ->
        root.Descendants()
        |> Seq.filter (fun e -> e.Name.LocalName = name)
        |> List.ofSeq

let attribute (name: string) (e: XElement) =
    match e.Attribute(XName.Get name) with
    | null -> ""
    | found -> found.Value
