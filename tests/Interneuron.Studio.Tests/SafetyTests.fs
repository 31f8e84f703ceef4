module Interneuron.Studio.Tests.SafetyTests

open System
open System.IO
open System.Net
open System.Net.Http
open System.Net.NetworkInformation
open Expecto
open Interneuron.Studio
open Interneuron.Studio.Tests.Scene

let private refusal (work: unit -> unit) =
    try
        work ()
        ""
    with
    | :? FormatException
    | :? IOException as wrong -> wrong.Message

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Safety"
        [ test "it listens on the loopback alone, and refuses other names and other pages' requests" {
              let server = result (Server.StartAsync 0)
              let port = Uri(server.Url).Port
              use client = new HttpClient()

              let status (header: (string * string) option) path =
                  use request = new HttpRequestMessage(HttpMethod.Get, server.Url + path)

                  header
                  |> Option.iter (fun (name, value) -> request.Headers.TryAddWithoutValidation(name, value) |> ignore)

                  use response = result (client.SendAsync request)
                  response.StatusCode

              let listeners =
                  IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
                  |> Array.filter (fun place -> place.Port = port)

              Expect.isNonEmpty listeners "listens"
              Expect.all listeners (fun place -> IPAddress.IsLoopback place.Address) "loopback"
              Expect.equal (status None "") HttpStatusCode.OK "itself"
              Expect.equal (status (Some("Host", "evil.example")) "") HttpStatusCode.MisdirectedRequest "another name"

              Expect.equal
                  (status (Some("Host", $"localhost.evil.example:{port}")) "")
                  HttpStatusCode.MisdirectedRequest
                  "a name that looks like it"

              Expect.equal (status (Some("Origin", "http://evil.example")) "") HttpStatusCode.Forbidden "another origin"
              Expect.equal (status (Some("Origin", "null")) "_blazor") HttpStatusCode.Forbidden "no origin"
              Expect.equal (status (Some("Origin", $"http://localhost:{port + 1}")) "_blazor") HttpStatusCode.Forbidden "another port"

              Expect.equal
                  (status (Some("Sec-Fetch-Site", "same-site")) "take/circuit.json")
                  HttpStatusCode.Forbidden
                  "a picture in another page"

              Expect.equal (status (Some("Origin", $"http://localhost:{port}")) "") HttpStatusCode.OK "its own"
              wait ((server.DisposeAsync()).AsTask())
          }

          test "every file that a page asks for comes from the assembly" {
              let server = result (Server.StartAsync 0)
              use client = new HttpClient(BaseAddress = Uri server.Url)

              for path in
                  [ "studio.css"
                    "_framework/blazor.web.js"
                    "_content/Plotly.Blazor/plotly-interop-7.2.0.js"
                    "_content/Plotly.Blazor/plotly-basic-3.7.0.min.js" ] do
                  use response = result (client.GetAsync path)
                  Expect.equal response.StatusCode HttpStatusCode.OK path
                  Expect.isGreaterThan (result (response.Content.ReadAsByteArrayAsync())).Length 1_000 path

              wait ((server.DisposeAsync()).AsTask())
          }

          test "a port that is taken is a failure of that port" {
              let server = result (Server.StartAsync 0)
              // The other listens on both loopback addresses.
              Expect.throwsT<IOException> (fun () -> result (Server.StartAsync(Uri(server.Url).Port)) |> ignore) "taken"
              wait ((server.DisposeAsync()).AsTask())
          }

          test "what takes too long or too much memory is ended, and the next is done" {
              let forever () =
                  let mutable n = 0L

                  while n >= 0L do
                      n <- (n + 1L) % 1_000_000_007L

                  n

              let large () =
                  let kept = ResizeArray<byte array>()

                  while true do
                      kept.Add(Array.zeroCreate 1_000_000)
                      Threading.Thread.Sleep 1

                  kept.Count

              let bounded (work: unit -> 'T) (seconds: float) (megabytes: int64) =
                  refusal (fun () ->
                      result (Bounded.RunAsync(Func<'T> work, TimeSpan.FromSeconds(float seconds), megabytes <<< 20))
                      |> ignore)

              Expect.stringContains (bounded forever 0.3 1_000L) "takes longer" "time"
              Expect.stringContains (bounded large 20.0 100L) "more memory" "memory"
              Expect.equal (result (Bounded.RunAsync(fun () -> 7))) 7 "the next"
          }

          test "formulas and models that are too long or too deep are refused in a line" {
              let deep = String.replicate 240 "(" + "z" + String.replicate 240 ")"
              let long = String.replicate 400 "z+" + "z"

              for formula in [ long; "z^"; "exp(exp(exp(exp(exp(exp(exp(exp(z))))))))"; deep ] do
                  let message =
                      refusal (fun () ->
                          result (Bounded.RunAsync(fun () -> Replay.Potential(StudioState(Potential = formula))))
                          |> ignore)

                  Expect.isFalse (message.Contains '\n') $"one line: {message}"

              let message =
                  refusal (fun () ->
                      result (Components.Derivation.OfAsync(String.replicate 10_000 "#\n", Threading.CancellationToken.None))
                      |> ignore)

              Expect.stringContains message "letters" "long"
          }

          test "files of other kinds are refused, also under another name, and those that are gone are said to be" {
              use uploads = new Uploads()

              let keep name (bytes: byte array) =
                  result (uploads.KeepAsync(name, new MemoryStream(bytes)))

              Expect.stringContains (refusal (fun () -> keep "a.exe" [| 1uy |] |> ignore)) "neither" "kind"
              let kept = keep "../../etc/pass wd.png" [| 1uy; 2uy |]
              Expect.isFalse (kept.Value.Contains '/' || kept.Value.Contains ' ') kept.Value
              let store = StimulusStore uploads

              let read () =
                  store.Load(short, Phase(kept, 1.0, "gaussian", 1)) |> ignore

              Expect.isNotEmpty (refusal read) "not a picture"
              let array = keep "a.npy" [| 1uy; 2uy |]
              Expect.isNotEmpty (refusal (fun () -> store.Load(short, Phase(array, 1.0, "gaussian", 1)) |> ignore)) "not an array"
              Expect.stringContains (refusal (fun () -> uploads.PathOf "0123456789ab-gone.png" |> ignore)) "gone.png" "gone"
          }

          test "of uploads the last forty are kept" {
              use uploads = new Uploads()

              let names =
                  [ for i in 0..45 -> (result (uploads.KeepAsync("a.png", new MemoryStream([| byte i |])))).Value ]

              Expect.stringContains (refusal (fun () -> uploads.PathOf names[0] |> ignore)) "not here" "the first"
              Expect.isTrue (File.Exists(uploads.PathOf names[45])) "the last"
          } ]
