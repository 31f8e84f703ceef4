namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// A change of the parameters that leaves the objective as it is, whatever the stimuli.
type Symmetry =
    /// The neurons of a population in another order.
    | Permutation
    /// The sign of a neuron of a population.
    | Sign
    /// A rotation of a population: n (n - 1)/2 flat directions.
    | Rotation
    /// Any invertible linear map of a population: n^2 flat directions.
    | LinearMap
    /// A scale that a neuron's quantities exchange, each times its power of it.
    | NeuronScale of powers: (string * float) list
    /// A scale that quantities exchange as wholes.
    | Scale of powers: (string * float) list

/// A symmetry of the objective: where it is flat, or the same again.
type FlatDirection =
    {
        /// What it is.
        Symmetry: Symmetry
        /// The population whose neurons it is about; None for a scale of the whole.
        Population: Population option
        /// The parameters and variables that change together.
        Moves: string list
    }

/// The symmetries of a model's objective among linear changes of its parameters and variables, found by numbers.
[<RequireQualifiedAccess>]
module FlatDirections =
    /// The powers of a scale, by quantity; several indices of one add up.
    let private powers (scale: (string * int list) list) (numbers: float array) =
        [ for name, those in scale -> name, List.sumBy (fun k -> numbers[k]) those ]
        |> List.filter (fun (_, power) -> power <> 0.0)

    let private slotsOver (search: LinearChanges) population =
        [ for q in search.Quantities do
              for place, over in List.indexed q.Over do
                  if over = population then
                      q, place ]

    let private isOfParameters (slots: (Quantity * int) list) =
        slots |> List.exists (fun (q, _) -> q.Learned.IsSome)

    let private names (slots: (Quantity * int) list) =
        slots |> List.map (fun (q, _) -> q.Name) |> List.distinct

    /// The scales that the quantities of a neuron exchange: the powers of each.
    let private scales (search: LinearChanges) (population: Population) : (string * float) list list =
        let own =
            search.Over population |> List.filter (fun (_, c) -> c.Into = 0 && c.From = 0)

        let found, rank = search.Among [ for k, _ in own -> [ k, 1.0 ] ]

        if rank = 0 then
            []
        else
            let table =
                own
                |> List.groupBy (fun (_, c) -> c.Of.Name)
                |> List.map (fun (name, those) -> name, List.map fst those)

            Changes.reduced found
            |> List.map (powers table)
            |> List.filter (not << List.isEmpty)

    /// The symmetries of a population.
    let private ofPopulation (search: LinearChanges) (population: Population) : FlatDirection list =
        let those = search.Over population
        let count = search.Count population

        let direction symmetry moves =
            { Symmetry = symmetry
              Population = Some population
              Moves = moves }

        let full, dimension = search.Among [ for k, _ in those -> [ k, 1.0 ] ]

        let rotations, turns =
            if count < 2 then
                full, 0
            else
                let slots = those |> List.map (fun (_, c) -> c.Of.Name, c.Place) |> List.distinct

                search.Among
                    [ for slot in slots do
                          for i in 0 .. count - 1 do
                              for j in 0 .. i - 1 do
                                  let weight (c: Change) =
                                      if (c.Into, c.From) = (i, j) then 1.0
                                      elif (c.Into, c.From) = (j, i) then -1.0
                                      else 0.0

                                  let parts =
                                      [ for k, c in those do
                                            if (c.Of.Name, c.Place) = slot && weight c <> 0.0 then
                                                k, weight c ]

                                  if parts.Length = 2 then
                                      parts ]

        let isMap = count > 1 && dimension >= count * count

        let slots = slotsOver search population

        let exchanged i =
            (if i = 0 then 1
             elif i = 1 then 0
             else i),
            1.0

        let permutation =
            if
                count > 1
                && isOfParameters slots
                && search.IsSymmetry(fun at -> search.Transformed(at, slots, exchanged))
            then
                [ direction Permutation (names slots) ]
            else
                []

        let signs =
            if slots.Length > 6 then
                []
            else
                let chosen =
                    [ for bits in 1 .. (1 <<< slots.Length) - 1 ->
                          slots
                          |> List.indexed
                          |> List.filter (fun (k, _) -> bits >>> k &&& 1 = 1)
                          |> List.map snd ]
                    |> List.sortBy List.length

                let flip (those: (Quantity * int) list) at =
                    search.Transformed(at, those, (fun i -> i, (if i = 0 then -1.0 else 1.0)))

                // What a rotation or a map can do to two signs at once is no sign of one neuron.
                ([], chosen)
                ||> List.fold (fun found those ->
                    let isNew =
                        not (
                            found
                            |> List.exists (fun other -> other |> List.forall (fun slot -> List.contains slot those))
                        )

                    if isNew && isOfParameters those && search.IsSymmetry(flip those) then
                        found @ [ those ]
                    else
                        found)
                |> List.map (fun those -> direction Sign (names those))

        [ if isMap then
              direction LinearMap (search.Movers full)
          elif count > 1 && turns >= count * (count - 1) / 2 then
              direction Rotation (search.Movers rotations)
          if not isMap then
              for powers in scales search population do
                  direction (NeuronScale powers) (List.map fst powers)
          yield! permutation
          if not isMap then
              yield! signs ]

    /// Scales of quantities as wholes that are none of single neurons.
    let private whole (search: LinearChanges) (populations: Population list) : FlatDirection list =
        let slots =
            search.All
            |> List.filter (fun (_, c) -> c.Into = c.From)
            |> List.groupBy (fun (_, c) -> c.Of.Name)
            // One index does for all: the scale of the whole.
            |> List.map (fun (name, those) -> name, those |> List.filter (fun (_, c) -> c.Place = 0) |> List.map fst)

        let found, rank =
            search.Among [ for _, those in slots -> [ for k in those -> k, 1.0 ] ]

        if rank = 0 then
            []
        else
            // A number of each quantity stands for it.
            let row powers =
                [| for name, _ in slots ->
                       powers
                       |> List.tryFind (fst >> (=) name)
                       |> Option.map snd
                       |> Option.defaultValue 0.0 |]

            let firsts = slots |> List.map (fun (name, those) -> name, [ those.Head ])
            let known = populations |> List.collect (scales search) |> List.map row

            let rank (rows: float array list) =
                if rows.IsEmpty then
                    0
                else
                    Changes.rank (Matrix<float>.Build.DenseOfRowArrays rows)

            (([], known), Changes.reduced found |> List.map (powers firsts))
            ||> List.fold (fun (said, spanned) powers ->
                if rank (row powers :: spanned) > rank spanned then
                    said @ [ powers ], row powers :: spanned
                else
                    said, spanned)
            |> fst
            |> List.map (fun powers ->
                { Symmetry = Scale powers
                  Population = None
                  Moves = List.map fst powers })

    // Elementary changes, whose null space takes a fraction of a second.
    let private most = 200

    /// The symmetries of an objective that involve parameters which learn; none are looked for where a model has a great many parameters.
    let find (derivation: Derivation) (seed: int) : FlatDirection list =
        let search = LinearChanges(derivation, seed)
        let populations = derivation.Model.Populations

        if search.All.Length > most then
            []
        else
            (populations |> List.collect (ofPopulation search)) @ whole search populations
