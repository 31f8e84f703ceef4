namespace Interneuron.Experiments

open Interneuron.Core.Circuits
open Interneuron.Core.Files

/// What a figure's caption says. Texts have italics and exponents as in an axis's label.
type Caption =
    {
        /// What the figure shows, in a sentence.
        Title: string
        /// What each panel shows, in the order of their letters.
        Panels: string list
        /// What was done, as names and values: the stimuli, the settings, the seed.
        Settings: (string * string) list
        /// What was measured, as lines for people.
        Numbers: (string * string) list
    }

/// Captions as text.
[<RequireQualifiedAccess>]
module internal Caption =
    /// The settings that experiments on learned circuits of N primary neurons have in common.
    let settings (n: int) (source: Source) (learning: Learning) : (string * string) list =
        ("stimuli", Source.describe source) :: Learning.describe n learning

    /// The settings of an experiment on a model of the library: its name, and how the circuits learned.
    let ofModel (model: string) (source: Source) (more: (string * string) list) (trained: Trained) (seed: int) : (string * string) list =
        [ "stimuli", Source.describe source ]
        @ more
        @ [ "model", model
            "steps", $"{Output.count trained.Steps} of {Output.count trained.Settings.Batch} stimuli"
            "seed", string seed ]

    /// What the panels are called, in their order: a to z, then aa, ab and so on.
    let internal letters: string seq =
        let rec name i =
            (if i < 26 then "" else name (i / 26 - 1)) + string (char (int 'a' + i % 26))

        Seq.initInfinite name

    let private numbers (rows: (string * string) list) =
        let width = List.max [ for name, _ in rows -> name.Length ]

        [ yield "```text"
          for name, value in rows do
              yield ((name.PadRight width) + "  " + value).TrimEnd()
          yield "```" ]
        |> String.concat "\n"

    /// What the figure shows and how it came about, without the numbers, as HTML.
    let html (caption: Caption) : string =
        let rich (text: string) =
            RichText.pieces text
            |> List.map (fun piece ->
                let shown = Xml.escaped piece.Text

                match piece.Face, piece.IsRaised with
                | _, true -> $"<sup>{shown}</sup>"
                | Fonts.Italic, _ -> $"<i>{shown}</i>"
                | _ -> shown)
            |> String.concat ""

        let panels =
            [ for letter, panel in Seq.zip letters caption.Panels -> $"<b>({letter})</b> {rich panel}" ]

        let settings =
            [ for name, value in caption.Settings -> Xml.escaped $"{name} {value}" ]
            |> String.concat "; "

        [ $"<b>{rich caption.Title}</b>"
          String.concat "<br />" panels
          if settings <> "" then
              $"Settings: {settings}." ]
        |> List.filter ((<>) "")
        |> List.map (fun part -> $"<p>{part}</p>")
        |> String.concat ""

    /// The caption as Markdown; it has to tell of as many panels as the figure has letters.
    let text (lettered: int) (caption: Caption) : string =
        if caption.Panels.Length <> lettered then
            invalidArg (nameof caption) $"the figure has {lettered} panels with a letter, its caption tells of {caption.Panels.Length}"

        let panels =
            Seq.zip letters caption.Panels
            |> Seq.map (fun (letter, panel) -> $"**({letter})** {MarkdownText.ofRich panel}")
            |> List.ofSeq

        let settings =
            [ for name, value in caption.Settings -> $"{MarkdownText.escaped name} {MarkdownText.escaped value}" ]
            |> String.concat "; "

        [ "**" + MarkdownText.ofRich caption.Title + "**"
          if not panels.IsEmpty then
              String.concat "\n" panels
          if settings <> "" then
              "Settings: " + settings + "."
          if not caption.Numbers.IsEmpty then
              numbers caption.Numbers ]
        |> String.concat "\n\n"
        |> fun text -> text + "\n"
