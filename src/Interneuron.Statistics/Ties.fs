namespace Interneuron.Statistics

open System
open System.Collections.Generic
open MathNet.Numerics.Random

/// Repeated samples: numbers that have been rounded or counted. Estimators based on distances between samples mistake ties for structure.
[<RequireQualifiedAccess>]
module Ties =
    /// The fraction of n numbers that occur more than once.
    let share (samples: float[]) =
        let ascending = Samples.sorted samples
        let n = ascending.Length

        let isTied i =
            (i > 0 && ascending[i - 1] = ascending[i])
            || (i < n - 1 && ascending[i + 1] = ascending[i])

        float (Seq.init n id |> Seq.filter isTied |> Seq.length) / float n

    /// The middles between a value and those before and after it, of ascending values that all differ; as far beyond the outermost as on
    /// its other side.
    let private cells (values: float[]) =
        let last = values.Length - 1
        let middle i = 0.5 * values[i] + 0.5 * values[i + 1]

        Array.init values.Length (fun i ->
            let below = if i > 0 then middle (i - 1) else 2.0 * values[0] - middle 0

            let above =
                if i < last then
                    middle i
                else
                    2.0 * values[last] - middle (last - 1)

            struct (below, above))

    /// Spreads numbers that occur more than once at random (seeded) over what lies nearer to them than to any other number, which undoes
    /// rounding and keeps the order of distinct numbers. Numbers without ties are unchanged; so are numbers that are all equal.
    let spread (seed: int) (samples: float[]) =
        let n = Samples.count 1 samples
        let ascending = Array.copy samples
        let order = Array.init n id
        Array.Sort(ascending, order)

        let values =
            [| ascending[0]
               for before, x in Array.pairwise ascending do
                   if x > before then
                       x |]

        if values.Length = n || values.Length = 1 then
            samples
        else
            let cells = cells values
            let random = Xoshiro256StarStar(seed, false)
            let result = Array.zeroCreate n
            let mutable first = 0

            for struct (below, above) in cells do
                let mutable next = first + 1

                while next < n && ascending[next] = ascending[first] do
                    next <- next + 1

                for k in first .. next - 1 do
                    result[order[k]] <-
                        if next = first + 1 then
                            ascending[k]
                        else
                            below + (above - below) * random.NextDouble()

                first <- next

            result

    /// The same for each coordinate of n x N samples.
    let spreadColumns (dimension: int) (samples: float[]) =
        Array.init dimension (fun j -> spread (j + 1) (Samples.column dimension j samples))
        |> Samples.ofColumns

    /// n x N samples without exact copies of earlier ones: those that repeat every number of a sample whose numbers occur nowhere else,
    /// which rounding would not produce.
    let withoutCopies (dimension: int) (samples: float[]) =
        let n = Samples.count dimension samples
        let columns = Array.init dimension (fun j -> Samples.column dimension j samples)
        let row i = [ for column in columns -> column[i] ]
        let counts = columns |> Array.map (Array.countBy id >> dict)
        let rows = Array.init n row
        let copies = rows |> Array.countBy id |> dict
        let seen = HashSet<float list>()

        let isCopied row =
            row |> List.indexed |> List.forall (fun (j, x) -> counts[j][x] = copies[row])

        [| for row in rows do
               if seen.Add row || not (isCopied row) then
                   yield! row |]
