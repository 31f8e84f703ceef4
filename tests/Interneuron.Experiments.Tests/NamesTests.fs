module Interneuron.Experiments.Tests.NamesTests

open Expecto
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Files
open Interneuron.Core.Circuits
open Interneuron.Experiments
open Interneuron.Experiments.Tests.Tools

[<Tests>]
let tests =
    testList
        "Names"
        [ testCase "the nearest name is the one begun, or the one with the fewest letters changed"
          <| fun () ->
              let known = [ "power-mixture"; "monomial"; "threshold-linear"; "log-cosh" ]

              for typed, meant in
                  [ "power", Some "power-mixture"
                    "Monomail", Some "monomial"
                    "threshold_linear", Some "threshold-linear"
                    "logcosh", Some "log-cosh"
                    "zebra", None ] do
                  Expect.equal (Spelling.nearest known typed) meant typed

          testProperty "a known name is nearest to itself"
          <| fun (index: int) ->
              let known = [ for p in Potentials.all -> p.Name ]
              let name = known[((index % known.Length) + known.Length) % known.Length]
              Expect.equal (Spelling.nearest known name) (Some name) name

          testCase "every potential, target and rule is found by its name, capitals or not"
          <| fun () ->
              for p in Potentials.all do
                  Expect.equal (Names.potential (p.Name.ToUpperInvariant())).Name p.Name p.Name

              for name in [ "gaussian"; "laplace"; "uniform"; "logistic"; "generalised-gaussian:1.5" ] do
                  Expect.equal (Target.name (Names.target name)) name name

              Expect.equal (Names.rule "Published") RuleOrigin.Published "rule"

          testCase "an unknown name is answered with the nearest and with all"
          <| fun () ->
              refuses
                  ("there is no potential 'powr-mixture'; did you mean power-mixture? There are: "
                   + potentialNames)
                  (fun () -> Names.potential "powr-mixture" |> ignore)

              refuses "there is no learning rule 'hebb'. There are: derived, published." (fun () -> Names.rule "hebb" |> ignore)

          testCase "what learns is read from a list and written as one"
          <| fun () ->
              let learns = Names.learns " theta,G "

              Expect.equal
                  learns
                  { Gains = 1.0
                    Parameters = 1.0
                    Synapses = 0.0 }
                  "learns"

              Expect.equal (Names.ofLearns learns) [ "g"; "theta" ] "names"

              let paced = Names.learns "W=2,g=0.25"

              Expect.equal
                  paced
                  { Gains = 0.25
                    Parameters = 0.0
                    Synapses = 2.0 }
                  "paces"

              Expect.equal (Names.ofLearns paced) [ "g=0.25"; "W=2" ] "with paces"

              for text in [ "g=0"; "g=-1"; "g=fast"; "g=" ] do
                  refuses $"'{text}': a pace is a number above 0, such as 0.5: a multiple of the usual rate." (fun () ->
                      Names.learns text |> ignore)

              refuses "',' names nothing that learns; it is a list of g, theta and W, such as g,theta." (fun () ->
                  Names.learns "," |> ignore)

              refuses "there is no learning parameter 'thta'; did you mean theta? There are: g, theta, W." (fun () ->
                  Names.learns "g,thta" |> ignore) ]
