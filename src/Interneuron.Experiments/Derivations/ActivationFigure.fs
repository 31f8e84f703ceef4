namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Core

/// A potential, its activation and their slope, drawn.
[<RequireQualifiedAccess>]
module ActivationFigure =
    let private z = Plots.spread 601 (-3.0, 3.0)

    /// Three values across a parameter's interval; of an infinite one, across the values that learning starts from.
    let private values (p: Parameter) =
        let lower, upper =
            match Double.IsFinite p.Lower, Double.IsFinite p.Upper with
            | true, true -> p.Lower, p.Upper
            | true, false -> p.Lower, p.Lower + 2.0 * (snd p.Initial - fst p.Initial)
            | _ -> p.Initial

        [ lower; 0.5 * (lower + upper); upper ]

    let private looks =
        [ { Style.circuit with Colour = "#7FBDE6" }
          Style.circuit
          { Style.circuit with
              Colour = "#00314D"
              Stroke = Stroke.Dashed } ]

    let private letter (name: string) =
        "_" + IndexedPrint.unicodeSymbol name + "_"

    /// A range that shows the curves; where one is far beyond the others, as much of it as they leave room for.
    let private range (curves: float array list) =
        let finite = curves |> List.map (Array.filter Double.IsFinite) |> List.filter (Array.isEmpty >> not)
        let extents = finite |> List.map (Array.map abs >> Array.max) |> List.sort
        let middle = extents[extents.Length / 2]

        let bound =
            if List.last extents > 6.0 * middle && middle > 0.0 then
                3.0 * middle
            else
                List.last extents

        let least = finite |> List.map Array.min |> List.min |> max -bound
        let greatest = finite |> List.map Array.max |> List.max |> min bound

        if greatest > least then
            Plots.padded 0.05 (min 0.0 least, max 0.0 greatest)
        else
            least - 1.0, least + 1.0

    let private panel (potential: Potential) (label: string) (formula: Expr) =
        let sets =
            match potential.Parameters with
            | [] -> [ "", [] ]
            | first :: others ->
                let rest = others |> List.map (fun p -> List.item 1 (values p))

                [ for v in values first ->
                      let text = v.ToString("0.##", CultureInfo.InvariantCulture)
                      $"{letter first.Name} = {text}", v :: rest ]

        let curves =
            [ for name, theta in sets -> name, z |> Array.map (Potential.evaluate potential formula theta) ]

        Panel.Curves(
            Panel.linear "interneuron input _z_" (-3.0, 3.0),
            Panel.linear label (range (List.map snd curves)),
            [ for (name, y), ink in List.zip curves (if curves.Length = 1 then [ Style.circuit ] else looks) ->
                  { Label = name
                    Ink = ink
                    X = z
                    Y = y } ]
        )

    /// F, f = dF/dz and f' against z, at three values across the interval of the first parameter, the others in the middle of theirs.
    let figure (potential: Potential) : Figure =
        { RowHeight = 165.0
          Rows =
            [ [ panel potential "potential _F_" potential.Formula
                panel potential "activation _f_ = d_F_/d_z_" potential.Activation
                panel potential "slope _f′_ = d_f_/d_z_" potential.Slope ] ] }
