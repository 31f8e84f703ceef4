namespace Interneuron.Experiments

open System.Threading
open Interneuron.Core.Circuits
open Interneuron.Core.Files

/// What an experiment found, as whoever runs it may want it.
type Findings =
    {
        /// One JSON object.
        Json: Json
        /// Names and values, for people.
        Table: (string * string) list
        /// The figure.
        Figure: Lazy<Figure>
        /// What learned, by name, on its way.
        Courses: Lazy<(string * Course) list>
        /// Writes everything into a folder, with trajectories or without (see `Experiment.save`), and returns the paths.
        Save: bool -> string -> string list
    }

/// Runs an experiment: it reports its progress, and ends early when cancellation asks for it, with what it has found so far.
/// OperationCanceledException where that is nothing, as half of a comparison is.
type Trial = (Progress -> unit) -> CancellationToken -> Findings

/// An experiment, whatever its settings and its result are: what its verb, its help, its test and its script read.
type IExperiment =
    /// Its one name: that of the verb, the script, the figure and the results.
    abstract Name: string
    /// What it shows, in a line.
    abstract Summary: string
    /// Options of a command line that works.
    abstract Example: string
    /// The options that set its settings, in the order of the help.
    abstract Flags: Flag list
    /// With its standard settings.
    abstract Standard: Trial
    /// With settings that take seconds.
    abstract Quick: Trial
    /// With its standard settings and what a command line gives.
    abstract OfGiven: Given -> Trial

/// An experiment: one value, which everything that runs or describes experiments reads.
type Experiment<'Settings, 'Result> =
    {
        /// Its one name: that of the verb, the script, the figure and the results.
        Name: string
        /// What it shows, in a line.
        Summary: string
        /// Options of a command line that works.
        Example: string
        /// What is done if nothing else is asked for.
        Standard: 'Settings
        /// The same in seconds.
        Quick: 'Settings
        /// The options of the command line, in the order of the help.
        Options: Setting<'Settings> list
        /// Does it, as a `Trial`. Refusal for settings or stimuli that cannot be used.
        Run: 'Settings -> (Progress -> unit) -> CancellationToken -> 'Result
        /// The result as one JSON object.
        ToJson: 'Result -> Json
        /// The result for people.
        ToTable: 'Result -> (string * string) list
        /// What learned, by name, on its way.
        Courses: 'Result -> (string * Course) list
        /// The figure.
        Figure: 'Result -> Figure
        /// Writes what there is beside figure and JSON into a folder, and returns the paths.
        Files: string -> 'Result -> string list
    }

    /// The figure NAME (see `Figure.save`) and the other files in a folder, which has to be there. Returns their paths. Refusal when they
    /// cannot be written.
    member this.Write (folder: string) (result: 'Result) : string list =
        let files = this.Files folder result
        Figure.save folder this.Name (this.Figure result) @ files

    /// Writes the figure NAME, the other files, the trajectories if they are asked for, and result.json into a folder, which is made if it
    /// is not there. Returns their paths. Refusal when they cannot be written.
    member this.Save (withTrajectories: bool) (folder: string) (result: 'Result) : string list =
        Output.results folder this.Name (this.ToJson result) (fun () ->
            let trajectories =
                if withTrajectories then
                    Trajectory.save folder (this.Courses result)
                else
                    []

            this.Write folder result @ trajectories)

    /// Runs it with these settings.
    member this.Trial(settings: 'Settings) : Trial =
        fun progress cancellation ->
            let result = this.Run settings progress cancellation

            { Json = this.ToJson result
              Table = this.ToTable result
              Figure = lazy (this.Figure result)
              Courses = lazy (this.Courses result)
              Save = fun withTrajectories folder -> this.Save withTrajectories folder result }

    interface IExperiment with
        member this.Name = this.Name
        member this.Summary = this.Summary
        member this.Example = this.Example
        member this.Flags = this.Options |> List.collect _.Flags
        member this.Standard = this.Trial this.Standard
        member this.Quick = this.Trial this.Quick

        member this.OfGiven given =
            this.Trial(Setting.apply this.Options given this.Standard)

/// Parts of experiments.
[<RequireQualifiedAccess>]
module Experiment =
    /// The courses of circuits.
    let courses (trained: 'Result -> (string * Trained) list) (result: 'Result) : (string * Course) list =
        [ for name, circuit in trained result -> name, Trajectory.ofTrained circuit ]

    /// No files beside figure and JSON.
    let noFiles (_: string) (_: 'Result) : string list = []
