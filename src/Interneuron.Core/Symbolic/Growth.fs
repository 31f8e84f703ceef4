namespace Interneuron.Core.Symbolic

open System

/// Raised where building or differentiating a formula would cost more than the budget it is given.
[<Sealed>]
type FormulaGrowthException(message: string) =
    inherit Interneuron.Statistics.Refusal(message)

/// What building formulas may cost: the parts that sums and products of a thread have gone through since its budget began.
[<AbstractClass; Sealed>]
type internal Growth private () =
    [<ThreadStatic; DefaultValue>]
    static val mutable private left: int voption

    static member Spend(parts: int) =
        match Growth.left with
        | ValueSome left when left < parts ->
            raise (
                FormulaGrowthException
                    "the formula grows beyond what is worth computing when it is built or differentiated; write it with fewer terms or \
                    lower powers"
            )
        | ValueSome left -> Growth.left <- ValueSome(left - parts)
        | ValueNone -> ()

    static member Within (parts: int) (action: unit -> 'T) : 'T =
        let outer = Growth.left
        Growth.left <- ValueSome parts

        try
            action ()
        finally
            Growth.left <- outer
