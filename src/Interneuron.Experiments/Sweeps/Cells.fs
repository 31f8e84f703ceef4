namespace Interneuron.Experiments

open System
open System.IO
open System.Security.Cryptography
open System.Text
open System.Text.Json
open Interneuron.Statistics
open Interneuron.Core.Files

/// How a cell stands.
[<RequireQualifiedAccess>]
type CellState =
    /// Its result is there.
    | Done
    /// It has none, and why, in a line.
    | Failed of reason: string
    /// It has not been run to its end; what an earlier start had learned is kept.
    | Left

/// How many cells stand how.
type SweepCounts =
    {
        /// Those that have a result.
        Done: int
        /// Those that failed.
        Failed: int
        /// Those that are still to be run.
        Left: int
    }

/// A sweep in its folder: `plan.json`, and a folder for each cell with its `result.json`, or what it goes on from, or why it failed. The
/// name of a cell's folder follows from its settings, so that plans that share cells share their results.
[<RequireQualifiedAccess>]
module Cells =
    /// Where the plan is kept.
    let planFile (folder: string) : string = Path.Combine(folder, "plan.json")

    /// A cell's folder within that of the sweep.
    let name (experiment: IExperiment) (cell: Cell) : string =
        let settings =
            [ for name, value in List.sortBy fst cell.Settings -> name, Json.Text(string value) ]

        let text =
            Json.toLine (Json.Object(("experiment", Json.Text experiment.Name) :: settings))

        "cells/"
        + (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes text)))[..15]

    /// A cell's folder.
    let place (folder: string) (experiment: IExperiment) (cell: Cell) : string =
        Path.Combine(folder, name experiment cell)

    let internal resultIn (place: string) = Path.Combine(place, "result.json")

    let internal failureIn (place: string) = Path.Combine(place, "failure.json")

    // Held while a cell is at work; it goes with the process that holds it.
    let internal lockIn (place: string) = Path.Combine(place, ".lock")

    /// How the cell of a folder stands. Refusal when why it failed cannot be read.
    let state (place: string) : CellState =
        if File.Exists(resultIn place) then
            CellState.Done
        elif File.Exists(failureIn place) then
            JsonReading.file (failureIn place) (fun at root -> CellState.Failed(JsonReading.value at "reason" root JsonReading.text))
        else
            CellState.Left

    /// How many cells are in which state.
    let countOf (states: CellState list) : SweepCounts =
        (({ Done = 0; Failed = 0; Left = 0 }: SweepCounts), states)
        ||> List.fold (fun counts state ->
            match state with
            | CellState.Done -> { counts with Done = counts.Done + 1 }
            | CellState.Failed _ ->
                { counts with
                    Failed = counts.Failed + 1 }
            | CellState.Left -> { counts with Left = counts.Left + 1 })

    /// How the cells of a plan stand in a folder.
    let count (folder: string) (plan: Plan) : SweepCounts =
        countOf [ for cell in plan.Cells -> state (place folder plan.Experiment cell) ]

    /// Keeps a plan in the folder of its sweep, which is made where there is none. Refusal when it cannot be written.
    let keep (folder: string) (plan: Plan) : unit =
        Output.into folder (fun () -> Output.json (planFile folder) (Plan.toJson plan))

    /// The plan that is kept in a folder. Refusal when there is none.
    let plan (folder: string) : Plan =
        if not (File.Exists(planFile folder)) then
            raise (Refusal $"{folder}: holds no sweep; `interneuron sweep --out {folder}` begins one.")

        Plan.read (planFile folder)

    /// Takes hold of something, until what is returned is disposed or the process ends; None where another has it.
    let internal tryHold (path: string) : IDisposable option =
        FileError.guarded path "written" (fun () ->
            try
                Some(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose))
            with :? IOException as error when FileError.isInUse error ->
                None)

    /// Holds a folder against other sweeps. Refusal, by its name, where one is at work in it.
    let internal hold (folder: string) : IDisposable =
        match tryHold (Path.Combine(folder, ".sweep")) with
        | Some held -> held
        | None -> raise (Refusal $"{folder}: another sweep is at work in this folder.")

    /// Forgets why cells failed, so that they are tried again.
    let internal forgetFailures (folder: string) (plan: Plan) : unit =
        for cell in plan.Cells do
            let failure = failureIn (place folder plan.Experiment cell)

            FileError.guarded failure "replaced" (fun () ->
                if File.Exists failure then
                    File.Delete failure)
