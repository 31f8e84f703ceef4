namespace Interneuron.Statistics

open System

/// A balanced tree over points of the plane, for distances to nearest neighbours in the maximum norm (Bentley 1975). The points lie in
/// tree order: the median of a range splits it, and smaller and larger ones lie left and right of it.
type internal KdTree(pairs: float[]) =
    let n = pairs.Length / 2
    let leaf = 8
    let xs = Array.init n (fun i -> pairs[2 * i])
    let ys = Array.init n (fun i -> pairs[2 * i + 1])
    /// For the median of a range, whether x (false) or y (true) is split there.
    let splitsY = Array.zeroCreate<bool> n

    let swap i j =
        let x, y = xs[i], ys[i]
        xs[i] <- xs[j]
        ys[i] <- ys[j]
        xs[j] <- x
        ys[j] <- y

    /// Hoare's selection: orders low..high so that no element before `middle` is larger and none after it is smaller.
    let select (keys: float[]) low high middle =
        let mutable low = low
        let mutable high = high

        while low < high do
            let pivot = keys[low + (high - low) / 2]
            let mutable i = low
            let mutable j = high

            while i <= j do
                while keys[i] < pivot do
                    i <- i + 1

                while keys[j] > pivot do
                    j <- j - 1

                if i <= j then
                    swap i j
                    i <- i + 1
                    j <- j - 1

            if middle <= j then high <- j
            elif middle >= i then low <- i
            else low <- high

    let extent (keys: float[]) low high =
        let mutable smallest = keys[low]
        let mutable largest = keys[low]

        for i in low + 1 .. high do
            smallest <- min smallest keys[i]
            largest <- max largest keys[i]

        largest - smallest

    let rec build low high =
        if high - low >= leaf then
            let middle = low + (high - low) / 2
            let alongY = extent ys low high > extent xs low high
            splitsY[middle] <- alongY
            select (if alongY then ys else xs) low high middle
            build low (middle - 1)
            build (middle + 1) high

    do build 0 (n - 1)

    /// Inserts a distance into an ascending list, dropping the largest.
    static let insert (nearest: Span<float>) distance =
        let mutable k = nearest.Length - 1

        while k > 0 && nearest[k - 1] > distance do
            nearest[k] <- nearest[k - 1]
            k <- k - 1

        nearest[k] <- distance

    member private this.Consider(i, self, nearest: Span<float>) =
        if i <> self then
            let distance = max (abs (xs[i] - xs[self])) (abs (ys[i] - ys[self]))

            if distance < nearest[nearest.Length - 1] then
                insert nearest distance

    member private this.Search(low, high, self, nearest: Span<float>) =
        if high - low < leaf then
            for i in low..high do
                this.Consider(i, self, nearest)
        else
            let middle = low + (high - low) / 2
            this.Consider(middle, self, nearest)

            let offset =
                if splitsY[middle] then
                    ys[self] - ys[middle]
                else
                    xs[self] - xs[middle]

            if offset < 0.0 then
                this.Search(low, middle - 1, self, nearest)

                if -offset < nearest[nearest.Length - 1] then
                    this.Search(middle + 1, high, self, nearest)
            else
                this.Search(middle + 1, high, self, nearest)
                // If the distance is already zero, nothing on the other side is nearer, though points equal to the median may lie there.
                if offset < nearest[nearest.Length - 1] then
                    this.Search(low, middle - 1, self, nearest)

    /// The number of points.
    member _.Count = n

    /// Point i in tree order.
    member _.Item
        with get (i: int) = struct (xs[i], ys[i])

    /// The distances from point i (in tree order) to its nearest other points, ascending, as many as `nearest` holds, written into it.
    member this.NearestTo(i: int, nearest: Span<float>) =
        nearest.Fill Double.PositiveInfinity
        this.Search(0, n - 1, i, nearest)
