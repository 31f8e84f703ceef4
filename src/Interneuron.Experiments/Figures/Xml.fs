namespace Interneuron.Experiments

open System.Net
open System.Text
open System.Xml

/// Any text as XML.
[<RequireQualifiedAccess>]
module internal Xml =
    /// A text between tags or in an attribute's quotes; in place of a character that XML cannot hold stands the replacement character.
    let escaped (text: string) : string =
        let shown = StringBuilder()

        for rune in text.EnumerateRunes() do
            let fits = not rune.IsBmp || XmlConvert.IsXmlChar(char rune.Value)

            shown.Append(if fits then rune else Rune.ReplacementChar) |> ignore

        string (WebUtility.HtmlEncode(shown.ToString()))
