namespace Interneuron.Experiments

open System
open System.Globalization
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas

/// A potential, its activation and their slope, drawn.
[<RequireQualifiedAccess>]
module ActivationFigure =
    let private z = Plots.spread 601 (-4.0, 4.0)

    /// Three values across a parameter's interval; of an infinite one, across the values that learning starts from.
    let private values (shares: float list) (p: Parameter) =
        let lower, upper =
            match Double.IsFinite p.Lower, Double.IsFinite p.Upper with
            | true, true -> p.Lower, p.Upper
            | true, false -> p.Lower, p.Lower + 2.0 * (snd p.Initial - fst p.Initial)
            | _ -> p.Initial

        [ for share in shares -> lower + share * (upper - lower) ]

    let private looks =
        [ { Style.circuit with
              Colour = "#7FBDE6" }
          Style.circuit
          { Style.circuit with
              Colour = "#00314D"
              Stroke = Stroke.Dashed } ]

    let private letter (name: string) =
        "_" + RichText.plain (IndexedPrint.unicodeSymbol name) + "_"

    /// The greatest absolute value of each curve.
    let private extents (curves: float array list) =
        curves
        |> List.map (Array.filter Double.IsFinite >> Array.map abs >> Array.fold max 0.0)
        |> List.sort

    /// Whether one curve is so far beyond the others that they cannot be shown together.
    let private isUneven (curves: float array list) =
        let extents = extents curves
        List.last extents > 6.0 * extents[extents.Length / 2]

    /// A range that shows the curves; where one is far beyond the others, as much of it as they leave room for.
    let private range (curves: float array list) =
        let extents = extents curves

        let bound =
            if isUneven curves then
                max 1.0 (3.0 * extents[extents.Length / 2])
            else
                List.last extents

        let finite = curves |> Array.concat |> Array.filter Double.IsFinite
        let least = max -bound (Array.fold min 0.0 finite)
        let greatest = min bound (Array.fold max 0.0 finite)

        if greatest > least then
            Plots.padded 0.05 (least, greatest)
        else
            least - 1.0, least + 1.0

    /// The curves of a formula for values of the first parameter at these shares of its interval, the others in the middle of theirs.
    let private curves (potential: Potential) (shares: float list) (formula: Expr) : (string * float array) list =
        let sets =
            match potential.Parameters with
            | [] -> [ "", [] ]
            | first :: others ->
                let rest = others |> List.collect (values [ 0.5 ])

                [ for v in values shares first ->
                      let text = v.ToString("0.##", CultureInfo.InvariantCulture)
                      $"{letter first.Name} = {text}", v :: rest ]

        [ for name, theta in sets -> name, z |> Array.map (Potential.evaluate potential formula theta) ]

    let private panel (potential: Potential) shares (label: string) (formula: Expr) =
        let curves = curves potential shares formula

        Panel.Curves(
            Axis.linear "interneuron input _z_" (-4.0, 4.0),
            Axis.linear label (range (List.map snd curves)),
            [ for (name, y), ink in List.zip curves (if curves.Length = 1 then [ Style.circuit ] else looks) ->
                  { Label = name
                    Ink = ink
                    X = z
                    Y = y } ]
        )

    /// F, f = dF/dz and f' against z, at three values of the first parameter: its ends and middle, or its quarters where the ends are too
    /// unlike.
    let figure (potential: Potential) : Figure =
        let formulas =
            [ "potential _F_", potential.Formula
              "activation _f_ = d_F_/d_z_", potential.Activation
              "slope _f′_ = d_f_/d_z_", potential.Slope ]

        let ends, quarters = [ 0.0; 0.5; 1.0 ], [ 0.25; 0.5; 0.75 ]

        let shares =
            if
                formulas
                |> List.exists (fun (_, formula) -> curves potential ends formula |> List.map snd |> isUneven)
            then
                quarters
            else
                ends

        let held =
            match potential.Parameters with
            | []
            | [ _ ] -> ""
            | _ :: others ->
                let names = others |> List.map (fun p -> letter p.Name) |> String.concat ", "
                $" {names} in the middle of what they are held to."

        { Caption =
            { Title = $"The potential {RichText.plain potential.Name}: what an interneuron computes of its input _z_.{held}"
              Panels =
                [ "The potential _F_, whose sum over interneurons, weighted by their gains, is the energy of the responses."
                  "The activation _f_ = d_F_/d_z_, the interneuron’s output for a gain of 1."
                  "The slope _f′_ = d_f_/d_z_." ]
              Settings = [ "formula", Print.text potential.Formula ]
              Numbers = [] }
          RowHeight = 165.0
          Rows = [ [ for label, formula in formulas -> panel potential shares label formula ] ] }
