module Interneuron.Benchmarks.Program

open Argu
open Interneuron.Statistics

type Arguments =
    | Peers of folder: string
    | Repeats of int
    | Only of section: string
    | Out of folder: string

    interface IArgParserTemplate with
        member this.Usage =
            match this with
            | Peers _ -> "the folder of the hand-written programs to stand beside (circuit.cpp, circuit_numba.py)"
            | Repeats _ -> "interleaved runs of each measurement (default 5)"
            | Only _ -> "one section alone: learning, together, models, responding, scaling, streaming, studio, first-use or parts"
            | Out _ -> "the folder for the plot (default artifacts/bench)"

[<EntryPoint>]
let main arguments =
    let parser =
        ArgumentParser.Create<Arguments>(programName = "dotnet fsi build.fsx bench")

    try
        let given = parser.ParseCommandLine arguments
        let repeats = given.GetResult(Repeats, 5)
        let folder = given.GetResult(Out, "artifacts/bench")

        let peers () =
            match given.TryGetResult Peers with
            | Some folder -> Peers.find folder
            | None ->
                printfn "without peers: --peers FOLDER names theirs"
                []

        let sections =
            [ "first-use", FirstUse.run
              "learning", (fun () -> Learning.run (peers ()) repeats)
              "together", (fun () -> Together.run repeats)
              "models", (fun () -> Models.run repeats)
              "responding", (fun () -> Responding.run repeats)
              "scaling", (fun () -> Scaling.run repeats folder)
              "streaming", Streaming.run
              "studio", (fun () -> Studio.run repeats)
              "parts", Parts.run ]

        match given.TryGetResult Only with
        | None ->
            for _, run in sections do
                run ()

            0
        | Some name ->
            match List.tryFind (fun (section, _) -> section = name) sections with
            | Some(_, run) ->
                run ()
                0
            | None ->
                let names = sections |> List.map fst |> String.concat ", "
                eprintfn "there is no section '%s'; there are %s" name names
                1
    with :? ArguParseException as wrong ->
        eprintfn "%s" wrong.Message
        if wrong.ErrorCode = ErrorCode.HelpText then 0 else 1
