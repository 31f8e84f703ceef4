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
    /// Gains alone, powers, the paper's power mixture, and the hyperbolic cosine.
    let potentials =
        [ Potentials.quadratic
          Potentials.monomial
          Potentials.powerMixture
          Patches.hyperbolic ]

    /// Eight scenes, two pixels apart, from 2 to 24 interneurons, 50,000 steps, three seeds.
    let standard: FrontierSettings =
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

    let private require (settings: FrontierSettings) =
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
    let run (settings: FrontierSettings) (progress: Progress -> unit) (cancellation: CancellationToken) : FrontierResult =
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

        let point (k, found: (FrontierCircuit * Trained * FrontierLeft option) list) : FrontierPoint =
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

    /// The circuits of the first picture and seed, named by family and number of interneurons.
    let private trained (result: FrontierResult) : (string * Trained) list =
        [ for family, points in result.Families do
              for point in points -> $"""{family.Name.Replace(", ", "-")}-k{point.Interneurons}""", point.Trained ]

    /// How few interneurons make pairs independent.
    let experiment: Experiment<FrontierSettings, FrontierResult> =
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
          ToJson = FrontierNumbers.toJson
          ToTable = FrontierNumbers.toTable
          Courses = Experiment.courses trained
          Figure = FrontierFigure.figure
          Files = Experiment.noFiles }
