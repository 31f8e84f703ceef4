namespace Interneuron.Experiments

open System.Collections.Generic

/// Lines of equal height over a square grid, by marching squares.
[<RequireQualifiedAccess>]
module Contours =
    // The corners of a cell in turn, and the edges between one corner and the next.
    let private corners = [| 0, 0; 1, 0; 1, 1; 0, 1 |]

    // The edges of a cell that the line crosses, in pairs.
    let private crossings (heights: float array) level =
        let isAbove = heights |> Array.map (fun h -> h >= level)

        let crossed =
            [ for e in 0..3 do
                  if isAbove[e] <> isAbove[(e + 1) % 4] then
                      e ]

        match crossed with
        | [ a; b ] -> [ a, b ]
        | [ _; _; _; _ ] ->
            // A saddle: the middle tells which two corners hang together.
            let isMiddleAbove = Array.average heights >= level

            if isMiddleAbove = isAbove[0] then
                [ 0, 1; 2, 3 ]
            else
                [ 3, 0; 1, 2 ]
        | _ -> []

    /// The lines at a level over heights at (axis[i], axis[j]), entry [j, i]: each a list of points, closed lines with their first point
    /// again at the end. Points lie on the grid's edges, linearly between its two heights.
    let lines (axis: float array) (heights: float array2d) (level: float) : (float * float) array list =
        let size = axis.Length
        // An edge is named by its lower left end, and by whether it goes up.
        let name i j e =
            match e with
            | 0 -> struct (i, j, false)
            | 1 -> struct (i + 1, j, true)
            | 2 -> struct (i, j + 1, false)
            | _ -> struct (i, j, true)

        let point struct (i, j, isUp) =
            let k, l = if isUp then i, j + 1 else i + 1, j
            let a, b = heights[j, i], heights[l, k]
            let t = (level - a) / (b - a)
            axis[i] + t * (axis[k] - axis[i]), axis[j] + t * (axis[l] - axis[j])

        let neighbours =
            Dictionary<struct (int * int * bool), ResizeArray<struct (int * int * bool)>>()

        let link a b =
            match neighbours.TryGetValue a with
            | true, others -> others.Add b
            | _ -> neighbours[a] <- ResizeArray [ b ]

        for j in 0 .. size - 2 do
            for i in 0 .. size - 2 do
                let around = corners |> Array.map (fun (di, dj) -> heights[j + dj, i + di])

                for a, b in crossings around level do
                    link (name i j a) (name i j b)
                    link (name i j b) (name i j a)

        let seen = HashSet<struct (int * int * bool)>()

        let follow start =
            let line = ResizeArray [ start ]
            seen.Add start |> ignore

            let rec go here =
                match neighbours[here] |> Seq.tryFind (seen.Contains >> not) with
                | Some next ->
                    seen.Add next |> ignore
                    line.Add next
                    go next
                | None ->
                    if line.Count > 2 && neighbours[here].Contains start then
                        line.Add start

            go start
            [| for edge in line -> point edge |]
        // Lines that end at the grid's border first, from one of their ends; what is left is closed.
        let starts =
            neighbours.Keys |> Seq.sortBy (fun edge -> neighbours[edge].Count) |> List.ofSeq

        [ for start in starts do
              if not (seen.Contains start) then
                  follow start ]
