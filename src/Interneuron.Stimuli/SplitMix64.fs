namespace Interneuron.Stimuli

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): a fixed algorithm on 64-bit
/// integers, so that a seed gives the same numbers on every machine and every version of .NET.
[<Sealed>]
type internal SplitMix64(seed: uint64) =

    let mutable state = seed

    /// The next 64 random bits.
    member _.NextBits() =
        state <- state + 0x9E3779B97F4A7C15UL
        let a = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let b = (a ^^^ (a >>> 27)) * 0x94D049BB133111EBUL
        b ^^^ (b >>> 31)

    /// The next number, uniform on [0, 1) in steps of 2^-53.
    member this.NextUniform() =
        float (this.NextBits() >>> 11) * (1.0 / 9007199254740992.0)
