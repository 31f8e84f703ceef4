namespace Interneuron.Derivation.Running

open System.Collections.Generic
open Interneuron.Core.Symbolic

/// Determinants written out, by minors of the first rows, each of which is made once.
[<RequireQualifiedAccess>]
module internal Determinant =
    // Minors of 8 rows are 255; an inverse has those of 64 smaller matrices.
    let private most = 8

    let private require (n: int) (columns: int) =
        if n <> columns then
            Interneuron.Statistics.Refusal.argument "sizes" $"a determinant is of as many rows as columns, not of {n} and {columns}"

        if n > most then
            Interneuron.Statistics.Refusal.argument "sizes" $"a determinant is written out for at most {most} rows, not for {n}"

    let private minors (rows: int list) (columns: int list) (element: int -> int -> Expr) : Expr =
        let known = Dictionary<int list, Expr>(HashIdentity.Structural)

        let rec minor (rows: int list) (columns: int list) =
            match rows, known.TryGetValue columns with
            | [], _ -> Expr.constant 1.0
            | _, (true, found) -> found
            | row :: below, _ ->
                let made =
                    Expr.sum
                        [ for k, column in List.indexed columns ->
                              (if k % 2 = 0 then 1.0 else -1.0)
                              * element row column
                              * minor below (List.removeAt k columns) ]

                known[columns] <- made
                made

        minor rows columns

    /// log |det W|, as half the logarithm of its square.
    let logarithm (n: int) (columns: int) (element: int -> int -> Expr) : Expr =
        require n columns
        let all = [ 0 .. n - 1 ]
        log (minors all all element ** 2.0) / 2.0

    /// The element of W^-1 at a, k, by cofactors.
    let inverse (n: int) (columns: int) (element: int -> int -> Expr) (k: int) (a: int) : Expr =
        require n columns
        let all = [ 0 .. n - 1 ]
        let sign = if (k + a) % 2 = 0 then 1.0 else -1.0

        sign * minors (List.except [ k ] all) (List.except [ a ] all) element
        / minors all all element
