namespace Interneuron.Statistics

open System

/// Rows of numbers in the registers of this machine.
[<RequireQualifiedAccess>]
module internal Vectors =
    /// The sum of products of `count` numbers of a and b, from these places on.
    let dot (a: float[]) from (b: float[]) start count =
        let width = Numerics.Vector<float>.Count
        let mutable sums = Numerics.Vector<float>.Zero
        let mutable i = 0

        while i <= count - width do
            sums <-
                sums
                + Numerics.Vector<float>(a, from + i) * Numerics.Vector<float>(b, start + i)

            i <- i + width

        let mutable sum = Numerics.Vector.Sum sums

        while i < count do
            sum <- sum + a[from + i] * b[start + i]
            i <- i + 1

        sum

    /// Adds factor times `count` numbers of b to those of a, from these places on.
    let add factor (b: float[]) start (a: float[]) from count =
        let width = Numerics.Vector<float>.Count
        let factors = Numerics.Vector<float>(factor: float)
        let mutable i = 0

        while i <= count - width do
            (Numerics.Vector<float>(a, from + i)
             + factors * Numerics.Vector<float>(b, start + i))
                .CopyTo(a, from + i)

            i <- i + width

        while i < count do
            a[from + i] <- a[from + i] + factor * b[start + i]
            i <- i + 1
