namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Derivation.Checks

/// What is said of learning near its point of rest.
[<RequireQualifiedAccess>]
module SlowWords =
    let private short (x: float) =
        x.ToString("G3", CultureInfo.InvariantCulture)

    let private between (least: float, most: float) =
        match least > 0.0, Double.IsFinite most with
        | true, true -> $"from {short least} to {short most} times this"
        | true, false -> $"at {short least} times this or more"
        | false, true -> $"up to {short most} times this"
        | false, false -> "from 1e-4 to 1e4 times this, as far as was tried"

    /// Each a name and what it is, for a table of results.
    let rows (modes: SlowModes) : (string * string) list =
        let names = String.concat ", " modes.Ascending

        [ match modes.Eigenvalues with
          | [] -> ()
          | all when modes.IsStable ->
              let first, last = -(List.head all).Real, -(List.last all).Real

              "modes of learning",
              $"decay by {short (min first last)} to {short (max first last)} of themselves a step"
              + (if modes.Turns then ", some turning" else "")
          | all ->
              let growth = all |> List.map _.Real |> List.max
              "modes of learning", $"not stable: one grows by {short growth} of itself a step"
          if modes.Flat > 0 then
              "flat directions", string modes.Flat
          if modes.Largest > 0.0 && Double.IsFinite modes.Largest then
              "rates", $"stable up to {short modes.Largest} times as large"
          match modes.Ratios with
          | Some range -> $"rates of {names}", $"stable {between range}, the others as they are"
          | None when not modes.Ascending.IsEmpty -> $"rates of {names}", "stable at none, the others as they are"
          | None -> () ]
