namespace Interneuron.Experiments

open System.Collections.Concurrent
open System.Reflection
open SkiaSharp

/// The lettering of the figures: Liberation Sans, which has the widths of Arial and Helvetica. It is part of this assembly, so that a
/// figure looks the same on every machine, and on one without any font.
module internal Fonts =

    type Face =
        | Regular
        | Bold
        | Italic

    /// The family, as files of vector graphics name it.
    let family = "Liberation Sans"

    let private loaded = ConcurrentDictionary<Face, SKTypeface>()

    /// The typeface of a face.
    let typeface (face: Face) : SKTypeface =
        loaded.GetOrAdd(
            face,
            fun face ->
                let name = $"LiberationSans-{face}.ttf"
                match Assembly.GetExecutingAssembly().GetManifestResourceStream name with
                | null -> invalidOp $"the resource {name} is not in the assembly"
                | stream ->
                    use stream = stream
                    match SKTypeface.FromStream stream with
                    | null -> invalidOp $"{name} is not a font that can be read"
                    | typeface -> typeface
        )

    // ScottPlot asks the resolvers one after the other for a family; this one answers to ours.
    type private Resolver() =
        let find (name: string) bold italic =
            if name <> family then null
            elif bold then typeface Bold
            elif italic then typeface Italic
            else typeface Regular

        interface ScottPlot.IFontResolver with
            member _.CreateTypeface(name: string, bold: bool, italic: bool) : SKTypeface | null = find name bold italic

            member _.CreateTypeface(name: string, weight: ScottPlot.FontWeight, slant: ScottPlot.FontSlant, _: ScottPlot.FontSpacing) : SKTypeface | null =
                find name (weight >= ScottPlot.FontWeight.SemiBold) (slant <> ScottPlot.FontSlant.Upright)

    let private registered =
        lazy
            (ScottPlot.Fonts.FontResolvers.Insert(0, Resolver())
             ScottPlot.Fonts.Default <- family)

    /// Makes the family known to ScottPlot.
    let register () = registered.Force()
