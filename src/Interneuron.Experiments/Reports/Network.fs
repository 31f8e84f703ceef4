namespace Interneuron.Experiments

open System.Globalization
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The diagram of a model of several populations: an oval for each input and variable, a connection for each parameter between two.
[<RequireQualifiedAccess>]
module internal Network =
    // Lengths are in points. Colours are of the palette of Okabe and Ito, as in the figures.
    let private ink = Style.black
    let private forward = "#0072B2"
    let private mutual = "#7A5195"
    let private halfWidth, halfHeight = 46.0, 21.0
    let private across, up = 150.0, 120.0

    let private at (x: float) =
        x.ToString("0.#", CultureInfo.InvariantCulture)

    /// The two activities that a parameter of a synapse connects in the energy, each once: both ways for two variables.
    let private connections (derivation: Derivation) : (string * string * string) list =
        let model = derivation.Model

        let activities =
            [ for v in model.Variables do
                  yield v.Name, v.Index.Over
              for x in model.Inputs do
                  if x.Previous.IsNone then
                      yield x.Name, x.Index.Over ]

        [ for p in model.Learned do
              match p.Role, p.Site with
              | Follows _, _ -> ()
              | _, [ i; j ] ->
                  let found =
                      [ for term in Indexed.addends model.Energy do
                            let symbols = Indexed.symbols term

                            if symbols.Contains p.Name then
                                for x, over in activities do
                                    for y, other in activities do
                                        if over = i.Over && other = j.Over && symbols.Contains x && symbols.Contains y then
                                            p.Name, x, y ]
                      |> List.distinct

                  // Two activities of one population are connected to each other only where nothing else is.
                  let between = found |> List.filter (fun (_, x, y) -> x <> y)
                  yield! (if between.IsEmpty then found else between)
              | _ -> ()

          // What an input drives as it is, without a synapse of its own.
          for term in Indexed.addends model.Energy do
              let symbols = Indexed.symbols term

              let hasSynapse =
                  model.Learned
                  |> List.exists (fun p -> p.Site.Length = 2 && symbols.Contains p.Name)

              for x in model.Inputs do
                  for v in model.Variables do
                      if
                          x.Previous.IsNone
                          && not hasSynapse
                          && x.Index.Over = v.Index.Over
                          && symbols.Contains x.Name
                          && symbols.Contains v.Name
                      then
                          yield "", x.Name, v.Name ]
        |> List.distinctBy (fun (p, x, y) -> p, min x y, max x y)

    let private oval (fill: string) (name: string) (caption: string) (x: float, y: float) =
        let shown = Xml.escaped (IndexedPrint.unicodeSymbol name)

        [ $"<ellipse cx=\"{at x}\" cy=\"{at y}\" rx=\"{at halfWidth}\" ry=\"{at halfHeight}\" fill=\"{fill}\" \
          stroke=\"{ink}\" stroke-width=\"1.2\"/>"
          $"<text x=\"{at x}\" y=\"{at (y + 1.0)}\" text-anchor=\"middle\" font-style=\"italic\">{shown}</text>"
          $"<text x=\"{at x}\" y=\"{at (y + 13.0)}\" text-anchor=\"middle\" font-size=\"9\">{Xml.escaped caption}</text>" ]

    /// The diagram as SVG: inputs below, variables above them.
    let svg (derivation: Derivation) : string =
        let model = derivation.Model
        let inputs = model.Inputs |> List.filter _.Previous.IsNone
        let widest = max model.Variables.Length inputs.Length
        let width = across * float (max widest 2) + 40.0
        let height = 60.0 + up + 110.0

        let row y (names: string list) =
            names
            |> List.mapi (fun n name -> name, (width / 2.0 + across * (float n - float (names.Length - 1) / 2.0), y))

        let variablesY, inputsY = 95.0, 95.0 + up

        let places =
            row variablesY [ for v in model.Variables -> v.Name ]
            @ row inputsY [ for x in inputs -> x.Name ]
            |> Map.ofList

        let isInput name =
            inputs |> List.exists (fun x -> x.Name = name)

        /// The point of an oval's edge that faces another point.
        let edge (x: float, y: float) (tx: float, ty: float) =
            let dx, dy = tx - x, ty - y
            let scale = 1.0 / sqrt ((dx / halfWidth) ** 2.0 + (dy / halfHeight) ** 2.0)
            x + dx * scale, y + dy * scale

        let label (x: float, y: float) name =
            let shown = Xml.escaped (IndexedPrint.unicodeSymbol name)
            $"<text x=\"{at x}\" y=\"{at y}\" font-style=\"italic\" fill=\"{ink}\">{shown}</text>"

        let drawn =
            [ for name, x, y in connections derivation do
                  let from, into = if isInput x then x, y else y, x
                  let isMutual = not (isInput from)
                  let colour = if isMutual then mutual else forward
                  let start = if isMutual then " marker-start=\"url(#mutual)\"" else ""
                  let stop = if isMutual then "mutual" else "forward"

                  if from = into then
                      let cx, cy = places[from]
                      let top = cy - halfHeight

                      $"<path d=\"M{at (cx - 16.0)} {at (top + 2.0)}C{at (cx - 34.0)} {at (top - 36.0)} {at (cx + 34.0)} {at (top - 36.0)} \
                      {at (cx + 16.0)} {at (top + 2.0)}\" fill=\"none\" stroke=\"{colour}\" \
                      stroke-width=\"1.3\"{start} marker-end=\"url(#{stop})\"/>"

                      label (cx + 24.0, top - 22.0) name
                  elif isMutual && abs (fst places[from] - fst places[into]) > 1.5 * across then
                      // Over the ovals between.
                      let x1, x2 = fst places[from], fst places[into]
                      let top = variablesY - halfHeight

                      $"<path d=\"M{at x1} {at top}C{at (x1 + 0.15 * (x2 - x1))} {at (top - 52.0)} {at (x2 - 0.15 * (x2 - x1))} \
                      {at (top - 52.0)} {at x2} {at top}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.3\"{start} \
                      marker-end=\"url(#{stop})\"/>"

                      label ((x1 + x2) / 2.0, top - 44.0) name
                  else
                      let x1, y1 = edge places[from] places[into]
                      let x2, y2 = edge places[into] places[from]

                      $"<line x1=\"{at x1}\" y1=\"{at y1}\" x2=\"{at x2}\" y2=\"{at y2}\" stroke=\"{colour}\" stroke-width=\"1.3\"{start} \
                      marker-end=\"url(#{stop})\"/>"

                      label ((x1 + x2) / 2.0 + 6.0, (y1 + y2) / 2.0 - 3.0) name ]

        let caption (over: Population) =
            $"{over.Name}, {Sizes.count model.Sizes over}"

        let ovals =
            [ for v in model.Variables do
                  yield! oval (if v.Settling = Minimises then "#DDEBF5" else "#FBE6DA") v.Name (caption v.Index.Over) places[v.Name]
              for x in inputs do
                  yield! oval "#FFFFFF" x.Name (caption x.Index.Over) places[x.Name] ]

        let legend y marker colour text =
            [ $"<line x1=\"16\" y1=\"{at (y - 4.0)}\" x2=\"42\" y2=\"{at (y - 4.0)}\" stroke=\"{colour}\" stroke-width=\"1.3\" \
              marker-end=\"url(#{marker})\"/>"
              $"<text x=\"52\" y=\"{at y}\">{text}</text>" ]

        [ $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{at width}pt\" height=\"{at height}pt\" \
          viewBox=\"0 0 {at width} {at height}\" \
          font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\" font-size=\"12\" fill=\"{ink}\">"
          $"<title>{Xml.escaped model.Title}</title>"
          $"<rect width=\"{at width}\" height=\"{at height}\" fill=\"#FFFFFF\"/>"
          "<defs>"
          $"<marker id=\"forward\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\" \
          markerUnits=\"userSpaceOnUse\"><path d=\"M0 0.6L8 4L0 7.4z\" fill=\"{forward}\"/></marker>"
          $"<marker id=\"mutual\" viewBox=\"0 0 6 6\" refX=\"3\" refY=\"3\" markerWidth=\"6\" markerHeight=\"6\" \
          markerUnits=\"userSpaceOnUse\"><circle cx=\"3\" cy=\"3\" r=\"2.6\" fill=\"{mutual}\"/></marker>"
          "</defs>" ]
        @ drawn
        @ ovals
        @ legend (inputsY + 46.0) "forward" forward "from an input"
        @ legend (inputsY + 64.0) "mutual" mutual "between variables, both ways"
        @ [ "</svg>"; "" ]
        |> String.concat "\n"
