namespace Interneuron.Core.Symbolic

/// Functions known by their values, as formulas: Chebyshev series.
[<RequireQualifiedAccess>]
module Series =
    /// d/du of sum_k c_k T_k(u), as a series.
    let private derivative (c: float array) =
        let n = c.Length
        let d = Array.zeroCreate (max 1 (n - 1))

        for k in n - 2 .. -1 .. 0 do
            let beyond = if k + 2 < d.Length then d[k + 2] else 0.0
            d[k] <- beyond + 2.0 * float (k + 1) * c[k + 1]

        d[0] <- 0.5 * d[0]
        d

    /// The function sum_k c_k T_k(u) of x, where u runs through [-1, 1] as x does through the interval, as a primitive of a formula.
    /// Its name and LaTeX stand before the argument. It is made once and kept: made again it is another primitive, however equal its name.
    let rec chebyshev (name: string) (latex: string) (lower: float, upper: float) (c: float array) : Primitive =
        let scale = 2.0 / (upper - lower)

        let slope =
            lazy
                (derivative c
                 |> Array.map (fun d -> scale * d)
                 |> chebyshev (name + "'") (latex + "'") (lower, upper))

        // Clenshaw's recurrence.
        let clenshaw =
            { new Composition() with
                member _.Read(number, run, x) =
                    let minus b = run Op.Multiply [ number -1.0; b ]

                    let u =
                        run Op.Multiply [ number scale; run Op.Add [ x; number (-0.5 * (lower + upper)) ] ]

                    let twice = run Op.Add [ u; u ]

                    let step (b1, b2) k =
                        run Op.Add [ number c[k]; run Op.Add [ run Op.Multiply [ twice; b1 ]; minus b2 ] ], b1

                    let b1, b2 =
                        Seq.fold step (number 0.0, number 0.0) (seq { c.Length - 1 .. -1 .. 1 })

                    run Op.Add [ number c[0]; run Op.Add [ run Op.Multiply [ u; b1 ]; minus b2 ] ] }

        { new Primitive(name, latex, Composed clenshaw) with
            member _.Partials arguments = [ Expr.apply slope.Value arguments ] }

    /// The coefficients of the polynomial through f at the n Chebyshev points of the interval.
    let private interpolate (lower: float, upper: float) (f: float -> float) n =
        let angle j =
            System.Math.PI * (float j + 0.5) / float n

        let values =
            Array.init n (fun j -> f (0.5 * (lower + upper) + 0.5 * (upper - lower) * cos (angle j)))

        Array.init n (fun k ->
            let total =
                values |> Array.mapi (fun j v -> v * cos (float k * angle j)) |> Array.sum

            (if k = 0 then 1.0 else 2.0) / float n * total)

    /// The coefficients of f on an interval, of the least number (a power of two, up to 128) at which they have fallen to 1e-13 of the
    /// largest, without the negligible ones at the end; None for a function that needs more.
    let fit (interval: float * float) (f: float -> float) : float array option =
        let rec search n =
            let c = interpolate interval f n
            let size = c |> Array.map abs |> Array.max

            if c[n - 3 ..] |> Array.forall (fun x -> abs x <= 1e-13 * size) then
                let last =
                    c
                    |> Array.tryFindIndexBack (fun x -> abs x > 4e-15 * size)
                    |> Option.defaultValue 0

                Some c[..last]
            elif n < 128 then
                search (2 * n)
            else
                None

        search 16
