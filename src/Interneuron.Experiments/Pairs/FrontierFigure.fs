namespace Interneuron.Experiments

open Interneuron.Core.Files

/// The picture of the frontier.
[<RequireQualifiedAccess>]
module FrontierFigure =
    let private curves estimate (result: FrontierResult) : Curve list =
        let ks = [ for k in result.Settings.Interneurons -> float k ]
        let ends = [| List.min ks / 1.2; List.max ks * 1.2 |]

        let level label ink value =
            Plots.curve label ink ends [| value; value |]

        [ for (name, left), ink in List.zip result.References [ Style.stimulus; Style.rotationBased ] do
              level (RichText.plain name) ink (List.averageBy estimate left)
          level "independent, largest" Style.shuffled (result.Independent |> List.map estimate |> List.max)

          for i, (family, points) in List.indexed result.Families do
              let ink =
                  { Style.line (i / 2) with
                      Stroke =
                          (if family.LearnsDirections then
                               Stroke.Solid
                           else
                               Stroke.Dashed) }

              Plots.curve
                  (RichText.plain family.Name)
                  ink
                  [| for point in points -> float point.Interneurons |]
                  [| for point in points -> FrontierNumbers.mean estimate point |]

              for point in points do
                  let mean, error = FrontierNumbers.summary estimate point.Left

                  if error > 0.0 then
                      Plots.curve
                          ""
                          { ink with
                              Stroke = Stroke.Solid
                              Width = 0.7 }
                          [| float point.Interneurons; float point.Interneurons |]
                          [| max (mean - error) 1e-9; mean + error |] ]

    let private panel estimate name (result: FrontierResult) =
        let curves = curves estimate result
        let ks = [ for k in result.Settings.Interneurons -> float k ]

        let positive =
            curves
            |> List.map (fun curve ->
                { curve with
                    Y = curve.Y |> Array.map (fun y -> if y > 0.0 then y else nan) })

        let least, most =
            curves
            |> List.filter (fun curve -> curve.Label <> "")
            |> List.collect (fun curve -> List.ofArray curve.Y)
            |> List.filter (fun y -> y > 1e-5)
            |> Array.ofList
            |> Plots.decades

        Panel.Curves(
            Axis.octaves "interneurons _K_" (List.min ks / 1.2, List.max ks * 1.2),
            Axis.log $"MI in nats, {name}" (least, most),
            positive
        )

    /// What is left against K, a panel an estimator: means over pictures and seeds, bars their standard errors.
    let figure (result: FrontierResult) : Figure =
        let settings = result.Settings

        { Caption =
            { Title =
                "How few interneurons make pairs of filter coefficients independent: what is left of the mutual information of the \
                responses against the number of interneurons, for families of potentials whose directions learn (solid) or stay evenly \
                spread (dashed). Means over pictures and seeds; bars: standard errors over pictures. Dotted: the largest of \
                four estimates for as many independent normal numbers. What is not positive is left out."
              Panels =
                [ "Corrected plug-in estimate on bins of half a standard deviation."
                  "Estimate by three nearest neighbours, which also sees what is finer." ]
              Settings =
                ("pictures", string settings.Sources.Length)
                :: ("offset", string settings.Offset)
                :: (Learning.describe 2 settings.Learning
                    |> List.filter (fun (name, _) -> name <> "potential" && name <> "learns"))
                @ [ "seeds", string settings.Seeds ]
              Numbers = FrontierNumbers.toTable result }
          RowHeight = 340.0
          Rows = [ [ for _, name, estimate in FrontierNumbers.estimators -> panel estimate name result ] ] }
