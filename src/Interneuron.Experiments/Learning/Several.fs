namespace Interneuron.Experiments

open System.Threading
open Interneuron.Core.Circuits

/// Several learnings, one after another.
[<RequireQualifiedAccess>]
module Several =
    /// Does `work` for each item in turn, until cancellation asks to stop: the first is always done, since nothing is no result.
    let untilStopped (cancellation: CancellationToken) (work: int -> 'T -> 'Result) (items: 'T list) : 'Result list =
        [ for i, item in List.indexed items do
              if i = 0 || not cancellation.IsCancellationRequested then
                  work i item ]

    /// Reports the progress of the `index`-th of `count` learnings of equal length as that of all.
    let progressOf (index: int) (count: int) (progress: Progress -> unit) (here: Progress) =
        progress
            { here with
                Step = index * here.Steps + here.Step
                Steps = count * here.Steps }
