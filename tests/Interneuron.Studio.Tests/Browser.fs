/// A browser for the tests of the page itself: Debian's chromium, where there is one.
module Interneuron.Studio.Tests.Browser

open System
open System.IO
open System.Threading.Tasks
open Expecto
open PuppeteerSharp
open Interneuron.Studio
open Interneuron.Studio.Tests.Scene

let private program =
    [ "/usr/bin/chromium"; "/usr/bin/chromium-browser"; "/usr/bin/google-chrome" ]
    |> List.tryFind File.Exists

/// A page of the studio and what its console said.
type Page(page: IPage, server: Server) =
    let errors = Collections.Concurrent.ConcurrentQueue<string>()

    do
        page.add_Console (fun _ e ->
            if e.Message.Type = ConsoleType.Error || e.Message.Type = ConsoleType.Warning then
                errors.Enqueue e.Message.Text)

        page.add_PageError (fun _ e -> errors.Enqueue e.Message)

    member _.Puppet = page

    /// How many turns at learning all pages of the studio have taken.
    member _.Turns = server.Turns.Taken

    /// What the console said of errors and warnings.
    member _.Errors = List.ofSeq errors

    member _.Go(path: string) =
        result (page.GoToAsync(server.Url + path)) |> ignore

    member _.Wait(selector: string) =
        result (page.WaitForSelectorAsync selector) |> ignore

    /// Waits until an expression of the page's is true.
    member _.Until(expression: string) =
        try
            result (page.WaitForFunctionAsync("() => " + expression, WaitForFunctionOptions(Timeout = 30_000)))
            |> ignore
        with :? WaitTaskTimeoutException ->
            let said = result (page.EvaluateExpressionAsync<string> "document.body.innerText")
            failtest $"never {expression}; the page says: {said}"

    member _.Ask(expression: string) : string =
        result (page.EvaluateExpressionAsync<string>($"String({expression})"))

    member this.Text(selector: string) =
        this.Ask $"document.querySelector('{selector}')?.textContent ?? ''"

    /// Browsers draw, and listen to, what is in front.
    member _.Click(selector: string) =
        wait (page.BringToFrontAsync())
        wait (page.ClickAsync selector)

    /// Types into a field in place of what is there.
    member this.Type (selector: string) (text: string) =
        wait (page.BringToFrontAsync())
        wait (page.FocusAsync selector)
        this.Ask $"document.querySelector('{selector}').select()" |> ignore
        wait (page.Keyboard.TypeAsync text)

    /// The same, and leaves it.
    member this.Enter (selector: string) (text: string) =
        this.Type selector text
        wait (page.Keyboard.PressAsync "Tab")

    member _.Choose (selector: string) (value: string) =
        result (page.SelectAsync(selector, value)) |> ignore

    member _.Size width height =
        wait (page.SetViewportAsync(ViewPortOptions(Width = width, Height = height)))

    /// A picture of the page, for people, in artifacts/studio.
    member _.Picture(name: string) =
        let folder = Path.Combine(Interneuron.Tests.Common.root, "artifacts", "studio")
        Directory.CreateDirectory folder |> ignore
        wait (page.ScreenshotAsync(Path.Combine(folder, name + ".png")))

/// Shows something to a test: a studio of its own, and a way to open pages of it. Skipped where there is no browser.
let studio (show: (unit -> Page) -> unit) =
    match program with
    | None -> skiptest "needs chromium"
    | Some path ->
        let server = result (Server.StartAsync 0)

        let browser =
            result (
                Puppeteer.LaunchAsync(LaunchOptions(ExecutablePath = path, Headless = true, Args = [| "--no-sandbox"; "--disable-gpu" |]))
            )

        try
            show (fun () -> Page(result (browser.NewPageAsync()), server))
        finally
            wait (browser.CloseAsync())
            wait ((server.DisposeAsync()).AsTask())
