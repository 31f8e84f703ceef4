/// Another model's rules in the names of one.
module Interneuron.Derivation.Tests.CorrespondenceTests

open System
open System.Text.RegularExpressions
open Expecto
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

let private derived name = Derivation.derive (library name)

/// The same text with other words.
let private worded (words: (string * string) list) (text: string) =
    let called = Map.ofList words
    Regex.Replace(text, @"\b[A-Za-z_]\w*\b", (fun m -> called.TryFind m.Value |> Option.defaultValue m.Value))

let private reworded name words =
    parse (worded words (Option.get (ModelLibrary.tryText name)))
    |> Derivation.derive

[<Tests>]
let tests =
    testList
        "Correspondence"
        [ for name, words, renamed in
              [ "principal-subspace",
                [ "pixel", "sensor"
                  "unit", "cell"
                  "a", "p"
                  "b", "q"
                  "k", "m"
                  "l", "n"
                  "x", "v"
                  "y", "u"
                  "W", "A"
                  "M", "B" ],
                [ "sensor", "pixel"; "cell", "unit"; "v", "x"; "u", "y"; "A", "W"; "B", "M" ]
                // The same again: both sides are alike.
                "canonical-correlation", [ "W", "V"; "V", "W"; "x", "u"; "u", "x"; "left", "right"; "right", "left" ], []
                "shaping-responses", [ "g", "gain"; "theta", "t"; "W", "Q" ], [ "gain", "g"; "t", "theta"; "Q", "W" ]
                "foldiak", [ "W", "Q"; "M", "L"; "t", "level"; "p", "rate0" ], [ "Q", "W"; "L", "M"; "level", "t"; "rate0", "p" ] ] do
              testCase $"{name} in other words has the same rules" (fun () ->
                  let d = derived name
                  let names, comparisons = Published.against d (reworded name words)
                  Expect.equal (Set names.Renamed) (Set renamed) "renamed"
                  Expect.equal comparisons.Length d.Rules.Length "parameters"

                  for c in comparisons do
                      Expect.isTrue c.IsEqual $"{c.Rule.Parameter}: {Direction.text c.Difference}")

          testCase "weights whose rows are the other's columns" (fun () ->
              let d = derived "principal-subspace"

              let other =
                  parse
                      "population sense e, f : 6\npopulation cell g, h : 2\ninput o[e]\nvariable c[g]\nparameter F[e,g]\n\
                      parameter L[g,h] symmetric, positive definite, ascends\n\
                      energy sum(g, sum(h, c[g]*L[g,h]*c[h])) - 2*sum(g, sum(e, c[g]*F[e,g]*o[e]))\nobjective value\n\
                      cost sum(g, sum(e, F[e,g]^2)) - sum(g, sum(h, L[g,h]^2))/2"
                  |> Derivation.derive

              let names, comparisons = Published.against d other
              Expect.equal names.Turned (Set [ "F" ]) "turned"
              Expect.equal [ for c in comparisons -> c.Rule.Parameter, c.IsEqual, c.Factor ] [ "W", true, 1.0; "M", true, 1.0 ] "rules")

          testCase "a difference is told in the names of the first" (fun () ->
              let d = derived "principal-subspace"

              let text =
                  Option.get (ModelLibrary.tryText "principal-subspace")
                  |> worded [ "x", "v"; "W", "A" ]

              let other =
                  parse (text.Replace("sum(k, sum(a, A[k,a]^2))", "3*sum(k, sum(a, A[k,a]^2))"))
                  |> Derivation.derive

              let names, comparisons = Published.against d other
              Expect.contains names.Renamed ("A", "W") "found all the same"
              let w = comparisons |> List.find (fun c -> c.Rule.Parameter = "W")
              Expect.equal (Direction.text w.Difference, w.IsEqual) ("4*W[k,a]", false) "what is more")

          testCase "models of nothing in common compare nothing, at once" (fun () ->
              let clock = Diagnostics.Stopwatch.StartNew()
              Expect.isEmpty (snd (Published.against (derived "oja") (derived "exponential-responses"))) "nothing"
              Expect.isLessThan clock.Elapsed.TotalSeconds 20.0 "no search without end") ]
