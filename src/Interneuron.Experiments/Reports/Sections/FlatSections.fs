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

    /// What a symmetry is, with the flat directions that it makes of n neurons, and what it moves.
    let private row (flat: FlatDirection) : Span list list =
        let population =
            flat.Population |> Option.map _.Name |> Option.defaultValue "the whole"

        let kind, what =
            match flat.Symmetry with
            | Permutation -> "permutation", $"the order of the neurons of {population}"
            | Sign -> "sign", $"the sign of a neuron of {population}"
            | Rotation -> "rotation", $"rotations of {population}, n(n - 1)/2 flat directions"
            | LinearMap -> "linear map", $"invertible linear maps of {population}, n² flat directions"
            | NeuronScale all -> "scale", $"scales of each neuron of {population}, {powers all}: n flat directions"
            | Scale all -> "scale", $"scales of the whole, {powers all}: one flat direction"

        [ [ words kind ]; [ words $"{what}; moves {listed flat.Moves}" ] ]

    /// The symmetries of an objective; nothing where there are none.
    let flat (directions: FlatDirection list) : Block list =
        if directions.IsEmpty then
            []
        else
            [ Block.Heading "Flat directions"
              Document.paragraph "The objective is the same, whatever the stimuli, under changes of"
              Block.Table([ "symmetry"; "changes" ], List.map row directions) ]
