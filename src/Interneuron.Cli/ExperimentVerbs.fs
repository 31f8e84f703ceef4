namespace Interneuron.Cli

open Interneuron.Experiments

/// Verbs that run an experiment on single coefficients, or on both single coefficients and pairs, one each.
module ExperimentVerbs =
    let private without (flag: Flag) = List.filter ((<>) flag)

    let private source arguments standard =
        Given.source arguments |> Option.defaultValue standard

    /// Runs an experiment, shows its progress, and saves and prints its results.
    let private conclude folder arguments cancellation run save trained toJson toTable =
        Terminal.withProgress (fun progress -> run progress cancellation)
        |> Conclusion.ofResult arguments cancellation folder save trained toJson toTable

    let private sweep arguments images cancellation =
        if Options.sources |> List.exists (fun source -> Given.isGiven source arguments) then
            raise (UsageException "the stimuli come from one place: give one of --image, --images, --scene and --input")

        if Given.isGiven Options.potential arguments then
            raise (UsageException "--images runs a list of potentials; --potential is for one run")

        let folder = Given.outFolder "gaussianize --images" arguments

        let settings =
            { Sweep.standard with
                Sources = Sweep.picturesIn images
                Learning = Given.learning arguments }

        conclude folder arguments cancellation (Sweep.run settings) Sweep.save Sweep.trained Sweep.toJson Sweep.toTable

    let private gaussianizeSource arguments cancellation =
        match Given.images arguments with
        | Some images -> sweep arguments images cancellation
        | None ->
            let folder = Given.outFolder "gaussianize" arguments

            let settings: Gaussianization.Settings =
                { Source = source arguments Gaussianization.standard.Source
                  Learning = Given.learning arguments }

            conclude
                folder
                arguments
                cancellation
                (Gaussianization.run settings)
                Gaussianization.save
                (fun result -> [ "", result.Trained ])
                Gaussianization.toJson
                Gaussianization.toTable

    /// Gaussianisation of single coefficients.
    let gaussianize =
        { Name = "gaussianize"
          Summary = "turn a photograph's filter coefficients into Gaussian responses, and draw what was learned"
          Required = []
          Optional = Options.sources @ [ Options.images ] @ Given.learningOptions @ Options.outputs
          Example = "interneuron gaussianize --scene 1 --potential threshold-linear --out figures"
          Run = gaussianizeSource }

    let private comparePotentials arguments cancellation =
        let folder = Given.outFolder "potentials" arguments

        let settings =
            { PotentialFamilies.standard with
                Source = source arguments PotentialFamilies.standard.Source
                Learning = Given.learning arguments }

        conclude
            folder
            arguments
            cancellation
            (PotentialFamilies.run settings)
            PotentialFamilies.save
            PotentialFamilies.trained
            PotentialFamilies.toJson
            PotentialFamilies.toTable

    /// The families of potentials compared.
    let potentials =
        { Name = "potentials"
          Summary = "the families of potentials on the same stimuli: distances to the target, samples to converge"
          Required = []
          Optional =
            Options.sources
            @ [ Options.target; Options.rule ]
            @ Options.draws
            @ Options.outputs
          Example = "interneuron potentials --scene 1 --out figures"
          Run = comparePotentials }

    let private compareTargets arguments cancellation =
        let folder = Given.outFolder "targets" arguments

        let settings =
            { Targets.standard with
                Source = source arguments Targets.standard.Source
                Learning = Given.learningFrom Targets.standard.Learning arguments }

        conclude folder arguments cancellation (Targets.run settings) Targets.save Targets.trained Targets.toJson Targets.toTable

    /// The same stimuli driven to several targets.
    let targets =
        { Name = "targets"
          Summary = "a population of thresholds drives the same stimuli to five targets, one of them given by samples"
          Required = []
          Optional = Options.sources @ without Options.target Given.learningOptions @ Options.outputs
          Example = "interneuron targets --scene 1 --out figures"
          Run = compareTargets }

    let private followResponses arguments cancellation =
        let folder = Given.outFolder "dynamics" arguments

        let settings =
            { Transients.standard with
                Source = source arguments Transients.standard.Source
                Learning = Given.learningFrom Transients.standard.Learning arguments }

        conclude
            folder
            arguments
            cancellation
            (Transients.run settings)
            Transients.save
            Transients.trained
            Transients.toJson
            Transients.toTable

    /// Transients and settling times of the fast dynamics.
    let dynamics =
        { Name = "dynamics"
          Summary = "responses over time from stimulus onset, and their settling times, for N = 1 and N = 2"
          Required = []
          Optional =
            [ Options.image; Options.scene ]
            @ without Options.interneurons Given.learningOptions
            @ Options.outputs
          Example = "interneuron dynamics --scene 1 --out figures"
          Run = followResponses }

    let private compareLikelihoods arguments cancellation =
        let folder = Given.outFolder "likelihood" arguments

        let settings =
            { Likelihood.standard with
                Source = source arguments Likelihood.standard.Source
                Offset = Given.offset arguments |> Option.defaultValue Likelihood.standard.Offset
                Learning = Given.learningFrom Likelihood.standard.Learning arguments }

        conclude
            folder
            arguments
            cancellation
            (Likelihood.run settings)
            Likelihood.save
            (fun result -> [ "", result.Trained ])
            Likelihood.toJson
            Likelihood.toTable

    /// The circuit as a density model.
    let likelihood =
        { Name = "likelihood"
          Summary = "held-out log-likelihood of pairs under a population of thresholds as a density model, and other models"
          Required = []
          Optional =
            [ Options.image; Options.scene; Options.offset ]
            @ Given.learningOptions
            @ Options.outputs
          Example = "interneuron likelihood --scene 1 --out figures"
          Run = compareLikelihoods }

    // The stimuli, the same at twice the contrast, and another scene.
    let private phases source : Adaptation.Phase list =
        let other =
            match source with
            | Source.Scene seed -> Source.Scene(seed + 1)
            | Source.Image _
            | Source.Input _
            | Source.Standardised _ -> Source.Scene 1

        [ { Source = source; Contrast = 1.0 }
          { Source = source; Contrast = 2.0 }
          { Source = other; Contrast = 1.0 } ]

    let private adapt arguments cancellation =
        let folder = Given.outFolder "adaptation" arguments

        let settings: Adaptation.Settings =
            { Phases =
                Given.source arguments
                |> Option.map phases
                |> Option.defaultValue Adaptation.standard.Phases
              Learning = Given.learning arguments }

        conclude
            folder
            arguments
            cancellation
            (Adaptation.run settings)
            Adaptation.save
            Adaptation.trained
            Adaptation.toJson
            Adaptation.toTable

    /// Learning while the statistics switch.
    let adaptation =
        { Name = "adaptation"
          Summary = "learning at constant rates while the statistics switch: twice the contrast, another scene"
          Required = []
          Optional = Options.sources @ Given.learningOptions @ Options.outputs
          Example = "interneuron adaptation --scene 1 --out figures"
          Run = adapt }

    let private whiten arguments cancellation =
        let folder = Given.outFolder "whitening" arguments

        let settings =
            { Whitening.standard with
                Seed = Given.seed arguments }

        let result =
            Terminal.during "preparing" (fun report ->
                let progress context =
                    report (float context / float settings.Contexts) $"context {context}"

                Whitening.run settings progress cancellation)

        Conclusion.ofCourses arguments cancellation folder Whitening.save Whitening.courses Whitening.toJson Whitening.toTable result

    /// Models of adaptive whitening from the library.
    let whitening =
        { Name = "whitening"
          Summary = "models of adaptive whitening from the library: contexts followed by gains, shared by synapses"
          Required = []
          Optional = [ Options.seed ] @ Options.outputs
          Example = "interneuron whitening --seed 1 --out figures"
          Run = whiten }

    let private learnThresholds arguments cancellation =
        let folder = Given.outFolder "thresholds" arguments
        let standard = Thresholds.standard
        let given = Given.learningOfSeveral arguments

        let settings =
            { standard with
                Source = source arguments standard.Source
                Interneurons = Given.interneurons arguments |> Option.defaultValue standard.Interneurons
                Steps = given.Steps
                Batch = given.Batch
                Seed = given.Seed }

        conclude
            folder
            arguments
            cancellation
            (Thresholds.run settings)
            Thresholds.save
            Thresholds.trained
            Thresholds.toJson
            Thresholds.toTable

    /// Learned thresholds against fixed ones.
    let thresholds =
        { Name = "thresholds"
          Summary = "populations whose thresholds learn, against as many interneurons with evenly spaced ones"
          Required = []
          Optional = Options.sources @ [ Options.interneurons ] @ Options.draws @ Options.outputs
          Example = "interneuron thresholds --scene 1 --interneurons 1 2 4 8 --out figures"
          Run = learnThresholds }

    let private driveToLaplace arguments cancellation =
        let folder = Given.outFolder "laplace" arguments
        let standard = LaplaceTarget.standard
        let given = Given.learning arguments

        let settings: LaplaceTarget.Settings =
            { Source = source arguments standard.Source
              Offset = Given.offset arguments |> Option.defaultValue standard.Offset
              Steps = given.Steps
              Batch = given.Batch
              Seed = given.Seed }

        conclude
            folder
            arguments
            cancellation
            (LaplaceTarget.run settings)
            LaplaceTarget.save
            LaplaceTarget.trained
            LaplaceTarget.toJson
            LaplaceTarget.toTable

    /// Pairs driven to independent Laplace coordinates.
    let laplace =
        { Name = "laplace"
          Summary = "pairs driven to independent Laplace coordinates, a target that is not spherical, and to the Gaussian"
          Required = []
          Optional = Options.sources @ [ Options.offset ] @ Options.draws @ Options.outputs
          Example = "interneuron laplace --scene 1 --out figures"
          Run = driveToLaplace }

    let private payCosts arguments cancellation =
        let folder = Given.outFolder "costs" arguments
        let standard = Costs.standard
        let given = Given.learning arguments

        let settings =
            { standard with
                Source = source arguments standard.Source
                Offset = Given.offset arguments |> Option.defaultValue standard.Offset
                Steps = given.Steps |> Option.defaultValue standard.Steps
                Batch = given.Batch |> Option.defaultValue standard.Batch
                Seed = given.Seed }

        let result =
            Terminal.during "preparing" (fun report ->
                let progress made all =
                    report (float made / float all) $"{made} circuits"

                Costs.run settings progress cancellation)

        Conclusion.ofCourses arguments cancellation folder Costs.save Costs.courses Costs.toJson Costs.toTable result

    /// Leak and costs.
    let costs =
        { Name = "costs"
          Summary = "what a leak does where interneurons are few, and what costs of synapses and gains trade"
          Required = []
          Optional = Options.sources @ [ Options.offset ] @ Options.draws @ Options.outputs
          Example = "interneuron costs --scene 1 --out figures"
          Run = payCosts }
