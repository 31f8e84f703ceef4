namespace Interneuron.Benchmarks

open System
open System.Runtime.CompilerServices
open Interneuron.Kernels

type private L = Lanes8<OneCircuit>

/// What one core can do at best, measured by loops that do nothing else.
type Throughput =
    /// Twelve chains of multiply-adds, so that none waits for its own result. Nothing is called while they run (not even the clock):
    /// a call would send all of them to memory in every round.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    static member private Chains(rounds: int) : float =
        let x = L.Broadcast 0.999
        let y = L.Broadcast 1e-3
        let mutable a0 = y
        let mutable a1 = y
        let mutable a2 = y
        let mutable a3 = y
        let mutable a4 = y
        let mutable a5 = y
        let mutable a6 = y
        let mutable a7 = y
        let mutable a8 = y
        let mutable a9 = y
        let mutable b0 = y
        let mutable b1 = y

        for _ in 1..rounds do
            a0 <- L.FusedMultiplyAdd(a0, x, y)
            a1 <- L.FusedMultiplyAdd(a1, x, y)
            a2 <- L.FusedMultiplyAdd(a2, x, y)
            a3 <- L.FusedMultiplyAdd(a3, x, y)
            a4 <- L.FusedMultiplyAdd(a4, x, y)
            a5 <- L.FusedMultiplyAdd(a5, x, y)
            a6 <- L.FusedMultiplyAdd(a6, x, y)
            a7 <- L.FusedMultiplyAdd(a7, x, y)
            a8 <- L.FusedMultiplyAdd(a8, x, y)
            a9 <- L.FusedMultiplyAdd(a9, x, y)
            b0 <- L.FusedMultiplyAdd(b0, x, y)
            b1 <- L.FusedMultiplyAdd(b1, x, y)

        L.Sum(a0 + a1 + a2 + a3 + a4 + a5) + L.Sum(a6 + a7 + a8 + a9 + b0 + b1)

    /// Fused multiply-adds of registers a second, in billions.
    static member MultiplyAdds() : float =
        let rounds = 20_000_000
        let seconds = Timing.seconds (fun () -> Throughput.Chains rounds |> ignore)
        12.0 * float rounds / seconds / 1e9

    /// Powers of registers a second, in billions: an exponential of a multiple of a logarithm, the registers one after the other from the
    /// first-level cache.
    [<MethodImpl(MethodImplOptions.AggressiveOptimization)>]
    static member Powers() : float =
        let values = Array.init 1024 (fun i -> 0.5 + float i / 100.0)
        let results = Array.zeroCreate 1024
        let power = L.Broadcast 1.3
        let rounds = 5_000
        let clock = Diagnostics.Stopwatch.StartNew()

        for _ in 1..rounds do
            let mutable at = 0

            while at < 1024 do
                L.Store(L.Exp(power * L.LogFloored(L.Load(&values[at]))), &results[at])
                at <- at + 8

        let seconds = clock.Elapsed.TotalSeconds

        if Double.IsNaN results[0] then
            nan
        else
            128.0 * float rounds / seconds / 1e9
