namespace Interneuron.Experiments

open System.IO
open System.Text.RegularExpressions
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Running
open Interneuron.Stimuli
open Interneuron.Derivation.Models

/// Parameters of one kind over time.
type CoursePart =
    {
        /// As in the names of files: g, theta, w.
        Name: string
        /// As on an axis.
        Label: string
        /// The shape at one time.
        Shape: int list
        /// The numbers at each time, row-major.
        Rows: float array array
    }

/// How a circuit or a model changed while it learned.
type Course =
    {
        /// Steps made at each time.
        Steps: int array
        /// J at each.
        J: float array
        /// The parameters.
        Parts: CoursePart list
    }

/// How a circuit or a model changed while it learned, as arrays and as a figure.
[<RequireQualifiedAccess>]
module Trajectory =
    let private part name label shape rows =
        { Name = name
          Label = label
          Shape = shape
          Rows = rows }

    let private gains k rows = part "g" "gain _g_ (SD)" [ k ] rows

    let private weights k n rows =
        part "w" "synaptic weight _w_" [ k; n ] rows

    let private activation k parameters rows =
        part "theta" "activation parameter _θ_" [ k; parameters ] rows

    /// The course of a circuit: g (K), theta (K x P; only where P > 0), w (K x N).
    let ofTrained (trained: Trained) : Course =
        let snapshots = Array.ofList trained.Trajectory
        let k, n = trained.Circuit.Interneurons, trained.Circuit.Primaries
        let parameters = trained.Circuit.Potential.Parameters.Length

        { Steps = snapshots |> Array.map _.Step
          J = snapshots |> Array.map _.J
          Parts =
            [ gains k (snapshots |> Array.map _.Gains)
              if parameters > 0 then
                  activation k parameters (snapshots |> Array.map (_.Theta >> Array.concat))
              weights k n (snapshots |> Array.map (_.W >> Array.concat)) ] }

    /// The course of a model of the library, for N primary neurons and K interneurons, from the parameters and J after some steps: of g,
    /// theta, W (as w, K x N) and M (as m, N x N), those that it has.
    let ofValues (n: int) (k: int) (times: (int * Values * float) list) : Course =
        let times = Array.ofList times

        let rows name =
            times |> Array.map (fun (_, values: Values, _) -> values[name])

        let has name =
            (let _, values, _ = times[0] in values.ContainsKey name)

        let transposed (w: float array) =
            Array.init w.Length (fun m -> w[m % n * k + m / n])

        { Steps = times |> Array.map (fun (step, _, _) -> step)
          J = times |> Array.map (fun (_, _, j) -> j)
          Parts =
            [ if has "g" then
                  gains k (rows "g")
              if has "theta" then
                  activation k 1 (rows "theta")
              if has "W" then
                  weights k n (rows "W" |> Array.map transposed)
              if has "M" then
                  part "m" "lateral weight _M_" [ n; n ] (rows "M") ] }

    /// The course of a model of any energy: each of its parameters by its own name.
    let ofModel (instance: Instance) (times: (int * Values * float) list) : Course =
        let times = Array.ofList times

        { Steps = times |> Array.map (fun (step, _, _) -> step)
          J = times |> Array.map (fun (_, _, j) -> j)
          Parts =
            [ for p in instance.Derivation.Model.Learned ->
                  let shape = [ for index in p.Site -> Sizes.count instance.Sizes index.Over ]

                  times
                  |> Array.map (fun (_, values: Values, _) -> values[p.Name])
                  |> part p.Name p.Name shape ] }

    /// The numbers of a part at each time. Refuses a name that the course does not have.
    let rows (name: string) (course: Course) : float array array =
        (course.Parts |> List.find (fun part -> part.Name = name)).Rows

    // A colour for each interneuron, or each row; its first number unbroken, its others dashed.
    let private curves (steps: float array) (shape: int list) (rows: float array array) : Curve list =
        let count = shape.Head
        let each = rows[0].Length / count

        [ for i in 0 .. count - 1 do
              for j in 0 .. each - 1 ->
                  { Label =
                      if count > 1 && count <= 4 && j = 0 then
                          $"interneuron {i + 1}"
                      else
                          ""
                    Ink =
                      { Style.ordered count i with
                          Stroke = (if j = 0 then Stroke.Solid else Stroke.Dashed) }
                    X = steps
                    Y = rows |> Array.map (fun row -> row[i * each + j]) } ]

    let private panel steps label (shape: int list) (rows: float array array) =
        let values = Array.concat rows
        let least, most = Plots.extremes values

        let range =
            if least < most then
                Plots.padded 0.05 (least, most)
            else
                least - 0.5, most + 0.5

        Panel.Curves(Axis.linear "step (thousands)" (0.0, max 0.001 (Array.last steps)), Axis.linear label range, curves steps shape rows)

    // Weights of one primary neuron are 1 or -1 for good where columns are held to a length.
    let private moves (part: CoursePart) =
        part.Shape |> List.exists (fun length -> length > 1)
        && (part.Name <> "w" || List.last part.Shape > 1)
        || part.Rows |> Array.exists (fun row -> row <> part.Rows[0])

    let private told (part: CoursePart) =
        let count, each = part.Shape.Head, List.fold (*) 1 part.Shape.Tail

        let colours =
            if count = 1 then
                ""
            elif count <= 4 then
                ", a colour for each interneuron"
            else
                $", a colour for each of {count} interneurons, from the first (dark) to the last (light) where there are many"

        let strokes =
            if each > 1 then
                "; solid for its first number, dashed for the others"
            else
                ""

        $"The {part.Label} over the steps{colours}{strokes}."

    /// J and the parameters against the step, a line for each number; without weights that never move.
    let figure (course: Course) : Figure =
        let steps = course.Steps |> Array.map (fun step -> float step / 1000.0)
        let parts = course.Parts |> List.filter moves

        { Caption =
            { Title = "How the objective and the parameters change while learning."
              Panels =
                "The objective _J_, on a sample of the stimuli, over the steps."
                :: List.map told parts
              Settings = [ "steps", Output.count (Array.last course.Steps) ]
              Numbers = [ "J first and last", $"{Output.short course.J[0]}, {Output.short (Array.last course.J)}" ] }
          RowHeight = 170.0
          Rows =
            [ [ panel steps "objective _J_ (SD^{2})" [ 1 ] (course.J |> Array.map Array.singleton)
                for part in parts do
                    panel steps part.Label part.Shape part.Rows ] ] }

    // A name as part of a file's: letters, digits and dots, with a - for whatever stands between them.
    let private fileName (name: string) =
        let words =
            Regex.Replace(name.ToLowerInvariant(), "[^a-z0-9.]+", "-").Trim('-', '.')

        if words = "" then "trajectory" else "trajectory-" + words

    let private saveOne (folder: string) (name: string, course: Course) : string list =
        let count = course.Steps.Length

        let write part shape (rows: float array array) =
            let path = Path.Combine(folder, $"{fileName name}-{part}.npy")
            Npy.write path (count :: shape) (Array.concat rows)
            path

        [ write "j" [ 2 ] (Array.map2 (fun step j -> [| float step; j |]) course.Steps course.J)
          for part in course.Parts do
              write part.Name part.Shape part.Rows ]
        @ Figure.save folder (fileName name) (figure course)

    /// Writes into a folder, which has to be there, for each course of T points of time: trajectory-NAME-j.npy (T x 2: step and J), for
    /// each part trajectory-NAME-PART.npy (T x its shape) and the figure trajectory-NAME (see `Figure.save`); a course whose name is empty
    /// does without it. Returns the paths. Refusal when they cannot be written.
    let save (folder: string) (courses: (string * Course) list) : string list =
        courses |> List.collect (saveOne folder)
