namespace Interneuron.Experiments

open System
open System.Globalization
open System.Text.RegularExpressions
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The diagram of a circuit, drawn from what was derived of it.
[<RequireQualifiedAccess>]
module Diagram =
    // Lengths are in points. Colours are of the palette of Okabe and Ito, as in the figures.
    let private radius = 19.0
    let private margin = 62.0
    let private excitation = "#0072B2"
    let private inhibition = "#D55E00"
    let private lateral = "#7A5195"
    let private ink = Style.black

    /// The most neurons of a population that are drawn.
    let private most = 4, 6

    let private at (x: float) =
        x.ToString("0.#", CultureInfo.InvariantCulture)

    let private line colour width marker (x1: float, y1: float) (x2: float, y2: float) =
        $"<line x1=\"{at x1}\" y1=\"{at y1}\" x2=\"{at x2}\" y2=\"{at y2}\" stroke=\"{colour}\" stroke-width=\"{at width}\" \
        marker-end=\"url(#{marker})\"/>"

    let private circle fill colour (x: float, y: float) =
        $"<circle cx=\"{at x}\" cy=\"{at y}\" r=\"{at radius}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.4\"/>"

    let private text anchor (x: float, y: float) (content: string) =
        $"<text x=\"{at x}\" y=\"{at y}\" text-anchor=\"{anchor}\">{Xml.escaped content}</text>"

    /// A formula with its indices lowered.
    let private formula (x: float, y: float) (content: string) =
        let pieces = Regex.Split(content, @"_(\w+)")

        // Indices are every second piece.
        let lowered =
            [ for i, piece in Array.indexed pieces do
                  if piece <> "" then
                      let shown = Xml.escaped piece

                      if i % 2 = 1 then
                          $"<tspan dy=\"3\" font-size=\"9\">{shown}</tspan>"
                      elif i = 0 then
                          shown
                      else
                          $"<tspan dy=\"-3\">{shown}</tspan>" ]
            |> String.concat ""

        $"<text x=\"{at x}\" y=\"{at y}\" xml:space=\"preserve\">{lowered}</text>"

    /// A quantity with the number of its neuron.
    let private quantity anchor (x: float, y: float) (name: string) (subscript: string) =
        let shown = IndexedPrint.unicodeSymbol name |> Xml.escaped

        $"<text x=\"{at x}\" y=\"{at y}\" text-anchor=\"{anchor}\"><tspan font-style=\"italic\">{shown}</tspan><tspan dy=\"4\" \
        font-size=\"9.5\">{subscript}</tspan></text>"

    /// The point that is `distance` from one point on the way to another, `aside` to the right of the way.
    let private along (x1: float, y1: float) (x2: float, y2: float) distance aside =
        let length = sqrt ((x2 - x1) ** 2.0 + (y2 - y1) ** 2.0)
        let ux, uy = (x2 - x1) / length, (y2 - y1) / length
        x1 + distance * ux - aside * uy, y1 + distance * uy + aside * ux

    /// A connection from one neuron to another, beside the line through their centres.
    let private connection colour width marker aside from into =
        line colour width marker (along from into (radius + 1.0) aside) (along into from (radius + 4.0) -aside)

    let private row count spacing width y =
        [ for n in 0 .. count - 1 -> width / 2.0 + spacing * (float n - float (count - 1) / 2.0), y ]

    let private markers =
        [ for colour, name in [ excitation, "excitation"; ink, "stimulus" ] do
              $"<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\" \
              markerUnits=\"userSpaceOnUse\"><path d=\"M0 0.6L8 4L0 7.4z\" fill=\"{colour}\"/></marker>"
          for colour, name in [ inhibition, "inhibition"; ink, "leak" ] do
              $"<marker id=\"{name}\" viewBox=\"0 0 4 10\" refX=\"2\" refY=\"5\" markerWidth=\"4\" markerHeight=\"9\" orient=\"auto\" \
              markerUnits=\"userSpaceOnUse\"><path d=\"M2 0V10\" stroke=\"{colour}\" stroke-width=\"2.4\"/></marker>"
          for name in [ "lateral" ] do
              $"<marker id=\"{name}\" viewBox=\"0 0 6 6\" refX=\"3\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" \
              markerUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"2.6\" fill=\"{lateral}\"/></marker>" ]

    let private parts (derivation: Derivation) part =
        derivation.Dynamics
        |> List.collect _.Terms
        |> List.filter (fst >> (=) part)
        |> List.map snd

    /// What a part of the dynamics says, as a sum.
    let private sum (terms: Indexed list) =
        IndexedPrint.unicode (Plus terms) |> fun text -> text.Replace("-", "\u2212")

    let private isShort (text: string) = text.Length <= 60

    /// The lines below the diagram: the look of a connection and what it says.
    let private legend (derivation: Derivation) =
        [ for input in derivation.Inputs do
              let z = IndexedPrint.unicode (Symbol(input.Name, [ input.Index ]))
              excitation, "excitation", $"excitation, {z} = {IndexedPrint.unicode input.Form}"
          match parts derivation Inhibition with
          | [] -> ()
          | terms ->
              let outputs =
                  derivation.Inputs
                  |> List.map (fun input ->
                      IndexedPrint.unicode (Symbol(input.Output, [ input.Index ]))
                      + " = "
                      + IndexedPrint.unicode input.OutputFormula)
                  |> List.filter isShort
                  |> String.concat ", "

              let outputs = if outputs = "" then "" else " with " + outputs
              inhibition, "inhibition", $"inhibition, {sum terms}{outputs}"
          match parts derivation Lateral with
          | [] -> ()
          | terms -> lateral, "lateral", $"lateral, {sum terms}"
          match parts derivation Leak with
          | [] -> ()
          | terms -> ink, "leak", $"leak, {sum terms}" ]
        |> List.map (fun (colour, marker, text) ->
            colour,
            marker,
            (if text.Length > 110 then
                 text.Substring(0, 107) + "..."
             else
                 text))

    let private total (derivation: Derivation) =
        let count = Sizes.count derivation.Model.Sizes
        count Population.primary, count Population.interneurons

    /// What is drawn of N primary neurons and K interneurons: all of them, to 4 and 6.
    let private shown (derivation: Derivation) =
        let n, k = total derivation
        min n (fst most), (if derivation.Inputs.IsEmpty then 0 else min k (snd most))

    let private synapses (input: InterneuronInput) =
        Indexed.symbols input.Form
        |> Set.filter (fun name -> name <> "r")
        |> Set.toList
        |> List.tryHead

    /// The circuit as SVG: interneurons above, primary neurons below them, stimuli from below; the synapses both ways, what primary neurons
    /// do to each other, and the leak, each where the dynamics have it. Of large populations the first 4 and 6 neurons are drawn.
    let private circuit (derivation: Derivation) : string =
        let n, k = shown derivation
        let total = total derivation
        let below, above = 130.0, 100.0
        let legend = legend derivation

        // Of the neurons; the names of the populations stand to the right of them.
        let width =
            2.0 * margin + List.max [ below * float (n - 1); above * float (k - 1); 200.0 ]

        let wide =
            max
                (width + 90.0)
                (60.0
                 + 6.2
                   * (legend |> List.map (fun (_, _, text) -> float text.Length) |> List.fold max 0.0))

        let isSpread = not (parts derivation Lateral).IsEmpty
        let reach = 22.0 + 26.0 * float (max 1 (n - 1))

        let primaryY =
            if k > 0 then 215.0
            elif isSpread then 40.0 + reach
            else 60.0

        // Where interneurons are above, lateral connections go below.
        let stimulusY = primaryY + (if isSpread && k > 0 then reach + 62.0 else 66.0)

        let primaries = row n below width primaryY
        let interneurons = row k above width 62.0
        let hasInhibition = not (parts derivation Inhibition).IsEmpty
        let strength = if n * k > 12 then 0.9 else 1.3

        let connections =
            [ for p in primaries do
                  for i in interneurons do
                      connection excitation strength "excitation" 3.2 p i

                      if hasInhibition then
                          connection inhibition strength "inhibition" 3.2 i p ]

        let arcs =
            if not isSpread then
                []
            else
                [ for a in 0 .. n - 1 do
                      for b in a + 1 .. n - 1 do
                          let x1, y = primaries[a]
                          let x2, _ = primaries[b]
                          let side = if k > 0 then 1.0 else -1.0
                          let edge = side * (radius + 3.0)
                          let height = side * (16.0 + 26.0 * float (b - a)) * 4.0 / 3.0
                          let shift = 5.0

                          $"<path d=\"M{at (x1 + shift)} {at (y + edge)}C{at (x1 + 22.0)} {at (y + edge + height)} {at (x2 - 22.0)} \
                          {at (y + edge + height)} {at (x2 - shift)} {at (y + edge)}\" fill=\"none\" stroke=\"{lateral}\" \
                          stroke-width=\"1.3\" marker-start=\"url(#lateral)\" marker-end=\"url(#lateral)\"/>" ]

        let leaks =
            if (parts derivation Leak).IsEmpty then
                []
            else
                [ for x, y in primaries do
                      let s = radius + 2.0
                      // A loop at the lower right.
                      $"<path d=\"M{at (x + s * 0.95)} {at (y + s * 0.2)}C{at (x + 46.0)} {at (y + 10.0)} {at (x + 40.0)} {at (y + 44.0)} \
                      {at (x + s * 0.62)} {at (y + s * 0.86)}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.1\" \
                      marker-end=\"url(#leak)\"/>"

                      if derivation.Model.Constants.ContainsKey "leak" then
                          quantity "start" (x + 38.0, y + 32.0) "leak" "" ]

        let neurons =
            [ for a, p in List.indexed primaries do
                  circle "#DDEBF5" excitation p
                  quantity "middle" (fst p, snd p + 4.0) "r" (string (a + 1))

                  line ink 1.2 "stimulus" (fst p, stimulusY - 14.0) (fst p, snd p + radius + 4.0)
                  quantity "middle" (fst p, stimulusY) "s" (string (a + 1))
              for i, p in List.indexed interneurons do
                  circle "#FBE6DA" inhibition p

                  match derivation.Inputs with
                  | first :: _ ->
                      quantity "middle" (fst p, snd p + 4.0) first.Output (string (i + 1))
                      quantity "middle" (fst p, snd p - radius - 9.0) first.Name (string (i + 1))
                  | [] -> () ]

        // The leftmost synapse is named.
        let names =
            match derivation.Inputs, primaries, interneurons with
            | input :: _, p :: _, i :: _ ->
                match synapses input with
                | Some w ->
                    let x, y = along p i 88.0 0.0
                    // To the left of the connection; W_ai reads row, column.
                    [ quantity "end" (x - 10.0, y - 2.0) w "11" ]
                | None -> []
            | _ -> []

        let captions =
            [ if k > 0 then
                  text "start" (width - 24.0, 66.0) "interneurons"
              text "start" (width - 24.0, primaryY + 4.0) "primary neurons"
              if (n, k) <> total && (n < fst total || (k > 0 && k < snd total)) then
                  text
                      "start"
                      (12.0, 18.0)
                      (if k > 0 then
                           $"{n} of {fst total} and {k} of {snd total} neurons"
                       else
                           $"{n} of {fst total} neurons") ]

        let rows =
            legend
            |> List.mapi (fun m (colour, marker, content) ->
                let y = stimulusY + 30.0 + 20.0 * float m

                [ line colour 1.3 marker (16.0, y - 4.0) (42.0, y - 4.0)
                  formula (52.0, y) content ])
            |> List.concat

        let height = stimulusY + 24.0 + 20.0 * float legend.Length
        let title = Xml.escaped derivation.Model.Title

        [ $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{at wide}pt\" height=\"{at height}pt\" viewBox=\"0 0 {at wide} {at height}\" \
        font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\" font-size=\"12\" fill=\"{ink}\">"
          $"<title>{title}</title>"
          $"<rect width=\"{at wide}\" height=\"{at height}\" fill=\"#FFFFFF\"/>"
          "<defs>" ]
        @ markers
        @ [ "</defs>" ]
        @ connections
        @ arcs
        @ leaks
        @ neurons
        @ names
        @ captions
        @ rows
        @ [ "</svg>"; "" ]
        |> String.concat "\n"

    /// A circuit of primary neurons and interneurons neuron by neuron; any other model by its populations (see `Network`).
    let svg (derivation: Derivation) : string =
        if
            derivation.Model.Variables = [ Model.response ]
            && derivation.Model.Inputs = [ Model.stimulus ]
        then
            circuit derivation
        else
            Network.svg derivation
