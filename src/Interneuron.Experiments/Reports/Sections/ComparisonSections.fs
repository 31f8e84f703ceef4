namespace Interneuron.Experiments

open System
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Experiments.ReportWords

/// The sections of a report that hold the rules beside others: published ones, and those of another model.
[<RequireQualifiedAccess>]
module internal ComparisonSections =
    /// What the derived rule is beside the published one.
    let private agreement (p: Learned) (c: Comparison) : Span list =
        [ match c.Form with
          | Gradient -> words "The derived rule"
          | Multiplicative ->
              words "The derived rule times "
              span (symbol p)
          | Projected -> words "Within what the parameter is held to, the derived rule"
          | AcrossColumns -> words "But for what is along the column, which its normalisation takes away, the derived rule"
          match c.IsEqual, c.Factor with
          | true, 1.0 -> words " is the same."
          | true, factor -> words $" is {number factor} times this; the factor is part of the rate."
          | false, 1.0 -> words " differs by"
          | false, factor -> words $" differs from {number factor} times this by" ]

    /// Rules of another source, and whether the derived ones are the same.
    let private comparison (heading: string) (derivation: Derivation) (comparisons: Comparison list) : Block list =
        match comparisons with
        | [] -> []
        | comparisons ->
            let target = Target.name derivation.Model.Target

            let terms (d: Direction) =
                let shown = Inputs.named derivation.Model derivation.Inputs

                Functions.terms "online" (shown d.OverStimuli)
                @ averages target (shown d.OverTarget)

            [ Block.Heading heading
              for c in comparisons do
                  let p = derivation.Model.Learned |> List.find (fun p -> p.Name = c.Rule.Parameter)

                  Block.Equations
                      [ { Left = direction p
                          Terms = terms c.Rule.Direction } ]

                  Block.Paragraph(agreement p c)

                  if not c.IsEqual then
                      Block.Equations [ left "difference" "\\text{difference}" (terms c.Difference) ] ]

    /// The publication's own rules, and whether the derived ones are the same.
    let published (derivation: Derivation) : Block list =
        comparison "Against the published rules" derivation (Published.check derivation)

    /// The rules of another model for the parameters that both have, and which parameters only one has.
    let against (derivation: Derivation) (other: Derivation) : Block list =
        let title =
            if other.Model.Title = "" then
                "the other model"
            else
                $"\u201c{other.Model.Title}\u201d"

        let names, comparisons = Published.against derivation other

        let without (d: Derivation) known =
            [ for p in d.Model.Learned do
                  if not (List.contains p.Name known) then
                      p.Name ]

        let own = without derivation [ for c in comparisons -> c.Rule.Parameter ]
        let theirs = without other (List.map fst names.Names)

        let only who names =
            match names with
            | [] -> []
            | names ->
                let all = String.concat ", " names
                [ Document.paragraph $"Only {who} has {all}." ]

        (if comparisons.IsEmpty then
             [ Block.Heading $"Against {title}"
               Document.paragraph "The models have no parameter of the same populations in common." ]
         else
             comparison $"Against {title}" derivation comparisons)
        @ (match names.Renamed with
           | [] -> []
           | renamed ->
               let all =
                   [ for theirs, ours in renamed ->
                         $"{theirs} is {ours}"
                         + (if names.Turned.Contains theirs then
                                ", its rows our columns"
                            else
                                "") ]
                   |> String.concat "; "

               [ Document.paragraph $"In the other model's names: {all}." ])
        @ only "this model" own
        @ only "the other" theirs
