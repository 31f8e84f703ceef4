namespace Interneuron.Core.Circuits

open System
open System.Globalization
open Interneuron.Statistics

/// The memory that learning takes, said before it is taken.
[<RequireQualifiedAccess>]
module Footprint =
    // Bytes of a number, of an array's head, and of the places in a hundred snapshots.
    let private number = 8.0
    let private head = 24.0
    let private snapshots = 104.0

    /// Bytes for learning K interneurons of N primary neurons with P activation parameters in batches: the circuit on its way and the
    /// solver's workspace; the stimuli, which are there already, not counted. An estimate, right to about a factor of 2.
    let ofLearning (primaries: int) (interneurons: int) (parameters: int) (batch: int) : float =
        let n, k, p = float primaries, float interneurons, float parameters
        let samples = float (max 8 (min batch 256))
        // Gain, theta and column, each of the two an array of its own.
        let circuit = k * (number * (1.0 + p + n) + 2.0 * (head + number))
        let terms = k * (1.0 + p + n) * samples * number
        let scratch = 8.0 * number * (7.0 * n + 3.0 * k + n * n)
        let prepared = k * (n + p + 32.0) * number
        let drawn = float batch * 16.0
        (snapshots + 6.0) * circuit + terms + scratch + prepared + drawn

    /// What a run may take: three quarters of the memory that this process may use.
    let limit () : float =
        0.75 * float (GC.GetGCMemoryInfo()).TotalAvailableMemoryBytes

    /// For people: bytes as MB or GB.
    let text (bytes: float) : string =
        let value, unit = if bytes < 1e9 then bytes / 1e6, "MB" else bytes / 1e9, "GB"

        value.ToString((if value < 10.0 then "0.0" else "#,0"), CultureInfo.InvariantCulture)
        + " "
        + unit

    /// Refuses a run that would take more than the limit, with the figures.
    let require (limit: float) (primaries: int) (interneurons: int) (parameters: int) (batch: int) : unit =
        let bytes = ofLearning primaries interneurons parameters batch

        if bytes > limit then
            Refusal.argument
                (nameof interneurons)
                $"{interneurons} interneurons of {primaries} primary neurons, learning in batches of {batch}, would take {text bytes} of \
                memory; the limit here is {text limit}"
