namespace Interneuron.Core

/// Functions known by their values, as formulas: Chebyshev series.
[<RequireQualifiedAccess>]
module Series =
    /// d/dx of sum_k c_k T_k(x), as a series.
    let private derivative (c: float array) =
        let n = c.Length
        let d = Array.zeroCreate (max 1 (n - 1))
        for k in n - 2 .. -1 .. 0 do
            let beyond = if k + 2 < d.Length then d[k + 2] else 0.0
            d[k] <- beyond + 2.0 * float (k + 1) * c[k + 1]
        d[0] <- 0.5 * d[0]
        d

    /// The function sum_k c_k T_k(x) on [-1, 1] as a primitive of a formula; equal names must mean equal coefficients.
    let rec chebyshev (name: string) (c: float array) : Primitive =
        { new Primitive(name, false) with
            member _.Partials arguments = [ Expr.apply (chebyshev (name + "'") (derivative c)) arguments ]
            // Clenshaw's recurrence.
            member _.Read(ops, arguments) =
                let x = List.exactlyOne arguments
                let twice = ops.Add x x
                let add a b = ops.Add a b
                let step (b1, b2) k = add (ops.Constant c[k]) (add (ops.Multiply twice b1) (ops.Multiply (ops.Constant -1.0) b2)), b1
                let zero = ops.Constant 0.0
                let b1, b2 = Seq.fold step (zero, zero) (seq { c.Length - 1 .. -1 .. 1 })
                add (ops.Constant c[0]) (add (ops.Multiply x b1) (ops.Multiply (ops.Constant -1.0) b2))
            member _.Latex arguments = let x = List.exactlyOne arguments in $"\\operatorname{{{name}}}\\left({x}\\right)"
            member _.Rewrite _ = ValueNone }

    /// The coefficients of the polynomial through f at the Chebyshev points of degree n.
    let private interpolate (f: float -> float) n =
        let point j = cos (System.Math.PI * (float j + 0.5) / float n)
        let values = Array.init n (point >> f)
        Array.init n (fun k ->
            let total = values |> Array.mapi (fun j v -> v * cos (System.Math.PI * float k * (float j + 0.5) / float n)) |> Array.sum
            (if k = 0 then 1.0 else 2.0) / float n * total)

    /// The coefficients of f on [-1, 1], of the least degree (a power of two, up to 128) at which they have fallen to 1e-13 of the largest; without the
    /// negligible ones at the end.
    let fit (f: float -> float) : float array =
        let rec search n =
            let c = interpolate f n
            let size = c |> Array.map abs |> Array.max
            let settled = c[n - 3 ..] |> Array.forall (fun x -> abs x <= 1e-13 * size)
            if settled || n >= 128 then
                let last = c |> Array.tryFindIndexBack (fun x -> abs x > 1e-15 * size) |> Option.defaultValue 0
                c[..last]
            else
                search (2 * n)
        search 16
