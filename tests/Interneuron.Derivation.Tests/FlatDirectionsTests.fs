/// Symmetries of objectives, which are known of each.
module Interneuron.Derivation.Tests.FlatDirectionsTests

open Expecto
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Checks

let private said (model: Model) =
    [ for flat in FlatDirections.find (Derivation.derive model) 1 do
          let moves = String.concat "," flat.Moves

          let what =
              match flat.Symmetry with
              | Permutation -> "permutation"
              | Sign -> "sign"
              | Rotation -> "rotation"
              | LinearMap -> "map"
              | NeuronScale powers
              | Scale powers -> String.concat " " [ for name, power in powers -> $"{name}^{power}" ]

          match flat.Population with
          | Some population -> $"{population.Name}: {what} of {moves}"
          | None -> $"{what} of {moves}" ]

let private ofLibrary =
    [ "principal-subspace",
      [ "unit: rotation of y,W,M"
        "unit: permutation of y,W,M"
        "unit: sign of y,W,M" ]
      "nonnegative-similarity-matching", [ "unit: permutation of y,W,M" ]
      "synaptic-whitening",
      [ "interneuron: rotation of W"
        "interneuron: permutation of W"
        "interneuron: sign of W" ]
      "shaping-responses", [ "interneuron: permutation of g,theta,W"; "interneuron: sign of W" ]
      // The frame does not learn, and gains cannot change places alone.
      "gain-whitening", []
      "bcm", []
      "oja", [ "unit: sign of z,w" ] ]

let private eye =
    "population eye a : 4\npopulation unit k, l : 2\ninput x[a]\nvariable y[k]\n"

let private texts =
    [ "an autoencoder without a cost: any invertible map",
      eye
      + "parameter D[a,k]\nenergy sum(a, (x[a] - sum(k, D[a,k]*y[k]))^2)/2\nobjective value",
      [ "unit: map of y,D"; "unit: permutation of y,D" ]

      "a cost of responses leaves rotations",
      eye
      + "parameter D[a,k]\nenergy sum(a, (x[a] - sum(k, D[a,k]*y[k]))^2)/2 + sum(k, y[k]^2)/2\nobjective value",
      [ "unit: rotation of y,D"; "unit: permutation of y,D"; "unit: sign of y,D" ]

      "two factors of a weight exchange a scale",
      eye
      + "parameter D[a,k] ; q[k] in [0.5, 2]\n\
         energy sum(a, (x[a] - sum(k, D[a,k]*q[k]*y[k]))^2)/2 + sum(k, log(1 + y[k]^2))\nobjective value",
      [ "unit: D^1 q^-1 of D,q"; "unit: permutation of y,D,q"; "unit: sign of y,D" ]

      "one factor of all weights exchanges a scale with them",
      eye
      + "parameter D[a,k]\nparameter c in [0.2, 2]\n\
         energy sum(a, (x[a] - c*sum(k, D[a,k]*y[k]))^2)/2 + sum(k, log(1 + y[k]^2))\nobjective value",
      [ "unit: permutation of y,D"; "unit: sign of y,D"; "D^1 c^-1 of D,c" ] ]

[<Tests>]
let tests =
    testList
        "Flat directions"
        [ for name, expected in ofLibrary do
              testCase name (fun () -> Expect.equal (said (parse (Option.get (ModelLibrary.tryText name)))) expected name)

          for name, text, expected in texts do
              testCase name (fun () -> Expect.equal (said (parse text)) expected text) ]
