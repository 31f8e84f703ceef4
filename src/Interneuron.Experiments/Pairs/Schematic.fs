namespace Interneuron.Experiments

open System
open System.IO
open System.Threading
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Running
open Interneuron.Stimuli

/// The schematic that opens the paper (theory, section 6, item 0), drawn from a circuit that has learned: the density of its stimuli, the
/// circuit with its weights, what one of its interneurons computes, and the density of its responses.
[<RequireQualifiedAccess>]
module Schematic =
    /// The settings; with the stimuli's file, if there is one, they determine the result.
    type Settings =
        {
            /// Where the pairs come from.
            Source: Source
            /// The vertical offset of the pairs, in pixels; an array is taken as it is.
            Offset: int
            /// What is learned and how; three interneurons where their number is open.
            Learning: Learning
        }

    /// The result.
    type Result =
        {
            /// The settings that led to it.
            Settings: Settings
            /// s, n x 2.
            Stimuli: float array
            /// The circuit with its history.
            Trained: Trained
            /// r, n x 2.
            Responses: float array
            /// The corrected mutual information of the stimuli and of the responses, in nats.
            Information: float * float
            /// How far the gains are from the best.
            GainGap: GainGap
        }

    /// The most interneurons that there is room to draw.
    let most = 6

    /// Scene 1, offset 2, three interneurons, and the defaults of learning.
    let standard: Settings =
        { Source = Source.Scene 1
          Offset = 2
          Learning =
            { Learning.standard with
                Interneurons = Some 3 } }

    /// Loads the pairs and learns. Refusal for a source that cannot be used, ArgumentException for choices that cannot be or drawn,
    /// NotConvergedException when a stimulus has no response; OperationCanceledException on cancellation.
    let run (settings: Settings) (progress: Progress -> unit) (cancellation: CancellationToken) : Result =
        let k = defaultArg settings.Learning.Interneurons 3

        if k > most then
            Refusal.argument (nameof settings) $"the number of interneurons is {k}; a schematic has room for at most {most}"

        let stimuli = Treatment.load settings.Source settings.Offset
        let trained = Treatment.learn settings.Learning k progress cancellation stimuli.S

        cancellation.ThrowIfCancellationRequested()
        let s = Source.measured stimuli
        let r = Learning.responses (Source.describe settings.Source) trained.Circuit s

        { Settings = settings
          Stimuli = s
          Trained = trained
          Responses = r
          Information = Dependence.corrected Deviation.Own s, Dependence.corrected Deviation.OfTarget r
          GainGap = GainGap.measure cancellation trained.Circuit s }

    // ---- as numbers

    /// The result as one JSON object, without the pairs.
    let toJson (result: Result) : Json =
        let circuit = result.Trained.Circuit
        let before, after = result.Information

        Json.Object(
            Source.members Source.ofAnyKind result.Settings.Source
            @ [ "offset",
                (if Source.isArray result.Settings.Source then
                     Json.Null
                 else
                     Json.whole result.Settings.Offset)
                "samples", Json.whole (result.Stimuli.Length / 2) ]
            @ Learning.members result.Settings.Learning
            @ [ "interneurons", Json.whole circuit.Interneurons ]
            @ CircuitFile.settingsMembers result.Trained.Settings
            @ Learning.parameterMembers circuit
            @ [ "mutual_information", Json.Object [ "stimuli", Json.Number before; "responses", Json.Number after ] ]
            @ GainGap.members result.GainGap
        )

    let private short = Output.decimals 4

    let private two (value: float) =
        (Output.decimals 2 value).Replace('-', '\u2212')

    /// The result as names and values, for people.
    let toTable (result: Result) : (string * string) list =
        let circuit = result.Trained.Circuit

        [ "stimuli", Source.describe result.Settings.Source
          "potential", circuit.Potential.Name
          "MI of stimuli", short (fst result.Information) + " nats"
          "MI of responses", short (snd result.Information) + " nats"
          "gain gap", GainGap.text result.GainGap
          for i in 0 .. circuit.Interneurons - 1 do
              let theta = circuit.Theta[i] |> Array.map short |> String.concat " "
              let w = circuit.W[i] |> Array.map short |> String.concat ", "
              $"interneuron {i + 1}", $"g {short circuit.Gains[i]}, theta {theta}, w ({w})" ]

    // ---- the figure

    let private height = 188.0
    let private subscript (i: int) = string (char (0x2080 + i + 1))

    let private density left (label: string) coordinates ink pairs weights : Element list =
        let side, top = 98.0, 46.0
        let middle = left + side / 2.0, top + side / 2.0

        let plane: Plane =
            { Title = ""
              Note = ""
              Coordinates = coordinates
              Ink =
                { ink with
                    Stroke = Stroke.Solid
                    Width = 1.1 }
              Pairs = pairs
              Weights = weights }

        let first, second = coordinates

        [ yield! Plane.elements side middle plane
          Element.frame Style.axis (left, top) (left + side, top + side)
          Element.Text((fst middle, top - 17.0), Anchor.Middle, label)
          for value in [ -2; 0; 2 ] do
              let at = side * (0.5 + float value / (2.0 * Plane.extent))
              let text = (string value).Replace('-', '\u2212')
              Element.Line(Style.axis, [| left + at, top + side; left + at, top + side + 2.5 |])
              Element.Line(Style.axis, [| left, top + side - at; left - 2.5, top + side - at |])
              Element.Text((left + at, top + side + 10.0), Anchor.Middle, text)
              Element.Text((left - 4.0, top + side - at + 0.36 * Style.textSize), Anchor.End, text)
          Element.Text((fst middle, top + side + 20.0), Anchor.Middle, first)
          Element.Upright((left - 17.0, snd middle), Anchor.Middle, second) ]

    let private pen colour width =
        { Style.axis with
            Colour = colour
            Width = width }

    /// A line that ends in an arrow's head before a place.
    let private arrow (ink: Ink) (fromX, fromY) (toX, toY) : Element list =
        let dx, dy = toX - fromX, toY - fromY
        let length = sqrt (dx * dx + dy * dy)
        let ux, uy = dx / length, dy / length
        let size = 4.5
        let baseX, baseY = toX - size * ux, toY - size * uy

        [ Element.Line(ink, [| fromX, fromY; baseX, baseY |])
          Element.Area(
              ink.Colour,
              [| toX, toY
                 baseX - 0.45 * size * uy, baseY + 0.45 * size * ux
                 baseX + 0.45 * size * uy, baseY - 0.45 * size * ux |]
          ) ]

    let private radius = 9.0

    /// The circuit: inputs from the left, primary neurons, interneurons above one another, and a synapse for every weight, as wide as it is
    /// large and broken where it is negative.
    let private network left (circuit: Circuit) (picked: int) : Element list =
        let k = circuit.Interneurons
        let primary j = left + 40.0, 75.0 + 48.0 * float j
        let gap = min 36.0 (110.0 / float (max 1 (k - 1)))

        let interneuron i =
            left + 108.0, 99.0 + gap * (float i - float (k - 1) / 2.0)

        let grey = "#E4E4E4"

        [ for i in 0 .. k - 1 do
              for j in 0..1 do
                  let w = circuit.W[i][j]

                  let ink =
                      { pen Style.circuit.Colour (0.3 + 2.6 * abs w) with
                          Stroke = if w < 0.0 then Stroke.Dashed else Stroke.Solid }

                  Element.Line(ink, [| primary j; interneuron i |])
          for j in 0..1 do
              let x, y = primary j
              yield! arrow (pen Style.black 0.9) (x - 34.0, y) (x - radius, y)
              Element.Text((x - 36.0, y - 4.0), Anchor.Start, "_s_" + subscript j)
              Element.Disc(x, y, radius, grey, pen Style.black 0.9)
              Element.Text((x, y + 2.7), Anchor.Middle, "_r_" + subscript j)
          for i in 0 .. k - 1 do
              let x, y = interneuron i
              let rim = pen Style.black (if i = picked then 1.6 else 0.9)
              Element.Disc(x, y, radius, (if i = picked then "#FFFFFF" else grey), rim)
              Element.Text((x, y + 2.7), Anchor.Middle, "_n_" + subscript i)
          Element.Text((left + 40.0, 44.0), Anchor.Middle, "primary neurons")
          Element.Text((left + 108.0, 44.0 - (if k > 3 then 8.0 else 0.0)), Anchor.Middle, "interneurons")
          Element.Text((left + 12.0, height - 21.0), Anchor.Start, "to interneurons: _W_^{T}_r_,  back: −_W_ _n_")
          // What the lines mean.
          for i, (text, w) in List.indexed [ "_w_ > 0", 0.7; "_w_ < 0", -0.7 ] do
              let x = left + 12.0 + 62.0 * float i

              let ink =
                  { pen Style.circuit.Colour (0.3 + 2.6 * abs w) with
                      Stroke = if w < 0.0 then Stroke.Dashed else Stroke.Solid }

              Element.Line(ink, [| x, height - 10.0; x + 18.0, height - 10.0 |])
              Element.Text((x + 22.0, height - 7.4), Anchor.Start, text) ]

    /// One interneuron: its weighted input z, its activation function over three standard deviations, its gain and its output.
    let private inset left (circuit: Circuit) (picked: int) : Element list =
        let theta = List.ofArray circuit.Theta[picked]
        let f = Potential.evaluate circuit.Potential circuit.Potential.Activation theta
        let side, top = 58.0, 70.0
        let range = 3.0
        let z = [| for i in 0..120 -> range * (float i / 60.0 - 1.0) |]
        let values = z |> Array.map f
        let largest = values |> Array.map abs |> Array.max

        let at (z, y) =
            left + side * (0.5 + z / (2.0 * range)), top + side * (0.5 - y / (2.1 * largest))

        let middle = top + side / 2.0
        let w = circuit.W[picked]

        let names =
            List.zip [ for p in circuit.Potential.Parameters -> if p.Name = "theta" then "_θ_" else RichText.plain p.Name ] theta

        let right = left + side

        [ Element.frame (pen Style.black 0.9) (left, top) (right, top + side)
          Element.Line(pen "#B8B8B8" 0.5, [| left, middle; right, middle |])
          Element.Line(pen "#B8B8B8" 0.5, [| left + side / 2.0, top; left + side / 2.0, top + side |])
          Element.Line({ Style.circuit with Width = 1.4 }, Array.map at (Array.zip z values))
          yield! arrow (pen Style.black 0.9) (left - 20.0, middle) (left, middle)
          Element.Text((left - 12.0, middle - 5.0), Anchor.Middle, "_z_")
          yield! arrow (pen Style.black 0.9) (right, middle) (right + 10.0, middle)
          Element.Area(
              "#E4E4E4",
              [| right + 10.0, middle - 9.0
                 right + 10.0, middle + 9.0
                 right + 27.0, middle |]
          )
          Element.Line(
              pen Style.black 0.9,
              [| right + 10.0, middle - 9.0
                 right + 10.0, middle + 9.0
                 right + 27.0, middle
                 right + 10.0, middle - 9.0 |]
          )
          Element.Text((right + 15.5, middle + 2.2), Anchor.Middle, "_g_")
          yield! arrow (pen Style.black 0.9) (right + 27.0, middle) (right + 37.0, middle)
          Element.Text((right + 39.0, middle + 2.6), Anchor.Start, "_n_" + subscript picked)
          Element.Text((left + side / 2.0, top - 16.0), Anchor.Middle, "interneuron " + string (picked + 1))
          Element.Text((left + side / 2.0, top - 5.0), Anchor.Middle, "_f_(_θ_, _z_)")
          let joint = if w[1] < 0.0 then "\u2212" else "+"

          let lines =
              [ $"_z_ = {two w[0]} _r_₁ {joint} {two (abs w[1])} _r_₂"
                String.concat ", " [ for name, value in names -> $"{name} = {two value}" ]
                "_g_ = "
                + circuit.Gains[picked].ToString("G2", Globalization.CultureInfo.InvariantCulture) ]

          for i, text in List.indexed (List.filter ((<>) "") lines) do
              Element.Text((left - 4.0, top + side + 13.0 + 10.5 * float i), Anchor.Start, text) ]

    /// The four parts side by side; the interneuron with the largest gain is the one taken apart. Dashed circles: a spherical Gaussian.
    let figure (result: Result) : Figure =
        let circuit = result.Trained.Circuit

        let picked =
            [ 0 .. circuit.Interneurons - 1 ] |> List.maxBy (fun i -> circuit.Gains[i])

        let weights = List.ofArray (Array.zip circuit.W circuit.Gains)
        let information, left = result.Information, "MI "

        { Caption =
            { Title = "A circuit that has learned, and one of its interneurons."
              Panels =
                [ $"Density of the stimuli, each coordinate in its standard deviations: contours at the levels that a spherical Gaussian \
                has at radii of 0.625, 1.25 and 1.875 (dashed circles). Corrected mutual information {short (fst information)} nats."
                  "The circuit: stimuli _s_ drive primary neurons _r_, these excite interneurons _n_ through the weights _W_^{T}, which \
                  take −_W_ _n_ off. A line is as wide as its weight is large, and dashed where that is negative. The interneuron with the \
                  thick rim, that of the largest gain, is taken apart in (c)."
                  $"Interneuron {picked + 1}: weighted input _z_, activation function _f_ over ±3 (SD), gain _g_ and output _n_ = _g f_."
                  $"Density of the responses, in standard deviations of the target, as in (a). Grey lines: the directions of the synaptic \
                  weights, as wide as the gains are large. Corrected mutual information {short (snd information)} nats." ]
              Settings = Caption.settings 2 result.Settings.Source result.Settings.Learning
              Numbers = toTable result }
          RowHeight = height
          Rows =
            [ [ Panel.Sketch(
                    false,
                    [ yield! density 27.0 "stimuli" ("_s_₁ (SD)", "_s_₂ (SD)") Style.stimulus (Plane.standardised result.Stimuli) []
                      yield! network 134.0 circuit picked
                      yield! inset 279.0 circuit picked
                      yield! density 409.0 "responses" ("_r_₁ (SD)", "_r_₂ (SD)") Style.circuit result.Responses weights
                      Element.Text((76.0, 40.0), Anchor.Middle, left + short (fst information) + " nats")
                      Element.Text((458.0, 40.0), Anchor.Middle, left + short (snd information) + " nats")
                      for x, letter in [ 1.0, "a"; 140.0, "b"; 264.0, "c"; 386.0, "d" ] do
                          Element.Letter((x, Style.letterSize), letter) ]
                ) ] ] }

    // The circuit.
    let private files folder (result: Result) : string list =
        let circuit = Path.Combine(folder, "circuit.json")
        CircuitFile.write circuit (CircuitFile.ofTrained result.Settings.Source (result.Stimuli.Length / 2) result.Trained)
        [ circuit ]

    /// A circuit of two primary neurons, drawn with its stimuli and responses.
    let experiment: Experiment<Settings, Result> =
        { Name = "schematic"
          Summary = "draw a trained circuit with the densities of its stimuli and responses"
          Example = "--scene 1 --interneurons 3"
          Standard = standard
          Quick =
            { standard with
                Learning =
                    { standard.Learning with
                        Steps = Some 20_000 } }
          Options =
            [ Setting.source (fun source settings -> { settings with Source = source })
              Setting.single Options.offset (fun offset settings -> { settings with Offset = offset })
              Setting.learning LearningChoices.all _.Learning (fun learning settings -> { settings with Learning = learning }) ]
          Run = run
          ToJson = toJson
          ToTable = toTable
          Courses = Experiment.courses (fun result -> [ "", result.Trained ])
          Figure = figure
          Files = files }
