namespace Interneuron.Cli

open System
open System.ComponentModel
open System.Diagnostics
open System.IO
open Interneuron.Statistics
open Interneuron.Studio
open Interneuron.Experiments

/// The page: studio.
module StudioVerb =
    // A fixed one, so that links go on meaning what they did.
    let private usualPort = 5270

    // Where somebody sits before it, the page comes up by itself; where there is no browser, its address is on the screen.
    let private show (url: string) =
        if not Console.IsOutputRedirected then
            try
                use _ = Process.Start(ProcessStartInfo(url, UseShellExecute = true))
                ()
            with
            | :? Win32Exception
            | :? PlatformNotSupportedException -> ()

    let private serve (given: Given) cancellation =
        let port = given.TryFind Options.port |> Option.defaultValue usualPort

        let say (url: string) =
            Terminal.print $"The studio is at {url} until Ctrl-C."
            show url

        try
            Server.Run(port, say, cancellation)
        with :? IOException as error ->
            raise (
                Refusal(
                    $"port {port} of this machine cannot be used, as when another studio runs; {Options.port.Name} takes another",
                    error
                )
            )

        Exit.ok

    /// The page.
    let studio =
        { Name = "studio"
          Summary = "open a page on this machine to derive circuits and to watch them learn"
          Required = []
          Optional = [ Options.port ]
          Example = "interneuron studio"
          Run = serve }
