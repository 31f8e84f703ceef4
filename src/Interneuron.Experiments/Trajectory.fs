namespace Interneuron.Experiments

open System.IO
open System.Text.RegularExpressions
open Interneuron.Core
open Interneuron.Stimuli

/// How a circuit changed while it learned, as arrays and as a figure.
[<RequireQualifiedAccess>]
module Trajectory =
    let private curves (steps: float array) (rows: float array array) : Curve list =
        [ for i in 0 .. rows[0].Length - 1 ->
              { Label = ""
                Ink = { Style.circuit with Width = 0.8 }
                X = steps
                Y = rows |> Array.map (fun row -> row[i]) } ]

    let private panel steps label (rows: float array array) =
        let values = Array.concat rows
        let least, most = Plots.extremes values

        let range =
            if least < most then
                Plots.padded 0.05 (least, most)
            else
                least - 0.5, most + 0.5

        Panel.Curves(Panel.linear "step (thousands)" (0.0, max 0.001 (Array.last steps)), Panel.linear label range, curves steps rows)

    /// J, the gains, the activation parameters (if the potential has any) and the weights (for N > 1; a single one is 1) against the step, a line for each number.
    let figure (trained: Trained) : Figure =
        let snapshots = Array.ofList trained.Trajectory
        let steps = snapshots |> Array.map (fun s -> float s.Step / 1000.0)
        let parameters = [ for p in trained.Circuit.Potential.Parameters -> p.Name ]

        { RowHeight = 150.0
          Rows =
            [ [ panel steps "objective _J_ (SD^{2})" (snapshots |> Array.map (fun s -> [| s.J |]))
                panel steps "gain _g_ (SD)" (snapshots |> Array.map _.Gains)
                if not parameters.IsEmpty then
                    panel steps "activation parameter _θ_" (snapshots |> Array.map (_.Theta >> Array.concat))
                if trained.Circuit.Primaries > 1 then
                    panel steps "weight _w_" (snapshots |> Array.map (_.W >> Array.concat)) ] ] }

    // A name as part of a file's: letters, digits and dots, with a - for whatever stands between them.
    let private fileName (name: string) =
        let words =
            Regex.Replace(name.ToLowerInvariant(), "[^a-z0-9.]+", "-").Trim('-', '.')

        if words = "" then "trajectory" else "trajectory-" + words

    let private saveOne (folder: string) (name: string) (trained: Trained) : string list =
        let snapshots = Array.ofList trained.Trajectory
        let count = snapshots.Length
        let circuit = trained.Circuit

        let write part shape (values: Snapshot -> float array) =
            let path = Path.Combine(folder, $"{fileName name}-{part}.npy")
            Npy.write path (count :: shape) (Array.collect values snapshots)
            path

        let parameters = circuit.Potential.Parameters.Length

        [ write "j" [ 2 ] (fun s -> [| float s.Step; s.J |])
          write "g" [ circuit.Interneurons ] _.Gains
          if parameters > 0 then
              write "theta" [ circuit.Interneurons; parameters ] (_.Theta >> Array.concat)
          write "w" [ circuit.Interneurons; circuit.Primaries ] (_.W >> Array.concat) ]
        @ Figure.save folder (fileName name) (figure trained)

    /// Writes into a folder, which has to be there, for each circuit at T points of time: trajectory-NAME-j.npy (T x 2: step and J), trajectory-NAME-g.npy
    /// (T x K), trajectory-NAME-theta.npy (T x K x P; only where P > 0), trajectory-NAME-w.npy (T x K x N), trajectory-NAME.png and .svg; a circuit whose name is
    /// empty does without it. Returns the paths. BadInputException when they cannot be written.
    let save (folder: string) (circuits: (string * Trained) list) : string list =
        circuits |> List.collect (fun (name, trained) -> saveOne folder name trained)
