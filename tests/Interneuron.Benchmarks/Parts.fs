namespace Interneuron.Benchmarks

open BenchmarkDotNet.Attributes
open BenchmarkDotNet.Configs
open BenchmarkDotNet.Jobs
open BenchmarkDotNet.Running
open BenchmarkDotNet.Toolchains.InProcess.Emit
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// The parts of a step and of a first use, one by one.
[<MemoryDiagnoser>]
type Parts() =
    let single = Circuits.single.Value
    let batch = single[..9]
    let circuit = Circuits.start Potentials.powerMixture 1 1
    let population = Circuits.start Potentials.thresholdLinear 1 40
    let names = [ "theta" ]

    /// Two derivatives of the power mixture, built anew each time from interned parts.
    [<Benchmark>]
    member _.Differentiate() =
        Potentials.powerMixture.Formula
        |> Differentiate.diff "theta"
        |> Differentiate.diff "z"

    /// Formulas to programs.
    [<Benchmark>]
    member _.Lower() =
        let p = Potentials.powerMixture
        Lower.lower names [] [ [ p.Activation; p.Slope ]; [ p.Activation; p.Slope; p.Bend ] ]

    /// Responses to 4,096 stimuli of one power-mixture interneuron.
    [<Benchmark>]
    member _.RespondOne() = Response.solve circuit single[..4095]

    /// Responses to 4,096 stimuli of forty thresholds.
    [<Benchmark>]
    member _.RespondPopulation() =
        Response.solve population single[..4095]

    /// J over a batch of ten.
    [<Benchmark>]
    member _.Objective() = Objective.value circuit batch

module Parts =
    /// Runs BenchmarkDotNet on them, in this process: its own builds would need a feed.
    let run () =
        let job =
            Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10)

        BenchmarkRunner.Run<Parts>(DefaultConfig.Instance.AddJob(job)) |> ignore
