module Interneuron.Studio.Tests.LinkTests

open System
open Expecto
open Interneuron
open Interneuron.Studio
open Interneuron.Studio.Tests.Scene

let private states =
    [ StudioState()
      state [ phase "scene:3" 1.0 "laplace" 1_000 ] 500
      state
          [ phase "scene:1" 1.0 "gaussian" 300
            phase "scene:1" 2.5 "gaussian" 200
            phase "scene:2" 2.5 "uniform" 200_000 ]
          77
      state [ phase "distribution:density exp(-x^4), x in [-inf, inf]" 0.1 "density exp(-x^2/2)" 10 ] 0
      StudioState(
          Potential = "log(cosh(theta*z))/theta^2 + z^2/2",
          Parameters = "theta in [0.5,4]; h in [0,1]",
          Primaries = 2,
          Offset = 8,
          Interneurons = Nullable 6,
          Leak = 0.25,
          Rule = LearningRule.Published,
          Learns = Nullable(Learns.Gains ||| Learns.Weights),
          Pace = Pace(0.5, 1.0, 20.0),
          Batch = 3,
          Seed = -4
      ) ]

// Records with arrays are compared by what they hold.
let private parts (state: StudioState) = List.ofSeq state.Phases, string state

[<Tests>]
let tests =
    testList
        "Link"
        [ test "a link restores every state" {
              for state in states do
                  Expect.equal (parts (StateLink.Parse(StateLink.Query state))) (parts state) (StateLink.Query state)
          }

          test "the link of the state that a page begins with is empty" { Expect.equal (StateLink.Query(StudioState())) "" "" }

          test "a link that was tampered with is refused in a line that names the member" {
              for query, name in
                  [ "?steps=1&primaries=3", "primaries"
                    "?leak=-1", "leak"
                    "?leak=NaN", "leak"
                    "?batch=1e9", "batch"
                    "?rule=mine", "rule"
                    "?learn=everything", "learn"
                    "?pace=1,2", "pace"
                    "?pace=1,0,1", "pace"
                    "?phase=scene%3A1", "phase"
                    "?phase=scene%3A1%7C0%7Cgaussian%7C10", "phase"
                    "?phase=disc%3A1%7C1%7Cgaussian%7C10", "phase"
                    "?made=300000", "made" ] do
                  let message =
                      try
                          StateLink.Parse query |> ignore
                          ""
                      with :? FormatException as wrong ->
                          wrong.Message

                  Expect.stringContains message $"the link's {name}" query
                  Expect.isFalse (message.Contains '\n') "one line"
          } ]
