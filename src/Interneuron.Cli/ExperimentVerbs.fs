namespace Interneuron.Cli

open System
open System.IO
open System.Threading
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Experiments

/// How learning ends that the user stops.
[<RequireQualifiedAccess>]
module Interruption =
    /// Reports an interruption before the first step: nothing learned is nothing to save, and what an earlier run saved stays.
    let requireSteps (ending: Ending) (steps: int) =
        if ending = Interrupted && steps = 0 then
            raise (OperationCanceledException())

/// The verbs that run an experiment, one each.
[<RequireQualifiedAccess>]
module ExperimentVerbs =
    let private hasLearned (findings: Findings) =
        findings.Courses.Value
        |> List.exists (fun (_, course) -> course.Steps |> Array.exists (fun step -> step > 0))

    // Says which members of a result are no finite number.
    let private sayNotFinite (places: string list) =
        let named = String.concat ", " (List.truncate 3 places)

        let more =
            if places.Length > 3 then
                $" and {places.Length - 3} more"
            else
                ""

        Terminal.log $"{named}{more}: no finite number; what was learned is saved, but this is no measure of it"

    let private runInto (folder: string) (experiment: IExperiment) (given: Given) (cancellation: CancellationToken) : int =
        let trial = experiment.OfGiven given
        let findings = Terminal.withProgress (fun progress -> trial progress cancellation)

        let isInterrupted = cancellation.IsCancellationRequested

        if isInterrupted then
            if not (hasLearned findings) then
                raise (OperationCanceledException())

            Terminal.log "interrupted; what had been learned is measured and saved"

        Terminal.during "drawing" (fun _ -> findings.Save (given.Has Options.trajectory) folder)
        |> Terminal.wrote

        Terminal.result (given.Has Options.json) findings.Json findings.Table

        match Json.notFinite findings.Json with
        | [] -> if isInterrupted then Exit.interrupted else Exit.ok
        | places ->
            sayNotFinite places
            Exit.notConverged

    // What is written where the verb chooses is no long run to be kept, unless it is gone on with.
    let private run (experiment: IExperiment) (given: Given) (cancellation: CancellationToken) : int =
        let folder = Destination.folder experiment.Name given

        let work () =
            runInto folder experiment given cancellation

        if
            given.Has Options.outFolder
            || given.Has Options.resume
            || given.Has Options.checkpoint
        then
            Kept.within (Path.Combine(folder, experiment.Name + ".checkpoint")) given cancellation work
        else
            work ()

    let private ofExperiment (experiment: IExperiment) : Verb =
        { Name = experiment.Name
          Summary = experiment.Summary
          Required = []
          Optional = experiment.Flags @ Options.outputs
          Example = $"interneuron {experiment.Name} {experiment.Example} --out figures"
          Run = run experiment }

    /// One for each experiment.
    let all: Verb list = List.map ofExperiment Experiments.all
