namespace Interneuron.Cli

open System.Threading
open Interneuron.Experiments

/// Verbs that run an experiment, one each.
module ExperimentVerbs =
    // The last lines of every experiment: what was written, the result, and whether the user stopped it.
    let private conclude arguments (cancellation: CancellationToken) paths json table =
        if cancellation.IsCancellationRequested then
            Terminal.log "interrupted; what had been learned is measured and saved"
        Terminal.wrote paths
        Terminal.result (Given.json arguments) json table
        if cancellation.IsCancellationRequested then Exit.interrupted else Exit.ok

    let private trajectory arguments folder trained =
        if Given.trajectory arguments then Trajectory.save folder trained else []

    let private sweep arguments folder images cancellation =
        if (Given.source arguments).IsSome then
            raise (UsageException "the stimuli come from one place: give one of --image, --images, --scene and --input")
        if arguments |> List.exists (function Potential _ | Argument.Trajectory -> true | _ -> false) then
            raise (UsageException "--images runs a list of potentials; --potential and --trajectory are for one run")
        let settings = { Sweep.standard with Sources = Sweep.picturesIn images; Learning = Given.learning arguments }
        let result = Terminal.withProgress (fun progress -> Sweep.run settings progress cancellation)
        conclude arguments cancellation (Sweep.save folder result) (Sweep.toJson result) (Sweep.toTable result)

    let private gaussianizeSource arguments cancellation =
        let folder = Given.outFolder "gaussianize" arguments
        match Given.images arguments with
        | Some images -> sweep arguments folder images cancellation
        | None ->
            let settings: Gaussianization.Settings =
                { Source = Given.source arguments |> Option.defaultValue Gaussianization.standard.Source
                  Learning = Given.learning arguments }
            let result =
                Terminal.withProgress (fun progress -> Gaussianization.run settings progress cancellation)
            let paths = Gaussianization.save folder result
            let paths = paths @ trajectory arguments folder result.Trained
            conclude arguments cancellation paths (Gaussianization.toJson result) (Gaussianization.toTable result)

    /// Gaussianisation of single coefficients.
    let gaussianize =
        { Name = "gaussianize"
          Summary = "turn a photograph's filter coefficients into Gaussian responses, and draw what was learned"
          Required = []
          Optional =
            [ Options.image; Options.images; Options.scene; Options.input ]
            @ Given.learningOptions
            @ [ Options.outFolder; Options.trajectory; Options.json ]
          Example = "interneuron gaussianize --scene 1 --potential threshold-linear --out figures"
          Run = gaussianizeSource }

    let private without (flag: Flag) = List.filter (fun (other: Flag) -> other <> flag)

    let private targetsOf arguments cancellation =
        let folder = Given.outFolder "targets" arguments
        let settings =
            { Targets.standard with
                Source = Given.source arguments |> Option.defaultValue Targets.standard.Source
                Learning = Given.learningFrom Targets.standard.Learning arguments }
        let result = Terminal.withProgress (fun progress -> Targets.run settings progress cancellation)
        conclude arguments cancellation (Targets.save folder result) (Targets.toJson result) (Targets.toTable result)

    /// The same stimuli driven to several targets.
    let targets =
        { Name = "targets"
          Summary = "drive the same stimuli to a Gaussian, Laplace, uniform, generalised-Gaussian and sampled target"
          Required = []
          Optional =
            [ Options.image; Options.scene; Options.input ]
            @ without Options.target Given.learningOptions
            @ [ Options.outFolder; Options.json ]
          Example = "interneuron targets --scene 1 --out figures"
          Run = targetsOf }

    let private dynamicsOf arguments cancellation =
        let folder = Given.outFolder "dynamics" arguments
        let settings =
            { Transients.standard with
                Source = Given.source arguments |> Option.defaultValue Transients.standard.Source
                Learning = Given.learningFrom Transients.standard.Learning arguments }
        let result = Terminal.withProgress (fun progress -> Transients.run settings progress cancellation)
        conclude arguments cancellation (Transients.save folder result) (Transients.toJson result) (Transients.toTable result)

    /// Transients and settling times of the fast dynamics.
    let dynamics =
        { Name = "dynamics"
          Summary = "responses over time from stimulus onset, and their settling times, for N = 1 and N = 2"
          Required = []
          Optional =
            [ Options.image; Options.scene ]
            @ without Options.interneurons Given.learningOptions
            @ [ Options.outFolder; Options.json ]
          Example = "interneuron dynamics --scene 1 --out figures"
          Run = dynamicsOf }

    let private potentialsOf arguments cancellation =
        let folder = Given.outFolder "potentials" arguments
        let settings =
            { PotentialFamilies.standard with
                Source = Given.source arguments |> Option.defaultValue PotentialFamilies.standard.Source
                Learning = Given.learning arguments }
        let result = Terminal.withProgress (fun progress -> PotentialFamilies.run settings progress cancellation)
        conclude arguments cancellation (PotentialFamilies.save folder result) (PotentialFamilies.toJson result) (PotentialFamilies.toTable result)

    /// The families of potentials against each other.
    let potentials =
        { Name = "potentials"
          Summary = "the families of potentials on the same stimuli: distances to the target, samples to converge"
          Required = []
          Optional =
            [ Options.image; Options.scene; Options.input; Options.target; Options.rule; Options.steps; Options.batch; Options.seed ]
            @ [ Options.outFolder; Options.json ]
          Example = "interneuron potentials --scene 1 --out figures"
          Run = potentialsOf }

    let private likelihoodOf arguments cancellation =
        let folder = Given.outFolder "likelihood" arguments
        let settings =
            { Likelihood.standard with
                Source = Given.source arguments |> Option.defaultValue Likelihood.standard.Source
                Learning = Given.learningFrom Likelihood.standard.Learning arguments }
        let result = Terminal.withProgress (fun progress -> Likelihood.run settings progress cancellation)
        let paths = Likelihood.save folder result
        let paths = paths @ trajectory arguments folder result.Trained
        conclude arguments cancellation paths (Likelihood.toJson result) (Likelihood.toTable result)

    /// The circuit as a density model.
    let likelihood =
        { Name = "likelihood"
          Summary = "held-out log-likelihood of the circuit as a density model of pairs, beside other models"
          Required = []
          Optional =
            [ Options.image; Options.scene ]
            @ Given.learningOptions
            @ [ Options.outFolder; Options.trajectory; Options.json ]
          Example = "interneuron likelihood --scene 1 --out figures"
          Run = likelihoodOf }

    // The stimuli, the same at twice the contrast, and another scene.
    let private phases source : Adaptation.Phase list =
        let other =
            match source with
            | Source.Scene seed -> Source.Scene(seed + 1)
            | Source.Image _
            | Source.Input _ -> Source.Scene 1
        [ { Source = source; Contrast = 1.0 }; { Source = source; Contrast = 2.0 }; { Source = other; Contrast = 1.0 } ]

    let private adaptationOf arguments cancellation =
        let folder = Given.outFolder "adaptation" arguments
        let settings: Adaptation.Settings =
            { Phases = Given.source arguments |> Option.map phases |> Option.defaultValue Adaptation.standard.Phases
              Learning = Given.learning arguments }
        let result = Terminal.withProgress (fun progress -> Adaptation.run settings progress cancellation)
        conclude arguments cancellation (Adaptation.save folder result) (Adaptation.toJson result) (Adaptation.toTable result)

    /// Learning while the statistics switch.
    let adaptation =
        { Name = "adaptation"
          Summary = "learning at constant rates while the statistics switch: twice the contrast, another scene"
          Required = []
          Optional = [ Options.image; Options.scene; Options.input ] @ Given.learningOptions @ [ Options.outFolder; Options.json ]
          Example = "interneuron adaptation --scene 1 --out figures"
          Run = adaptationOf }
