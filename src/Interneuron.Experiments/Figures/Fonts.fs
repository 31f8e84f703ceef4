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
