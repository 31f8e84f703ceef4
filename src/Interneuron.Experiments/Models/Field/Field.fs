namespace Interneuron.Experiments

open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// A model of the field: what is derived from it, and what its run came to.
type FieldModel =
    {
        /// Its name in the library.
        Name: string
        /// All that is derived.
        Derived: Derived
        /// Its published rules beside the derived ones.
        Published: Comparison list
        /// What the run shows.
        Shows: string
        /// The numbers of the run.
        Claims: Claimed list
        /// A small figure of it.
        Panel: Panel
    }

/// Published models of normative circuits, derived from the library's texts and run.
[<RequireQualifiedAccess>]
module Field =
    /// The models that run: each with what its run shows, and the run.
    let runs: (string * string * (Sight -> unit)) list =
        FieldCircuits.runs @ FieldSubspaces.runs @ FieldCodes.runs @ FieldResponses.runs

    // A name in lines that a panel has room for, broken at its hyphens.
    let private inLines (name: string) =
        (name.Split '-', [])
        ||> Array.foldBack (fun part lines ->
            match lines with
            | line :: others when part.Length + 1 + String.length line <= 20 -> $"{part}-{line}" :: others
            | [] -> [ part ]
            | lines -> part + "-" :: lines)
        |> String.concat "\n"

    let private panel (name: string) (sight: Sight) : Panel =
        let all = Array.concat sight.Drawn

        let axis name (values: float array) =
            let least, most = Plots.extremes values
            let room = if most > least then 0.08 * (most - least) else 1.0
            Axis.linear name (least - room, most + room)

        let x, y = sight.Axes

        Panel.Curves(
            axis x (Array.map fst all),
            axis y (Array.map snd all),
            [ for i, points in List.indexed sight.Drawn do
                  let ink =
                      if points.Length > 60 then
                          Style.cloud (Style.line i)
                      else
                          Style.marks i

                  Plots.curve (if i = 0 then inLines name else "") ink (Array.map fst points) (Array.map snd points) ]
        )

    /// Derives a model, certifies it on so many circuits, and runs it.
    let model (circuits: int) (name: string, shows: string, run: Sight -> unit) : FieldModel =
        let derived = Derived.ofModel circuits 1 (FieldTools.model name)
        let sight = Sight()
        run sight

        { Name = name
          Derived = derived
          Published = Published.check derived.Derivation
          Shows = shows
          Claims = sight.Claims
          Panel = panel name sight }

    /// A claim in words: cos 0.9998, above 0.999.
    let claim (c: Claimed) : string =
        let n = Output.small

        match c.Claim with
        | Above least -> $"{c.Name} {n c.Value}, above {n least}"
        | Below most -> $"{c.Name} {n c.Value}, below {n most}"
        | Near(value, within) -> $"{c.Name} {n c.Value}, {n value} to {n within}"

    /// How the derived rules stand to the published ones: W same times 2; or differs by ....
    let published (m: FieldModel) : string =
        match m.Published with
        | [] -> "none stated"
        | rules ->
            [ for c in rules ->
                  if c.IsEqual && abs (c.Factor - 1.0) < 1e-9 then
                      $"{c.Rule.Parameter} same"
                  elif c.IsEqual then
                      $"{c.Rule.Parameter} same, times {Output.small c.Factor}"
                  else
                      $"{c.Rule.Parameter} differs by {Direction.text c.Difference}" ]
            |> String.concat "; "

    /// The grade of each rule, and that of the dynamics.
    let locality (m: FieldModel) : string =
        [ for rule in m.Derived.Derivation.Rules -> $"{rule.Parameter.Name} {ReportWords.localityName rule.Locality}"
          for d in m.Derived.Derivation.Dynamics -> $"d{d.Variable.Name}/dt {ReportWords.localityName d.Locality}" ]
        |> String.concat "; "

    /// The largest errors of the certificate: against dual numbers, and against differences of the objective.
    let certificate (m: FieldModel) : string =
        let worst errors =
            (List.fold max 0.0 errors).ToString("0e-0", System.Globalization.CultureInfo.InvariantCulture)

        let rules = m.Derived.Certificate.Rules

        (if m.Derived.Certificate.IsPassed then
             "passed"
         else
             "failed")
        + $", {worst [ for r in rules -> r.DualError ]} and {worst [ for r in rules -> r.DifferenceError ]}"

    /// A table of all in Markdown, a row a model.
    let table (models: FieldModel list) : string =
        let row (cells: string list) =
            "| "
            + String.concat " | " [ for cell in cells -> cell.Replace("|", "\\|") ]
            + " |\n"

        let header =
            [ "model"
              "source"
              "published rules"
              "locality"
              "certificate: duals and differences"
              "run" ]

        row header
        + row [ for _ in header -> "---" ]
        + String.concat
            ""
            [ for m in models ->
                  row
                      [ m.Name
                        m.Derived.Derivation.Model.Citation
                        published m
                        locality m
                        certificate m
                        m.Claims |> List.map claim |> String.concat "; " ] ]

    /// One panel a model, four in a row.
    let figure (models: FieldModel list) : Figure =
        { Rows = models |> List.map _.Panel |> List.chunkBySize 4
          RowHeight = 120.0
          Caption =
            { Title = "The runs of the field's models, each beside what it has to come to."
              Panels = [ for m in models -> m.Name + ": " + m.Shows + "." ]
              Settings = []
              Numbers = [ for m in models -> m.Name, m.Claims |> List.map claim |> String.concat "; " ] } }
