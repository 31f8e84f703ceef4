namespace Interneuron.Experiments

open System.Globalization
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running
open Interneuron.Derivation.Checks

/// The sections of a report that say why to believe it: that the model is well posed, and the certificate of its rules.
[<RequireQualifiedAccess>]
module internal Evidence =
    let private words text = Span.Words text

    let private error (x: float) =
        if x = 0.0 then
            "0"
        else
            x.ToString("0.0e-0", CultureInfo.InvariantCulture)

    let verdictName verdict =
        match verdict with
        | Proven -> "holds"
        | Unrefuted -> "not refuted"
        | Fails -> "fails"

    let private short (x: float) =
        x.ToString("G3", CultureInfo.InvariantCulture)

    /// How fast and whether the dynamics come back to their fixed points.
    let private modes (modes: FastModes) : Block =
        let rate x =
            Span.Maths
                { Unicode = $"{short x}/τ"
                  Latex = $"{short x}/\\tau" }

        let where =
            words $"Linearised at {modes.Responses} responses to random stimuli, with the parameters that learning starts from, "

        Block.Paragraph
            [ where
              if modes.Slowest > 0.0 then
                  words "the modes of the dynamics decay at rates from "
                  rate modes.Slowest
                  words " to "
                  rate modes.Fastest

                  if modes.Turns then
                      words ", some of them turning"
              else
                  words "the dynamics are not stable: a mode grows at the rate "
                  rate -modes.Slowest
              words "." ]

    let wellPosed (findings: Finding list) (fast: FastModes option) : Block list =
        [ Block.Heading "Well-posedness"
          Block.Table(
              [ "verdict"; "why" ],
              [ for f in findings -> [ [ words (verdictName f.Verdict) ]; [ words $"{f.Condition}: {f.Detail}" ] ] ]
          )
          yield! fast |> Option.map modes |> Option.toList ]

    let evidenceName evidence =
        match evidence with
        | ByDuals -> "dual numbers"
        | ByQuadrature -> "quadrature"
        | ByDifferences -> "differences"
        | ByStep -> "the step of training"

    /// The verdict of a certificate in a line: passed, or which rules fail what.
    let verdict (certificate: Certificate) : string =
        if certificate.IsPassed then
            "Passed"
        else
            [ for rule in certificate.Rules do
                  for evidence, e, allowed in rule.Failures ->
                      $"{rule.Parameter} by {evidenceName evidence} (error {error e}, at most {error allowed})" ]
            |> String.concat "; "
            |> sprintf "Failed: %s"

    let private drawn (certificate: Certificate) =
        let discarded =
            [ for why, count in certificate.Discarded -> $"{count} because {why}" ]
            |> String.concat ", "

        $"{certificate.Drawn} random circuits of {Sizes.describe certificate.Sizes} were drawn (seed {certificate.Seed})"
        + (if discarded = "" then
               ", none discarded"
           else
               $", {certificate.Drawn - certificate.Circuits} discarded: {discarded}")
        + (if certificate.Together < certificate.Rules.Length then
               $"; in each {certificate.Together} of the {certificate.Rules.Length} parameters, in turn, but for the step of training, \
               which is of all"
           else
               "")

    let private averaging (averages: AverageBy) =
        match averages with
        | Line -> "by quadrature along a line"
        | Plane -> "by quadrature over a plane"
        | Points count -> $"over {count} points"

    let certificate (certificate: Certificate) : Block list =
        let shown e =
            if System.Double.IsNaN e then "" else error e

        [ Block.Heading "Certificate"
          Document.paragraph (verdict certificate + ".")
          Block.Table(
              [ "parameter"
                "online, by dual numbers"
                "target, by quadrature"
                "whole rule, by differences"
                "step of training" ],
              [ for r in certificate.Rules ->
                    [ [ Span.Maths(Functions.maths (Indexed.symbol r.Parameter [])) ]
                      [ words (shown r.DualError) ]
                      [ words (shown r.TargetError) ]
                      [ words (shown r.DifferenceError) ]
                      [ words (shown r.StepError) ] ] ]
          )
          Document.paragraph
              $"The worst errors relative to the terms of a step. {drawn certificate}; three stimuli each, {certificate.Held} responses on \
              kinks, residuals of at most {error certificate.Residual}. The online term is against nested dual numbers; the average over \
              the target against that of the energy's derivative, {averaging certificate.Averages}; the whole rule against central \
              differences of the objective, its responses found from several starts; and training's step against the rule as printed." ]
