namespace Interneuron.Derivation.Checks

open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

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

/// The symmetries of a model's objective among linear changes of its parameters and variables, found by numbers: a change is one where the
/// derivative along it vanishes at random points, of which there are more than there are changes.
[<RequireQualifiedAccess>]
module FlatDirections =
    // Neurons of a population, at which symmetries of any number show.
    let private largest = 3

    // What is left of a change that is none, relative to the largest of its kind.
    let private negligible = 1e-9

    /// A quantity that may change, one index at a time: its name, the place of its first number among all, the population of each index.
    type private Quantity =
        { Name: string
          First: int
          Over: Population list
          Learned: Learned option
          Domain: Domain }

    /// The flat positions of a quantity's numbers: for one index at `from` and at `into`, the others alike.
    let private pairs (size: Population -> int) (q: Quantity) (place: int) (from: int) (into: int) : (int * int) list =
        let strides =
            List.scanBack (fun over stride -> stride * size over) q.Over 1 |> List.tail

        let others =
            (List.indexed q.Over, [ 0 ])
            ||> List.foldBack (fun (at, over) sums ->
                if at = place then
                    sums
                else
                    [ for i in 0 .. size over - 1 do
                          for sum in sums -> sum + i * strides[at] ])

        let stride = if q.Over.IsEmpty then 0 else strides[place]
        [ for sum in others -> q.First + sum + from * stride, q.First + sum + into * stride ]

    /// An elementary change: number `into` of an index grows by number `from`; a quantity without indices grows by itself.
    type private Change =
        { Of: Quantity
          Place: int
          From: int
          Into: int }

    /// What a constraint asks of a change dp of a parameter at p: numbers that are 0.
    let private asked (rows: int) (columns: int) (p: float array) (dp: float array) (held: Constraint) : float list =
        let at (x: float array) i j = x[i * columns + j]
        let column j f = List.sumBy f [ for i in 0 .. rows - 1 -> i, j ]
        let row i f = List.sumBy f [ for j in 0 .. columns - 1 -> i, j ]
        let along (i, j) = at p i j * at dp i j
        let own (i, j) = at dp i j

        match held with
        | UnitColumns -> [ for j in 0 .. columns - 1 -> column j along ]
        | UnitRows -> [ for i in 0 .. rows - 1 -> row i along ]
        | ColumnSums _ -> [ for j in 0 .. columns - 1 -> column j own ]
        | RowSums _ -> [ for i in 0 .. rows - 1 -> row i own ]
        | Symmetric
        | PositiveDefinite ->
            [ for i in 0 .. rows - 1 do
                  for j in 0 .. i - 1 -> at dp i j - at dp j i ]
        | ZeroDiagonal -> [ for i in 0 .. rows - 1 -> at dp i i ]
        | Orthonormal ->
            [ for i in 0 .. columns - 1 do
                  for j in 0..i ->
                      List.sum [ for a in 0 .. rows - 1 -> at p a i * at dp a j + at dp a i * at p a j ] ]
        | NonNegative
        | NonPositive
        | Between _ -> []

    /// The null space of some rows: one vector a column.
    let private nullSpace (rows: Matrix<float>) : Matrix<float> =
        let svd = rows.Svd true
        // The largest number of a row is 1.
        let rank = svd.S |> Seq.filter (fun s -> s > negligible * sqrt (float rows.RowCount)) |> Seq.length

        svd.VT.SubMatrix(rank, rows.ColumnCount - rank, 0, rows.ColumnCount).Transpose()

    let private rankOf (m: Matrix<float>) : int =
        if m.ColumnCount = 0 || m.RowCount = 0 then
            0
        else
            let s = m.Svd(false).S
            s |> Seq.filter (fun v -> v > 1e-7 * max (Seq.max s) 1e-3) |> Seq.length

    /// All that is looked for in one place.
    type private Search(derivation: Derivation, seed: int) =
        let model = derivation.Model

        let sizes: Sizes =
            [ for population, count in model.Sizes -> population, min count largest ]

        let instance = Instance.create derivation sizes
        let size = Sizes.count sizes
        let random = Xoshiro256StarStar(seed, false)
        let layout = instance.Layout
        let n = instance.Responses
        let count = n + instance.Size
        let normal () = Normal.Sample(random, 0.0, 1.0)

        let quantities =
            let starts (lengths: int list) =
                List.scan (+) 0 lengths |> List.take lengths.Length

            let variables =
                let lengths = model.Variables |> List.map (fun v -> size v.Index.Over)

                [ for v, first in List.zip model.Variables (starts lengths) do
                      // The transport objective is of responses where they are, and what starts at an input stays there.
                      if not model.Objective.IsTransport && v.StartsAt.IsNone then
                          { Name = v.Name
                            First = first
                            Over = [ v.Index.Over ]
                            Learned = None
                            Domain = v.Domain } ]

            variables
            @ [ for p, first, _ in instance.Parts do
                    if p.Rate > 0.0 && not p.Role.IsFollows then
                        { Name = p.Name
                          First = n + first
                          Over = p.Site |> List.map (fun index -> index.Over)
                          Learned = Some p
                          Domain = Domain.Whole } ]

        let changes =
            [ for q in quantities do
                  for place, over in
                      (if q.Over.IsEmpty then
                           [ 0, None ]
                       else
                           [ for i, over in List.indexed q.Over -> i, Some over ]) do
                      let last = over |> Option.map size |> Option.defaultValue 1

                      for into in 0 .. last - 1 do
                          for from in 0 .. last - 1 do
                              if q.Domain = Domain.Whole || q.Domain = Domain.NonNegative && into = from then
                                  { Of = q
                                    Place = place
                                    From = from
                                    Into = into } ]

        let cost = instance.Flat model.Cost
        let loss = instance.Loss
        let moving = layout.Responses @ layout.Learned
        let gradient e = Differentiate.grad moving e

        let values =
            Scalar.compile
                instance.Variables
                ([ instance.Energy; cost; Option.defaultValue (Expr.constant 0.0) loss ]
                 @ gradient instance.Energy
                 @ gradient cost
                 @ gradient (Option.defaultValue (Expr.constant 0.0) loss))

        /// Random responses inside their domains, away from the ends.
        let responses () =
            [| for v in model.Variables do
                   let draw () =
                       match v.Domain with
                       | Domain.Whole -> normal ()
                       | Domain.NonNegative
                       | Domain.Simplex -> abs (normal ())
                       | Domain.Between(lower, upper) when System.Double.IsFinite upper -> lower + (upper - lower) * random.NextDouble()
                       | Domain.Between(lower, _) -> lower + abs (normal ())

                   yield! Array.init (size v.Index.Over) (fun _ -> draw ()) |]
            |> instance.Inside

        /// A random point: responses and parameters, and a stimulus.
        let point () =
            let p = instance.Pack(RandomValues.draw random model sizes)

            for q, first, length in instance.Parts do
                if q.Constraints.IsEmpty then
                    for m in first .. first + length - 1 do
                        p[m] <- normal ()


            Array.append (responses ()) p, Array.init instance.Stimuli (fun _ -> normal ())

        let look (at: float array) (s: float array) =
            let out: float array = Array.zeroCreate (3 + 3 * count)
            values.Invoke(Array.concat [ Array.sub at 0 n; s; Array.sub at n instance.Size ], out)
            out

        /// The change of all numbers that an elementary change makes at a point.
        let moved (at: float array) (change: Change) =
            let d: float array = Array.zeroCreate count

            for from, into in pairs size change.Of change.Place change.From change.Into do
                d[into] <- d[into] + at[from]

            d

        /// The same point with other responses.
        let elsewhere (at: float array) =
            let other = Array.copy at
            Array.blit (responses ()) 0 other 0 n
            other

        let isFlatAgainst (look: float array) (offset: int) (d: float array) =
            let mutable sum = 0.0

            for m in 0 .. count - 1 do
                if d[m] <> 0.0 then
                    sum <- sum + look[3 + offset * count + m] * d[m]

            sum

        /// What has to vanish at a point, for each change; and last, where a loss is what counts, how much the energy may grow as a whole.
        let rows () : float array list =
            let at, s = point ()
            let here = look at s
            let all = changes |> List.map (moved at) |> Array.ofList

            let along offset = all |> Array.map (isFlatAgainst here offset)

            let constraints =
                [ for p, first, length in instance.Parts do
                      if not p.Constraints.IsEmpty then
                          let r, c = RandomValues.shape sizes p
                          let own x = Array.sub x (n + first) length

                          let parts =
                              all
                              |> Array.map (fun d -> p.Constraints |> List.collect (asked r c (own at) (own d)) |> Array.ofList)

                          for k in 0 .. (if parts.Length = 0 then 0 else parts[0].Length) - 1 do
                              Array.append (parts |> Array.map (Array.item k)) [| 0.0 |] ]

            // The energy may change by what no response has part in.
            let relative () =
                let other = elsewhere at
                let there = look other s
                let others = changes |> List.map (moved other) |> Array.ofList
                let growth = if loss.IsSome then there[0] - here[0] else 0.0

                Array.append
                    (Array.mapi (fun k d -> isFlatAgainst there 0 d - isFlatAgainst here 0 all[k]) others)
                    [| growth |]

            let whole values = Array.append values [| 0.0 |]

            match model.Objective with
            | Value -> [ whole (Array.map2 (+) (along 0) (along 1)) ]
            | Loss _ -> [ relative (); whole (Array.map2 (+) (along 2) (along 1)) ]
            | Transport -> [ relative (); whole (along 1) ]
            |> List.append constraints

        let system =
            lazy
                ([ for _ in 1 .. changes.Length + 12 do
                       yield! rows () ]
                 |> List.filter (Array.forall System.Double.IsFinite)
                 |> List.map (fun row ->
                     let size = row |> Array.map abs |> Array.max
                     if size > 0.0 then Array.map (fun v -> v / size) row else row)
                 |> Matrix<float>.Build.DenseOfRowArrays)

        // Where changes are looked at.
        let places = lazy [ for _ in 1..3 -> fst (point ()) ]

        /// What combinations of changes, one a column, do to the parameters at some points.
        let motions (combinations: Matrix<float>) =
            places.Value
            |> List.collect (fun at ->
                let all = changes |> List.map (moved at) |> List.map (fun d -> Array.sub d n instance.Size)

                [ Matrix<float>.Build.DenseOfColumnArrays all * combinations.SubMatrix(0, changes.Length, 0, combinations.ColumnCount) ])
            |> List.reduce (fun a b -> a.Stack b)

        /// The flat directions among some combinations of changes: one a column, those of no parameter left out, and how many there are.
        let among (basis: (int * float) list list) : Matrix<float> * int =
            if basis.IsEmpty || changes.IsEmpty then
                Matrix<float>.Build.Dense(max 1 (changes.Length + 1), 1).RemoveColumn 0 |> fun m -> m, 0
            else
                // The last is how much the energy grows.
                let columns =
                    Matrix<float>.Build.Dense(changes.Length + 1, basis.Length + 1)

                basis
                |> List.iteri (fun c parts ->
                    for change, weight in parts do
                        columns[change, c] <- weight)

                columns[changes.Length, basis.Length] <- 1.0
                let found = columns * nullSpace (system.Value * columns)

                if found.ColumnCount = 0 then
                    found, 0
                else
                    found, rankOf (motions found)

        let indexed = List.indexed changes

        let over (population: Population) =
            indexed
            |> List.filter (fun (_, c) -> not c.Of.Over.IsEmpty && c.Of.Over[c.Place] = population)

        /// The quantities that combinations move.
        let movers (combinations: Matrix<float>) =
            [ for q in quantities do
                  let isMoved =
                      places.Value
                      |> List.exists (fun at ->
                          let total = Array.zeroCreate<float> count

                          // A random one of the combinations.
                          let mixed = combinations * Vector<float>.Build.Dense(combinations.ColumnCount, fun _ -> normal ())

                          for k, c in indexed do
                              if abs mixed[k] > 1e-8 then
                                  let d = moved at c

                                  for m in 0 .. count - 1 do
                                      total[m] <- total[m] + mixed[k] * d[m]

                          let length = q.Over |> List.map size |> List.fold (*) 1
                          Seq.exists (fun m -> abs total[m] > 1e-7) (seq { q.First .. q.First + length - 1 }))

                  if isMoved then
                      q.Name ]

        /// Basis vectors with as many zeros as can be, each in units of its smallest number.
        let reduced (found: Matrix<float>) : float array list =
            let m = found.Transpose()
            let mutable row = 0

            for column in 0 .. m.ColumnCount - 1 do
                if row < m.RowCount then
                    let pivot = Seq.maxBy (fun r -> abs m[r, column]) (seq { row .. m.RowCount - 1 })

                    if abs m[pivot, column] > 1e-7 then
                        let other = m.Row pivot
                        m.SetRow(pivot, m.Row row)
                        m.SetRow(row, other / other[column])

                        for r in 0 .. m.RowCount - 1 do
                            if r <> row then
                                m.SetRow(r, m.Row r - m[r, column] * m.Row row)

                        row <- row + 1

            [ for r in 0 .. row - 1 ->
                  let numbers = m.Row(r).ToArray() |> Array.map (fun v -> if abs v < 1e-7 then 0.0 else v)
                  let unit = numbers |> Array.filter ((<>) 0.0) |> Array.map abs |> Array.min
                  numbers |> Array.map (fun v -> round (1e6 * v / unit) / 1e6) ]

        /// The powers of a scale, by quantity; several indices of one add up.
        let powers (scale: (string * int list) list) (numbers: float array) =
            [ for name, those in scale -> name, List.sumBy (fun k -> numbers[k]) those ]
            |> List.filter (fun (_, power) -> power <> 0.0)

        /// The numbers of a point after a finite change of one neuron, or of two that change places.
        let transformed (at: float array) (slots: (Quantity * int) list) (weights: int -> int * float) =
            let next = Array.copy at

            for q, place in slots do
                let before = Array.copy next

                for into in 0 .. size q.Over[place] - 1 do
                    let from, weight = weights into

                    if from <> into || weight <> 1.0 then
                        for source, target in pairs size q place from into do
                            next[target] <- weight * before[source]

            next

        let close (a: float) (b: float) =
            abs (a - b) <= 1e-9 * (1.0 + abs a + abs b)

        /// Whether a finite change leaves the objective as it is, and the parameters within what holds them.
        let isSame (change: float array -> float array) =
            Seq.forall
                (fun _ ->
                    let at, s = point ()
                    let there = change at
                    let a, b = look at s, look there s

                    let isHeld =
                        instance.Parts
                        |> List.forall (fun (p, first, length) ->
                            let own = Array.sub there (n + first) length
                            Array.forall2 close own (RandomValues.hold sizes p own))
                        && Array.forall2 close (Array.sub there 0 n) (instance.Inside(Array.sub there 0 n))

                    let relative () =
                        let other = elsewhere at
                        close ((look (change other) s)[0] - b[0]) ((look other s)[0] - a[0])

                    isHeld
                    && match model.Objective with
                       | Value -> close (a[0] + a[1]) (b[0] + b[1])
                       | Loss _ -> relative () && close (a[1] + a[2]) (b[1] + b[2])
                       | Transport -> relative () && close a[1] b[1])
                (seq { 1..4 })

        let slotsOver population =
            [ for q in quantities do
                  for place, over in List.indexed q.Over do
                      if over = population then
                          q, place ]

        let isOfParameters (slots: (Quantity * int) list) =
            slots |> List.exists (fun (q, _) -> q.Learned.IsSome)

        let names (slots: (Quantity * int) list) =
            slots |> List.map (fun (q, _) -> q.Name) |> List.distinct

        /// The scales that the quantities of a neuron exchange: the powers of each.
        member _.Scales(population: Population) : (string * float) list list =
            let own = over population |> List.filter (fun (_, c) -> c.Into = 0 && c.From = 0)
            let found, rank = among [ for k, _ in own -> [ k, 1.0 ] ]

            if rank = 0 then
                []
            else
                let table =
                    own
                    |> List.groupBy (fun (_, c) -> c.Of.Name)
                    |> List.map (fun (name, those) -> name, List.map fst those)

                reduced found |> List.map (powers table) |> List.filter (not << List.isEmpty)

        member this.Of(population: Population) : FlatDirection list =
            let those = over population
            let count = size population

            let direction symmetry moves =
                { Symmetry = symmetry
                  Population = Some population
                  Moves = moves }

            let full, dimension = among [ for k, _ in those -> [ k, 1.0 ] ]

            let rotations, turns =
                if count < 2 then
                    full, 0
                else
                    let slots = those |> List.map (fun (_, c) -> c.Of.Name, c.Place) |> List.distinct

                    among
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

            let slots = slotsOver population

            let permutation =
                if count > 1 && isOfParameters slots && isSame (fun at -> transformed at slots (fun i -> (if i = 0 then 1 elif i = 1 then 0 else i), 1.0)) then
                    [ direction Permutation (names slots) ]
                else
                    []

            let signs =
                if slots.Length > 6 then
                    []
                else
                    let chosen =
                        [ for bits in 1 .. (1 <<< slots.Length) - 1 ->
                              slots |> List.indexed |> List.filter (fun (k, _) -> bits >>> k &&& 1 = 1) |> List.map snd ]
                        |> List.sortBy List.length

                    let flip (those: (Quantity * int) list) at =
                        transformed at those (fun i -> i, (if i = 0 then -1.0 else 1.0))

                    // What a rotation or a map can do to two signs at once is no sign of one neuron.
                    ([], chosen)
                    ||> List.fold (fun found those ->
                        let isNew =
                            not (found |> List.exists (fun other -> other |> List.forall (fun slot -> List.contains slot those)))

                        let moves () =
                            let at = fst (point ())
                            flip those at <> at

                        if isNew && isOfParameters those && isSame (flip those) && moves () then
                            found @ [ those ]
                        else
                            found)
                    |> List.map (fun those -> direction Sign (names those))

            [ if isMap then
                  direction LinearMap (movers full)
              elif count > 1 && turns >= count * (count - 1) / 2 then
                  direction Rotation (movers rotations)
              if not isMap then
                  for powers in this.Scales population do
                      direction (NeuronScale powers) (List.map fst powers)
              yield! permutation
              if not isMap then
                  yield! signs ]

        /// Scales of quantities as wholes that are none of single neurons.
        member this.Whole: FlatDirection list =
            let slots =
                indexed
                |> List.filter (fun (_, c) -> c.Into = c.From)
                |> List.groupBy (fun (_, c) -> c.Of.Name)
                // One index does for all: the scale of the whole.
                |> List.map (fun (name, those) -> name, those |> List.filter (fun (_, c) -> c.Place = 0) |> List.map fst)

            let found, rank =
                among [ for _, those in slots -> [ for k in those -> k, 1.0 ] ]

            if rank = 0 then
                []
            else
                // A number of each quantity stands for it.
                let row powers =
                    [| for name, _ in slots -> powers |> List.tryFind (fst >> (=) name) |> Option.map snd |> Option.defaultValue 0.0 |]

                let firsts = slots |> List.map (fun (name, those) -> name, [ those.Head ])
                let known = model.Populations |> List.collect this.Scales |> List.map row

                let rank (rows: float array list) =
                    if rows.IsEmpty then
                        0
                    else
                        rankOf (Matrix<float>.Build.DenseOfRowArrays rows)

                (([], known), reduced found |> List.map (powers firsts))
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

    /// The symmetries of an objective that involve parameters which learn.
    let find (derivation: Derivation) (seed: int) : FlatDirection list =
        let search = Search(derivation, seed)
        (derivation.Model.Populations |> List.collect search.Of) @ search.Whole
