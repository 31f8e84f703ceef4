namespace Interneuron.Statistics

open System

/// A cheapest one-to-one matching of n rows to n columns, with the prices that prove it: u_i + v_j <= c_ij everywhere, with equality where
/// row i is matched to column j.
type internal Assignment =
    {
        /// The column of each row.
        ColumnOf: int[]
        /// The dual prices of the rows.
        RowPrices: float[]
        /// The dual prices of the columns.
        ColumnPrices: float[]
    }

/// The linear assignment problem, solved exactly by shortest augmenting paths (Jonker and Volgenant, Computing 38, 325, 1987).
[<RequireQualifiedAccess>]
module internal Assignment =
    /// No row, or no column.
    let private none = -1

    /// The state of the search: a partial matching and column prices that keep every reduced cost c_ij - v_j of a matched row least in
    /// its row.
    type private Search(cost: float[], n: int) =
        let columnOf = Array.create n none
        let rowOf = Array.create n none
        let v = Array.create n Double.PositiveInfinity

        let pair row column =
            columnOf[row] <- column
            rowOf[column] <- row

        /// Lowers each column's price to its cheapest cost and matches the two where the row is free.
        member _.ReduceColumns() =
            let cheapest = Array.create n none

            for i in 0 .. n - 1 do
                for j in 0 .. n - 1 do
                    if cost[i * n + j] < v[j] then
                        v[j] <- cost[i * n + j]
                        cheapest[j] <- i

            for j in n - 1 .. -1 .. 0 do
                if columnOf[cheapest[j]] = none then
                    pair cheapest[j] j

        /// The least reduced cost of a row and its column, and the second least and its column.
        member private _.TwoLeast row =
            let mutable least = Double.PositiveInfinity
            let mutable second = Double.PositiveInfinity
            let mutable column = none
            let mutable secondColumn = none

            for j in 0 .. n - 1 do
                let reduced = cost[row * n + j] - v[j]

                if reduced < second then
                    if reduced < least then
                        second <- least
                        secondColumn <- column
                        least <- reduced
                        column <- j
                    else
                        second <- reduced
                        secondColumn <- j

            struct (least, column, second, secondColumn)

        member private _.Free =
            [ for i in 0 .. n - 1 do
                  if columnOf[i] = none then
                      i ]

        /// One auction round: each free row bids for its best column up to the second best, and the row that loses the column bids next.
        /// It ends after n bids at the latest: rows that compete by ever smaller steps are better served by paths.
        member this.Bid() =
            let mutable waiting = this.Free
            let mutable bids = 0

            while not waiting.IsEmpty && bids < n do
                bids <- bids + 1
                let row = waiting.Head
                waiting <- waiting.Tail
                let struct (least, best, second, secondBest) = this.TwoLeast row
                let lowered = v[best] - (second - least)
                // The loser may bid again only if the price fell; on a tie, or when rounding swallows the step, this would not
                // end.
                let falls = second > least && lowered < v[best]

                let column =
                    if not falls && rowOf[best] <> none && secondBest <> none then
                        secondBest
                    else
                        best

                if falls then
                    v[best] <- lowered

                let loser = rowOf[column]
                pair row column

                if loser <> none then
                    columnOf[loser] <- none

                    if falls then
                        waiting <- loser :: waiting

        /// Relaxes the distances to unsettled columns through a row whose reduced costs count from `offset` on, and finds the nearest
        /// column.
        member private _.Relax(row, offset, distance: float[], reachedFrom: int[], settled: bool[]) =
            let start = row * n
            let mutable nearest = none
            let mutable least = Double.PositiveInfinity

            for j in 0 .. n - 1 do
                if not settled[j] then
                    let through = cost[start + j] - v[j] - offset

                    if through < distance[j] then
                        distance[j] <- through
                        reachedFrom[j] <- row

                    if distance[j] < least then
                        least <- distance[j]
                        nearest <- j

            nearest

        /// Dijkstra's search over alternating paths from one free row to the nearest free column, then the price update and the exchange
        /// along the path.
        member this.Augment row =
            let distance = Array.create n Double.PositiveInfinity
            let reachedFrom = Array.create n row
            let settled = Array.zeroCreate<bool> n
            let settledColumns = ResizeArray<int>()

            let rec settle from offset =
                let nearest = this.Relax(from, offset, distance, reachedFrom, settled)
                let next = rowOf[nearest]

                if next = none then
                    nearest
                else
                    settled[nearest] <- true
                    settledColumns.Add nearest
                    settle next (cost[next * n + nearest] - v[nearest] - distance[nearest])

            let last = settle row 0.0

            for j in settledColumns do
                v[j] <- v[j] + distance[j] - distance[last]

            let rec exchange column =
                let from = reachedFrom[column]
                let next = columnOf[from]
                pair from column

                if from <> row then
                    exchange next

            exchange last

        member this.Solve() =
            this.ReduceColumns()
            // Two rounds, as in Jonker and Volgenant.
            this.Bid()
            this.Bid()
            this.Free |> List.iter this.Augment

            { ColumnOf = columnOf
              RowPrices = Array.init n (fun i -> cost[i * n + columnOf[i]] - v[columnOf[i]])
              ColumnPrices = v }

    /// The cheapest matching for an n x n matrix of finite costs, row-major. The time grows between n^2 and n^3.
    let solve (n: int) (cost: float[]) = Search(cost, n).Solve()
