namespace Interneuron.Benchmarks

open System
open System.Diagnostics
open System.Globalization
open System.IO
open System.Threading
open System.Threading.Tasks
open PuppeteerSharp
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// The studio as people meet it: a process of its own, seen through a browser.
module Studio =
    let private wait (task: Task) = task.GetAwaiter().GetResult()

    let private result (task: Task<'T>) = task.GetAwaiter().GetResult()

    let private browsers =
        [ "/usr/bin/chromium"; "/usr/bin/chromium-browser"; "/usr/bin/google-chrome" ]

    let private number (text: string) =
        Double.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)

    /// Steps that a page says it has made.
    let private steps (page: IPage) =
        number (result (page.EvaluateExpressionAsync<string> "document.querySelector('#where').textContent.split(' ')[0]"))

    let private until (page: IPage) (expression: string) =
        result (page.WaitForFunctionAsync("() => " + expression)) |> ignore

    /// A page on its own: nothing is kept of pages before it.
    let private opened (browser: IBrowser) (url: string) =
        let page = result ((result (browser.CreateBrowserContextAsync())).NewPageAsync())
        result (page.GoToAsync url) |> ignore
        page

    let private closed (page: IPage) = wait (page.BrowserContext.CloseAsync())

    let private ready (page: IPage) =
        until page "document.querySelector('dl.numbers') && !document.querySelector('#start')?.disabled"

    /// Learns as fast as it can.
    let private start (page: IPage) =
        wait (page.BringToFrontAsync())
        result (page.SelectAsync("#pace", "")) |> ignore
        wait (page.ClickAsync "#start")
        until page "document.querySelector('#where').textContent.includes('learning')"

    let private firstPaint (browser: IBrowser) url () =
        let page = opened browser url
        until page "performance.getEntriesByName('first-contentful-paint').length > 0"

        let seconds =
            result (page.EvaluateExpressionAsync<float> "performance.getEntriesByName('first-contentful-paint')[0].startTime")

        closed page
        seconds

    /// From the last letter of a formula to all of its rules on the screen. Every formula is new: its number stands in F, in f, and in the
    /// terms of g and theta.
    let private typing (browser: IBrowser) url =
        let page = opened browser url
        ready page
        wait (page.FocusAsync "#parameters")
        wait (page.EvaluateExpressionAsync "document.querySelector('#parameters').select()")
        wait (page.Keyboard.TypeAsync "theta in [0.5,4]")

        let milliseconds =
            [ for i in 1..20 ->
                  let number = $"1.{i}7"

                  result (
                      page.EvaluateFunctionAsync<float>(
                          "(text, number) => new Promise(done => { \
                           const box = document.querySelector('#formula'); \
                           const start = performance.now(); \
                           const rules = () => [...document.querySelectorAll('.rules math')]; \
                           const seen = () => rules().filter(e => e.textContent.includes(number)).length > 3; \
                           const watch = new MutationObserver(() => { if (seen()) { watch.disconnect(); \
                               requestAnimationFrame(() => done(performance.now() - start)); } }); \
                           watch.observe(document.body, { subtree: true, childList: true, characterData: true }); \
                           box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); })",
                          $"log(cosh({number}*theta*z))/theta^2",
                          number
                      )
                  ) ]

        closed page
        milliseconds

    /// Steps a second of a page that is watched.
    let private watched (browser: IBrowser) url (seconds: float) () =
        let page = opened browser url
        ready page
        start page
        Thread.Sleep 1000
        let clock = Stopwatch.StartNew()
        let before = steps page
        Thread.Sleep(TimeSpan.FromSeconds seconds)
        let made = (steps page - before) / clock.Elapsed.TotalSeconds
        closed page
        made

    /// Steps a second of the command line's learner, in this process.
    let private alone n count () =
        let k = if n = 1 then 1 else 3

        let circuit =
            Initial.circuit Potentials.powerMixture StandardGaussian 0.0 n k (float n) 1

        let settings =
            { Learner.defaultsFor Potentials.powerMixture with
                Steps = count }

        let trained =
            Learner.trainOn settings ignore CancellationToken.None circuit (ReadOnlyMemory(Circuits.stimuli n))

        float trained.Steps / trained.Seconds

    /// Twenty pages that learn at once: the server's memory every ten seconds, and what each page learned in that time.
    let private many (browser: IBrowser) (url: string) (server: Process) (seconds: int) =
        let pages =
            [ for i in 1..20 ->
                  let page = opened browser $"{url}?phase=scene%%3A{i}%%7C1%%7Cgaussian%%7C100000000"
                  ready page
                  page ]

        for page in pages do
            start page

        let before = [ for page in pages -> steps page ]

        let memory =
            [ for _ in 1 .. seconds / 10 ->
                  Thread.Sleep 10_000
                  server.Refresh()
                  float server.WorkingSet64 / 1e6 ]

        let made = List.map2 (fun page before -> steps page - before) pages before
        List.iter closed pages
        memory, made

    let private serve () =
        let program = Path.Combine(AppContext.BaseDirectory, "Interneuron.Cli.dll")

        let asked =
            ProcessStartInfo("dotnet", [ program; "studio"; "--port"; "0" ], RedirectStandardOutput = true)

        let server = Process.Start asked |> Unchecked.nonNull

        let rec find () =
            match server.StandardOutput.ReadLine() with
            | null -> failwith "the studio ended before it said where it is"
            | line ->
                match line.Split(' ') |> Array.tryFind _.StartsWith("http://") with
                | None -> find ()
                | Some url -> url.TrimEnd('.', ',')

        let url = find ()
        server, (if url.EndsWith '/' then url else url + "/")

    let private milliseconds (value: float) = sprintf "%.0f" value

    /// Prints the tables.
    let run (repeats: int) =
        match List.tryFind File.Exists browsers with
        | None -> printfn "without the studio: it is seen through chromium, which is not installed"
        | Some path ->
            let clock = Stopwatch.StartNew()
            let server, url = serve ()
            let up = clock.Elapsed.TotalMilliseconds

            use browser =
                result (
                    Puppeteer.LaunchAsync(
                        LaunchOptions(ExecutablePath = path, Headless = true, Args = [| "--no-sandbox"; "--disable-gpu" |])
                    )
                )

            try
                let first = firstPaint browser url ()
                let later = [ for _ in 1..repeats -> firstPaint browser url () ]
                let typed = typing browser url
                printfn "the studio in a browser: milliseconds"

                Timing.table
                    [ [ "what"; "median"; "most" ]
                      [ "from the command to a server that is up"; milliseconds up; "" ]
                      [ "first paint, first visit"; milliseconds first; "" ]
                      [ "first paint, later visits"
                        milliseconds (Timing.median later)
                        milliseconds (List.max later) ]
                      [ "a formula typed to its rules, 20 formulas"
                        milliseconds (Timing.median typed)
                        milliseconds (List.max typed) ] ]

                printfn "learning while watched, power mixture: steps of 10 samples a second, %d interleaved runs" repeats

                Timing.table (
                    [ "circuit"; "command line"; "watched"; "ratio"; "least"; "most" ]
                    :: [ for name, n, count, query in
                             [ "N = 1, K = 1", 1, 5_000_000, "?phase=scene%3A1%7C1%7Cgaussian%7C100000000"
                               "N = 2, K = 3", 2, 1_500_000, "?primaries=2&interneurons=3&phase=scene%3A1%7C1%7Cgaussian%7C100000000" ] do
                             match Timing.interleaved repeats [ "alone", alone n count; "watched", watched browser (url + query) 5.0 ] with
                             | [ _, alone; _, watched ] ->
                                 let ratios = List.map2 (/) watched alone

                                 [ name
                                   Timing.scientific (Timing.median alone)
                                   Timing.scientific (Timing.median watched)
                                   sprintf "%.2f" (Timing.median ratios)
                                   sprintf "%.2f" (List.min ratios)
                                   sprintf "%.2f" (List.max ratios) ]
                             | _ -> () ]
                )

                let memory, made = many browser url server 120
                printfn "20 pages that learn at once for two minutes"

                Timing.table
                    [ [ "what"; "least"; "median"; "most" ]
                      [ "steps of a page"
                        Timing.scientific (List.min made)
                        Timing.scientific (Timing.median made)
                        Timing.scientific (List.max made) ]
                      [ "memory of the server, MB"
                        milliseconds (List.min memory)
                        milliseconds (Timing.median memory)
                        milliseconds (List.max memory) ] ]

                printfn "  memory every ten seconds, MB: %s\n" (memory |> List.map milliseconds |> String.concat " ")
            finally
                wait (browser.CloseAsync())
                server.Kill()
