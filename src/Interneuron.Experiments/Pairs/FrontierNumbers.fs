namespace Interneuron.Experiments

open System
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Files

/// What was found of the frontier, in numbers.
[<RequireQualifiedAccess>]
module FrontierNumbers =
    let private corrected (left: FrontierLeft) = left.Corrected

    let internal estimators =
        [ "corrected", "corrected plug-in", corrected
          "nearest_neighbours", "nearest neighbours", (fun (left: FrontierLeft) -> left.NearestNeighbours) ]

    /// The mean over pictures, and its standard error: over pictures, or over seeds where there is one picture.
    let internal summary (estimate: FrontierLeft -> float) (left: FrontierLeft list list) : float * float =
        let values =
            match left with
            | [ one ] -> List.map estimate one
            | several -> several |> List.map (List.averageBy estimate)
            |> Array.ofList

        match values.Length with
        | 0 -> nan, nan
        | 1 -> values[0], nan
        | n -> Array.average values, Moments.standardDeviation values / sqrt (float (n - 1))

    let internal mean estimate (point: FrontierPoint) = fst (summary estimate point.Left)

    let private pointJson (point: FrontierPoint) =
        Json.Object(
            ("interneurons", Json.whole point.Interneurons)
            :: [ for key, _, estimate in estimators do
                     let mean, error = summary estimate point.Left

                     key,
                     Json.Object
                         [ "mean", Json.Number mean
                           "standard_error", Json.Number error
                           "values", Json.rows [| for ofPicture in point.Left -> [| for left in ofPicture -> estimate left |] |] ] ]
            @ [ "failed", Json.whole point.Failed ]
        )

    let private withoutCircuit (name: string) (left: FrontierLeft list) =
        Json.Object(
            ("of", Json.Text name)
            :: [ for key, _, estimate in estimators -> key, Json.numbers [| for one in left -> estimate one |] ]
        )

    /// The result as one JSON object; estimates in nats.
    let toJson (result: FrontierResult) : Json =
        let settings = result.Settings

        Json.Object(
            [ "sources", Json.List [ for source in settings.Sources -> Json.Object [ Source.toJson source ] ]
              "offset", Json.whole settings.Offset
              "target", Json.Text(Target.name settings.Learning.Target)
              "leak", Json.Number settings.Learning.Leak
              "steps",
              settings.Learning.Steps
              |> Option.map Json.whole
              |> Option.defaultValue Json.Null
              "seeds", Json.whole settings.Seeds
              "without_circuit",
              Json.List [ for name, left in result.References @ [ "independent", result.Independent ] -> withoutCircuit name left ]
              "families",
              Json.List
                  [ for family, points in result.Families ->
                        Json.Object
                            [ "potential", Json.Text family.Potential.Name
                              "directions", Json.Text(if family.LearnsDirections then "learned" else "fixed")
                              "points", Json.List(List.map pointJson points) ] ] ]
        )

    let private line (cells: string list) =
        cells |> List.map (fun (cell: string) -> cell.PadLeft 9) |> String.concat ""

    let private shown = Output.decimals 5

    /// What the least K is asked for: nats that are left on average, by the corrected plug-in estimate.
    let private asked = [ 0.01; 0.003; 0.001 ]

    let private fewest (points: FrontierPoint list) (left: float) =
        points
        |> List.tryFind (fun point -> mean corrected point <= left)
        |> Option.map (fun point -> string point.Interneurons)
        |> Option.defaultValue "-"

    /// The means over pictures and seeds, for people: a block an estimator, a line a family.
    let toTable (result: FrontierResult) : (string * string) list =
        let pictures = [ for source in result.Settings.Sources -> Source.shortName source ]

        [ "pairs", $"""{String.concat ", " pictures}, {result.Settings.Offset} pixels apart"""
          for _, name, estimate in estimators do
              $"MI in nats, {name}", line [ for k in result.Settings.Interneurons -> $"K = {k}" ]

              for family, points in result.Families do
                  family.Name, line [ for point in points -> shown (mean estimate point) ]

              for name, left in result.References @ [ "independent numbers", result.Independent ] do
                  name, line [ shown (List.averageBy estimate left) ]

          "fewest K that leave at most", line [ for left in asked -> Output.short left ] + "  (corrected)"

          for family, points in result.Families do
              family.Name, line (List.map (fewest points) asked)

          let failed = result.Families |> List.sumBy (snd >> List.sumBy _.Failed)

          if failed > 0 then
              "failed", $"{failed} circuits, which are left out: a stimulus has no response" ]
