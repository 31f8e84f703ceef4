namespace Interneuron.Derivation.Checks

open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open MathNet.Numerics.Random
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// The linear changes of a model's parameters and variables, one index at a time, and which of them leave its objective as it is: those
/// along which its derivative vanishes at random points, of which there are more than there are changes.
[<Sealed>]
type internal LinearChanges(derivation: Derivation, seed: int) =
    // Neurons of a population, at which symmetries of any number show.
    let largest = 3
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

    // Compiled when it is first looked at.
    let values =
        lazy
            (Scalar.compile
                instance.Variables
                ([ instance.Energy; cost; Option.defaultValue (Expr.constant 0.0) loss ]
                 @ gradient instance.Energy
                 @ gradient cost
                 @ gradient (Option.defaultValue (Expr.constant 0.0) loss)))

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
        values.Value.Invoke(Array.concat [ Array.sub at 0 n; s; Array.sub at n instance.Size ], out)
        out

    /// The change of all numbers that an elementary change makes at a point.
    let moved (at: float array) (change: Change) =
        let d: float array = Array.zeroCreate count

        for from, into in Changes.pairs size change.Of change.Place change.From change.Into do
            d[into] <- d[into] + at[from]

        d

    /// The same point with other responses.
    let elsewhere (at: float array) =
        let other = Array.copy at
        Array.blit (responses ()) 0 other 0 n
        other

    let slopeAlong (look: float array) (offset: int) (d: float array) =
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

        let along offset =
            all |> Array.map (slopeAlong here offset)

        let constraints =
            [ for p, first, length in instance.Parts do
                  if not p.Constraints.IsEmpty then
                      let r, c = RandomValues.shape sizes p
                      let own x = Array.sub x (n + first) length

                      let parts =
                          all
                          |> Array.map (fun d ->
                              p.Constraints
                              |> List.collect (Changes.asked r c (own at) (own d))
                              |> Array.ofList)

                      for k in 0 .. (if parts.Length = 0 then 0 else parts[0].Length) - 1 do
                          Array.append (parts |> Array.map (Array.item k)) [| 0.0 |] ]

        // The energy may change by what no response has part in.
        let relative () =
            let other = elsewhere at
            let there = look other s
            let others = changes |> List.map (moved other) |> Array.ofList
            let growth = if loss.IsSome then there[0] - here[0] else 0.0

            Array.append (Array.mapi (fun k d -> slopeAlong there 0 d - slopeAlong here 0 all[k]) others) [| growth |]

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

                 if size > 0.0 then
                     Array.map (fun v -> v / size) row
                 else
                     row)
             |> Array.ofList)

    // Where changes are looked at.
    let places = lazy [ for _ in 1..3 -> fst (point ()) ]

    /// What combinations of changes, one a column, do to the parameters at some points.
    let motions (combinations: Matrix<float>) =
        places.Value
        |> List.collect (fun at ->
            let all =
                changes
                |> List.map (moved at)
                |> List.map (fun d -> Array.sub d n instance.Size)

            [ Matrix<float>.Build.DenseOfColumnArrays all
              * combinations.SubMatrix(0, changes.Length, 0, combinations.ColumnCount) ])
        |> List.reduce (fun a b -> a.Stack b)

    let indexed = List.indexed changes

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

    /// What may change.
    member _.Quantities: Quantity list = quantities

    /// The elementary changes, each with its number.
    member _.All: (int * Change) list = indexed

    /// Neurons of a population here.
    member _.Count(population: Population) : int = size population

    /// The elementary changes of indices over a population.
    member _.Over(population: Population) : (int * Change) list =
        indexed
        |> List.filter (fun (_, c) -> not c.Of.Over.IsEmpty && c.Of.Over[c.Place] = population)

    /// The flat directions among some combinations of changes: one a column, those of no parameter left out, and how many there are.
    member _.Among(basis: (int * float) list list) : Matrix<float> * int =
        let none = Matrix<float>.Build.Dense(changes.Length + 1, 1).RemoveColumn 0

        // Where the objective is no number at most points, nothing can be told.
        if basis.IsEmpty || system.Value.Length < changes.Length then
            none, 0
        else
            // The last is how much the energy grows.
            let columns = Matrix<float>.Build.Dense(changes.Length + 1, basis.Length + 1)

            basis
            |> List.iteri (fun c parts ->
                for change, weight in parts do
                    columns[change, c] <- weight)

            columns[changes.Length, basis.Length] <- 1.0
            let rows = Matrix<float>.Build.DenseOfRowArrays system.Value
            let found = columns * Changes.nullSpace (rows * columns)

            if found.ColumnCount = 0 then
                found, 0
            else
                found, Changes.rank (motions found)

    /// The quantities that combinations move.
    member _.Movers(combinations: Matrix<float>) : string list =
        [ for q in quantities do
              let isMoved =
                  places.Value
                  |> List.exists (fun at ->
                      let total = Array.zeroCreate<float> count

                      // A random one of the combinations.
                      let mixed =
                          combinations
                          * Vector<float>.Build.Dense(combinations.ColumnCount, fun _ -> normal ())

                      for k, c in indexed do
                          if abs mixed[k] > 1e-8 then
                              let d = moved at c

                              for m in 0 .. count - 1 do
                                  total[m] <- total[m] + mixed[k] * d[m]

                      let length = q.Over |> List.map size |> List.fold (*) 1
                      Seq.exists (fun m -> abs total[m] > 1e-7) (seq { q.First .. q.First + length - 1 }))

              if isMoved then
                  q.Name ]

    /// The numbers of a point after a finite change of one neuron, or of two that change places: each index gets the numbers of another,
    /// times a weight.
    member _.Transformed(at: float array, slots: (Quantity * int) list, weights: int -> int * float) : float array =
        let next = Array.copy at

        for q, place in slots do
            let before = Array.copy next

            for into in 0 .. size q.Over[place] - 1 do
                let from, weight = weights into

                if from <> into || weight <> 1.0 then
                    for source, target in Changes.pairs size q place from into do
                        next[target] <- weight * before[source]

        next

    /// Whether a finite change leaves the objective as it is, and parameters and variables within what holds them; and is a change.
    member _.IsSymmetry(change: float array -> float array) : bool =
        isSame change && (let at = fst (point ()) in change at <> at)
