namespace Interneuron.Experiments

open System
open System.Threading
open MathNet.Numerics.Distributions
open MathNet.Numerics.Random
open Interneuron.Statistics
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas

/// How few interneurons make pairs independent: what is left of the mutual information against their number, for families of potentials
/// with directions that learn and with directions that stay evenly spread, over pictures and seeds.
[<RequireQualifiedAccess>]
module Frontier =
    /// The settings; with the pictures' files, if there are any, they determine the result.
    type Settings =
        {
            /// The pictures.
            Sources: Source list
            /// The vertical offset d of the pairs, in pixels.
            Offset: int
            /// The potentials F.
            Potentials: Potential list
            /// The numbers of interneurons K, ascending.
            Interneurons: int list
            /// How they learn; its own potential, number of interneurons and choice of what learns are not used.
            Learning: Learning
            /// How many seeds, from the learning's own on.
            Seeds: int
        }

    /// What circuits of one family and size leave.
    type Point =
        {
            /// K.
            Interneurons: int
            /// What is left, picture by picture and for each a value a seed; without those that learning failed for.
            Left: FrontierLeft list list
            /// How many failed.
            Failed: int
            /// The circuit of the first picture and seed.
            Trained: Trained
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// What is left without a circuit, a value a picture: of raw pairs, and after layers of RBIG.
            References: (string * FrontierLeft list) list
            /// The estimates for pairs of independent normal numbers, as many as are measured.
            Independent: FrontierLeft list
            /// The families, each with its points in the order of K.
            Families: (FrontierFamily * Point list) list
        }

    /// Gains alone, powers, the paper's power mixture, and the hyperbolic cosine.
    let potentials =
        [ Potentials.quadratic
          Potentials.monomial
          Potentials.powerMixture
          Patches.hyperbolic ]

    /// Eight scenes, two pixels apart, from 2 to 24 interneurons, 50,000 steps, three seeds.
    let standard: Settings =
        { Sources = [ for seed in 1..8 -> Source.Scene seed ]
          Offset = 2
          Potentials = potentials
          Interneurons = [ 2; 3; 4; 6; 8; 12; 16; 24 ]
          Learning =
            { Learning.standard with
                Steps = Some 50_000 }
          Seeds = 3 }

    // Draws of independent numbers, whose mean is the level.
    let private draws = 4

    let private require (settings: Settings) =
        if
            settings.Sources.IsEmpty
            || settings.Potentials.IsEmpty
            || settings.Interneurons.IsEmpty
        then
            Refusal.argument (nameof settings) "there is nothing to do without a picture, a potential and a number of interneurons"

        if settings.Seeds < 1 then
            Refusal.argument (nameof settings) $"the number of seeds is {settings.Seeds}; it is at least 1"

        for source in settings.Sources do
            Source.requirePicture "an array has pairs of one offset; this experiment needs images or scenes." source

    let private independent (seed: int) (count: int) : FrontierLeft list =
        [ for draw in 0 .. draws - 1 do
              let random = Xoshiro256StarStar(seed + draw, false)

              let pairs =
                  Array.init (2 * count) (fun _ -> Normal.Sample(random, 0.0, 1.0))
                  |> MeasuredPairs.ofNumbers

              FrontierCircuits.left id Deviation.OfTarget pairs ]

    let private reference (seed: int) treatment (measured: MeasuredPairs list) : string * FrontierLeft list =
        Treatment.name treatment,
        [ for pairs in List.map MeasuredPairs.standardised measured do
              let treat = Treatment.fitted seed treatment pairs.Pairs
              FrontierCircuits.left treat (Treatment.deviation treatment) pairs ]

    /// Learns all circuits, those that are alike side by side, and measures. Refusal for a picture that cannot be used, ArgumentException
    /// for choices that cannot be; OperationCanceledException on cancellation, since half a comparison says nothing.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        require settings

        let stimuli =
            settings.Sources |> List.map (fun s -> Treatment.load s settings.Offset)

        let measured = stimuli |> List.map MeasuredPairs.ofStimuli

        let families =
            [ for potential in settings.Potentials do
                  for learns in [ true; false ] ->
                      { Potential = potential
                        LearnsDirections = learns } ]

        let circuits =
            [ for family in families do
                  for k in settings.Interneurons do
                      for picture in 0 .. stimuli.Length - 1 do
                          for repeat in 0 .. settings.Seeds - 1 ->
                              { Family = family
                                Interneurons = k
                                Picture = picture
                                Repeat = repeat } ]

        let learned =
            circuits
            |> List.map (fun one -> FrontierCircuits.lesson settings.Learning settings.Seeds stimuli[one.Picture].S one)
            |> FrontierCircuits.learn progress cancellation

        let left (one: FrontierCircuit) trained =
            cancellation.ThrowIfCancellationRequested()
            FrontierCircuits.leftBy (Source.describe settings.Sources[one.Picture]) measured[one.Picture] trained

        let found =
            List.zip circuits learned
            |> List.map (fun (one, trained) -> one, trained, left one trained)

        let point (k, found: (FrontierCircuit * Trained * FrontierLeft option) list) : Point =
            let _, trained, _ = found.Head

            { Interneurons = k
              Left =
                found
                |> List.groupBy (fun (one, _, _) -> one.Picture)
                |> List.map (fun (_, ofPicture) -> ofPicture |> List.choose (fun (_, _, left) -> left))
                |> List.filter (List.isEmpty >> not)
              Failed = found |> List.filter (fun (_, _, left) -> left.IsNone) |> List.length
              Trained = trained }

        let points found =
            found
            |> List.groupBy (fun (one: FrontierCircuit, _, _) -> one.Interneurons)
            |> List.map point

        let seed = settings.Learning.Seed

        { Settings = settings
          References = [ for treatment in [ Treatment.Raw; Treatment.RotationBased ] -> reference seed treatment measured ]
          Independent = independent seed (measured.Head.Pairs.Length / 2)
          Families =
            found
            |> List.groupBy (fun (one, _, _) -> one.Family.Name)
            |> List.zip families
            |> List.map (fun (family, (_, found)) -> family, points found) }

    // ---- as numbers

    let private corrected (left: FrontierLeft) = left.Corrected

    let private estimators =
        [ "corrected", "corrected plug-in", corrected
          "nearest_neighbours", "nearest neighbours", (fun (left: FrontierLeft) -> left.NearestNeighbours) ]

    /// The mean over pictures, and its standard error: over pictures, or over seeds where there is one picture.
    let private summary (estimate: FrontierLeft -> float) (left: FrontierLeft list list) : float * float =
        let values =
            match left with
            | [ one ] -> List.map estimate one
            | several -> several |> List.map (List.averageBy estimate)
            |> Array.ofList

        match values.Length with
        | 0 -> nan, nan
        | 1 -> values[0], nan
        | n -> Array.average values, Moments.standardDeviation values / sqrt (float (n - 1))

    let private mean estimate (point: Point) = fst (summary estimate point.Left)

    let private pointJson (point: Point) =
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
    let toJson (result: Result) : Json =
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

    let private fewest (points: Point list) (left: float) =
        points
        |> List.tryFind (fun point -> mean corrected point <= left)
        |> Option.map (fun point -> string point.Interneurons)
        |> Option.defaultValue "-"

    /// The means over pictures and seeds, for people: a block an estimator, a line a family.
    let toTable (result: Result) : (string * string) list =
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

    /// The circuits of the first picture and seed, named by family and number of interneurons.
    let trained (result: Result) : (string * Trained) list =
        [ for family, points in result.Families do
              for point in points -> $"""{family.Name.Replace(", ", "-")}-k{point.Interneurons}""", point.Trained ]

    // ---- the figure

    let private curves estimate (result: Result) : Curve list =
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
                  [| for point in points -> mean estimate point |]

              for point in points do
                  let mean, error = summary estimate point.Left

                  if error > 0.0 then
                      Plots.curve
                          ""
                          { ink with
                              Stroke = Stroke.Solid
                              Width = 0.7 }
                          [| float point.Interneurons; float point.Interneurons |]
                          [| max (mean - error) 1e-9; mean + error |] ]

    let private panel estimate name (result: Result) =
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
            Axis.log $"mutual information (nats), {name}" (least, most),
            positive
        )

    /// What is left against K, a panel an estimator: means over pictures and seeds, bars their standard errors.
    let figure (result: Result) : Figure =
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
              Numbers = toTable result }
          RowHeight = 230.0
          Rows = [ [ for _, name, estimate in estimators -> panel estimate name result ] ] }

    /// How few interneurons make pairs independent.
    let experiment: Experiment<Settings, Result> =
        { Name = "frontier"
          Summary = "how few interneurons make pairs independent: what is left against their number, for families of potentials"
          Example = "--images photographs --interneurons 2 4 8 16"
          Standard = standard
          Quick =
            { standard with
                Sources = List.truncate 1 standard.Sources
                Potentials = [ Potentials.monomial; Potentials.powerMixture ]
                Interneurons = [ 2; 4 ]
                Seeds = 1
                Learning =
                    { Learning.standard with
                        Steps = Some 3_000 } }
          Options =
            [ Setting.one Options.images (fun folder settings ->
                  { settings with
                      Sources = List.map Source.Image (Source.picturesIn folder) })
              Setting.single Options.offset (fun offset settings -> { settings with Offset = offset })
              Setting.one Options.interneurons (fun counts settings ->
                  { settings with
                      Interneurons = List.sort (List.distinct counts) })
              Setting.ofValue [ Options.potential; Options.parameter ] Given.potential (fun potential settings ->
                  { settings with
                      Potentials = [ potential ] })
              Setting.learning
                  (LearningChoices.without [ Options.interneurons; Options.potential; Options.target; Options.learn ])
                  _.Learning
                  (fun learning settings -> { settings with Learning = learning })
              Setting.one Options.seeds (fun seeds settings -> { settings with Seeds = seeds }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses trained
          Figure = figure
          Files = Experiment.noFiles }
