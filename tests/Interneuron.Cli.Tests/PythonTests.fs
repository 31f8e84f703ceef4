/// The reader of the guide's page on other languages, as a judge that shares none of our code.
module Interneuron.Cli.Tests.PythonTests

open System
open System.Diagnostics
open System.IO
open System.Text.Json
open Expecto
open Interneuron.Cli.Tests.Run
open Interneuron.Stimuli

// Runs a program of Python in a folder, where there is Python with NumPy.
let private python (folder: string) (text: string) =
    let candidates = [ "python3"; "/usr/bin/python3" ]

    let start (command: string) (words: string list) =
        try
            use running =
                match
                    Process.Start(
                        ProcessStartInfo(
                            command,
                            words,
                            WorkingDirectory = folder,
                            RedirectStandardOutput = true,
                            RedirectStandardError = true
                        )
                    )
                with
                | null -> failtest command
                | running -> running

            let error = running.StandardError.ReadToEndAsync()
            let out = running.StandardOutput.ReadToEnd()
            running.WaitForExit()
            Some(running.ExitCode, out, error.Result)
        with :? ComponentModel.Win32Exception ->
            None

    let hasNumPy command =
        match start command [ "-c"; "import numpy" ] with
        | Some(0, _, _) -> true
        | _ -> false

    match List.tryFind hasNumPy candidates with
    | None -> skiptest "python3 with NumPy"
    | Some command ->
        let program = Path.Combine(folder, "program.py")
        File.WriteAllText(program, text)

        match start command [ program ] with
        | Some(0, out, _) -> out.Trim()
        | Some(_, _, error) -> failtest error
        | None -> failtest command

// The code of the page: the reader, and how it is used.
let private blocks =
    lazy
        (let page =
            File.ReadAllText(Path.Combine(Interneuron.Tests.Common.root, "src", "Guide", "other-languages.md"))

         page.Split "```python\n"
         |> Array.tail
         |> Array.map (fun rest -> rest[.. rest.IndexOf "```" - 1]))

let private farthest (a: float[]) (b: float[]) =
    Expect.equal a.Length b.Length "as many"
    Array.map2 (fun x y -> abs (x - y)) a b |> Array.max

[<Tests>]
let tests =
    testList
        "Python"
        [ for potential, more in
              [ "threshold-linear", [ "--standardise" ]
                "power-mixture", []
                "quadratic", []
                "log-cosh", [ "--leak"; "0.5" ] ] do
              testCase $"The guide's reader responds, samples and evaluates J as we do: {potential}"
              <| fun () ->
                  inFolder (fun folder ->
                      let path name = Path.Combine(folder, name)
                      Npy.write (path "s.npy") [ 500; 2 ] pairs[..999]

                      let call words =
                          let ended = run words
                          Expect.equal ended.Code 0 ended.Err
                          ended.Out

                      let trained =
                          call (
                              [ "train"
                                "--input"
                                path "s.npy"
                                "--potential"
                                potential
                                "--steps"
                                "500"
                                "--json"
                                "--out"
                                path "circuit.json" ]
                              @ more
                          )

                      let respond input out =
                          call
                              [ "respond"
                                "--circuit"
                                path "circuit.json"
                                "--input"
                                path input
                                "--out"
                                path out ]
                          |> ignore

                          (Npy.readGrid (path out)).ToArray()

                      let j =
                          Array.append blocks.Value [| "np.save(\"drawn.npy\", drawn)\nnp.save(\"by.npy\", responses)\n" |]
                          |> String.concat "\n"
                          |> python folder

                      // Either side stops where the gradient is at most 1e-10 or so, and no direction is flatter than 0.01.
                      let theirs = (Npy.readGrid (path "r.npy")).ToArray()
                      Expect.isLessThan (farthest (respond "s.npy" "ours.npy") theirs) 1e-8 "responses"
                      let by = (Npy.readGrid (path "by.npy")).ToArray()
                      Expect.isLessThan (farthest (respond "drawn.npy" "back.npy") by) 1e-8 "samples respond with what drew them"
                      let ours = JsonDocument.Parse(trained).RootElement.GetProperty("j").GetDouble()
                      // The average over the target is a sum over 400,001 points, 6e-5 apart.
                      Expect.isLessThan (abs (float j - ours)) 1e-8 "J") ]
