/// What tests of pages share: states, and the services of a studio without its server.
module Interneuron.Studio.Tests.Scene

open System
open System.Collections.Immutable
open System.Threading.Tasks
open Interneuron
open Interneuron.Studio

let phase source contrast target steps =
    Phase(StimulusSource.Parse source, contrast, target, steps)

/// A state of phases, of which the last has made so many steps.
let state (phases: Phase list) made =
    StudioState(Phases = ImmutableArray.CreateRange phases, Made = made)

/// The same with other choices.
let ofPotential (potential: string) (parameters: string) (state: StudioState) =
    StudioState(
        Potential = potential,
        Parameters = parameters,
        Primaries = state.Primaries,
        Interneurons = state.Interneurons,
        Leak = state.Leak,
        Rule = state.Rule,
        Seed = state.Seed,
        Phases = state.Phases,
        Made = state.Made
    )

/// The same after so many steps.
let after made (state: StudioState) =
    StudioState(Potential = state.Potential, Parameters = state.Parameters, Primaries = state.Primaries, Phases = state.Phases, Made = made)

/// The same for N primary neurons.
let ofPrimaries n (state: StudioState) =
    StudioState(Primaries = n, Phases = state.Phases, Made = state.Made)

/// Scene 1 for a few steps.
let short = state [ phase "scene:1" 1.0 "gaussian" 2_000 ] 0

let store = new StimulusStore(new Uploads())

let wait (task: Task) = task.GetAwaiter().GetResult()

let result (task: Task<'T>) = task.GetAwaiter().GetResult()

/// Waits until something holds, for at most so many seconds.
let until (seconds: float) (holds: unit -> bool) : bool =
    let clock = Diagnostics.Stopwatch.StartNew()

    while not (holds ()) && clock.Elapsed.TotalSeconds < seconds do
        Threading.Thread.Sleep 20

    holds ()

/// The gains in digits that tell doubles apart.
let gains (circuit: Circuit) = List.ofSeq circuit.Gains
