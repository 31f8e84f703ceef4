namespace Interneuron.Experiments

open System.Globalization
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Checks
open Interneuron.Derivation.Rules
open Interneuron.Experiments.ReportWords

/// The section of a report on the directions in which the objective is flat, or the same again.
[<RequireQualifiedAccess>]
module internal FlatSections =
    let private powers (all: (string * float) list) =
        [ for name, power in all -> $"{name} by c^" + power.ToString("G4", CultureInfo.InvariantCulture) ]
        |> String.concat ", "

    let private listed (names: string list) = String.concat ", " names

    /// What a symmetry is, and how many flat directions it makes of n neurons.
    let private row (flat: FlatDirection) : Span list list =
        let population =
            flat.Population |> Option.map _.Name |> Option.defaultValue "the whole"

        let what, count =
            match flat.Symmetry with
            | Permutation -> $"the order of the neurons of {population}", "none; n! places alike"
            | Sign -> $"the sign of a neuron of {population}", "none; 2 places alike for each neuron"
            | Rotation -> $"rotations of {population}", "n(n - 1)/2"
            | LinearMap -> $"invertible linear maps of {population}", "n²"
            | NeuronScale all -> $"scales of each neuron of {population}: {powers all}", "n"
            | Scale all -> $"scales of the whole: {powers all}", "1"

        [ [ words what ]; [ words (listed flat.Moves) ]; [ words count ] ]

    /// The symmetries of an objective; nothing where there are none.
    let flat (directions: FlatDirection list) : Block list =
        if directions.IsEmpty then
            []
        else
            [ Block.Heading "Flat directions"
              Document.paragraph "The objective is the same, whatever the stimuli, under changes of"
              Block.Table([ "what"; "moves"; "flat directions for n neurons" ], List.map row directions) ]
