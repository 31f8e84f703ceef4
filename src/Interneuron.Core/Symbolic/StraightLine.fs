namespace Interneuron.Core.Symbolic

open System
open System.Reflection.Emit
open System.Runtime.CompilerServices
open System.Runtime.Intrinsics
open Interneuron.Kernels

/// Where a value is kept.
[<RequireQualifiedAccess>]
type internal Place =
    /// Among the numbers, which all samples share.
    | Number of int
    /// Among the registers, which hold a sample a lane.
    | Register of int

/// What becomes of a formula's value.
[<RequireQualifiedAccess>]
type internal Sink =
    /// It is put there.
    | Put of Place
    /// It is added to a register, in the lanes that a mask, another register, leaves.
    | Total of register: int * mask: int

/// Formulas of many variables as machine code over numbers and registers in memory: the many-variable sibling of `Emit`.
[<RequireQualifiedAccess>]
module internal StraightLine =
    /// What code for one width of registers is made of. Arithmetic goes by the runtime's own vectors, which it compiles to single
    /// instructions; the rest is called on lanes, which are the same bits.
    type private Machine(width: LaneWidth) =
        let vector, lanes, bytes =
            match width with
            | LaneWidth.Eight -> typeof<Vector512<float>>, typeof<Lanes8<OneCircuit>>, 64
            | LaneWidth.Four -> typeof<Vector256<float>>, typeof<Lanes4<OneCircuit>>, 32
            | _ -> typeof<float>, typeof<Lanes1>, 8

        let vectors =
            match width with
            | LaneWidth.Eight -> Some typeof<Vector512>
            | LaneWidth.Four -> Some typeof<Vector256>
            | _ -> None

        let found (owner: Type) (name: string) (arguments: Type array) =
            owner.GetMethod(name, arguments)
            |> Option.ofObj
            |> Option.defaultWith (fun () -> invalidOp $"{owner} has no {name}")

        let cast (from: Type) (into: Type) =
            (Unchecked.nonNull (typeof<Unsafe>.GetMethod "BitCast")).MakeGenericMethod(from, into)

        let toLanes, fromLanes = cast vector lanes, cast lanes vector

        let onLanes name count =
            lanes.GetMethods()
            |> Array.find (fun m -> m.IsStatic && m.Name = name && m.GetParameters().Length = count)

        let scalar =
            [ Op.Add, OpCodes.Add
              Op.Subtract, OpCodes.Sub
              Op.Multiply, OpCodes.Mul
              Op.Divide, OpCodes.Div ]

        member _.Vector = vector
        member _.Bytes = bytes

        /// Emits an operation; `load` loads an argument.
        member _.Run (il: ILGenerator) (load: 'A -> unit) (operation: Op) (arguments: 'A list) =
            let loadLanes argument =
                load argument
                il.Emit(OpCodes.Call, toLanes)

            let callLanes name count =
                il.Emit(OpCodes.Call, onLanes name count)

            match vectors, List.tryFind (fun (op, _) -> op = operation) scalar with
            | None, Some(_, code) ->
                List.iter load arguments
                il.Emit code
            | Some _, Some _ ->
                List.iter load arguments
                il.Emit(OpCodes.Call, found vector operation.Register [| vector; vector |])
            | _ when operation = Op.FusedMultiplyAdd ->
                List.iter load arguments
                let owner = defaultArg vectors typeof<Math>
                il.Emit(OpCodes.Call, found owner operation.Name [| vector; vector; vector |])
            | _ ->
                match arguments with
                | [ a; b; c; d ] when operation = Op.IfLess ->
                    List.iter loadLanes [ a; b ]
                    callLanes (nameof Lanes1.Less) 2
                    List.iter loadLanes [ c; d ]
                    callLanes operation.Register 3
                | _ ->
                    operation.Order |> Option.iter (fun n -> il.Emit(OpCodes.Ldc_I4, n))
                    List.iter loadLanes arguments
                    callLanes operation.Register (arguments.Length + Option.count operation.Order)

                il.Emit(OpCodes.Call, fromLanes)

        /// Makes a vector of the number on the stack.
        member _.Broadcast(il: ILGenerator) =
            vectors
            |> Option.iter (fun vectors -> il.Emit(OpCodes.Call, found vectors "Create" [| typeof<float> |]))

        /// Keeps of the vector on the stack the lanes of the mask above it.
        member _.Mask(il: ILGenerator) =
            match vectors with
            | Some _ -> il.Emit(OpCodes.Call, found vector "op_BitwiseAnd" [| vector; vector |])
            | None ->
                let mask, value = il.DeclareLocal vector, il.DeclareLocal vector
                il.Emit(OpCodes.Stloc, mask)
                il.Emit(OpCodes.Stloc, value)

                for local in [ value; mask ] do
                    il.Emit(OpCodes.Ldloc, local)
                    il.Emit(OpCodes.Call, toLanes)

                il.Emit(OpCodes.Call, onLanes (nameof Lanes1.And) 2)
                il.Emit(OpCodes.Call, fromLanes)

        /// Loads the address of a place.
        member _.Address (il: ILGenerator) (place: Place) =
            let argument, offset =
                match place with
                | Place.Number i -> OpCodes.Ldarg_0, 8 * i
                | Place.Register i -> OpCodes.Ldarg_1, bytes * i

            il.Emit argument
            il.Emit(OpCodes.Ldc_I4, offset)
            il.Emit OpCodes.Add

    /// An equation in the order of the code; the product of one that adds it, and of none else, is part of it.
    type private Step = { Result: int; Equation: Equation }

    let private isUsedBy (equation: Equation) =
        equation.Arguments
        |> List.choose (fun atom ->
            match atom with
            | Earlier i -> Some i
            | _ -> None)

    let private fused (program: Program) : Step array =
        let uses = Array.zeroCreate program.Equations.Length

        let useOf atom =
            match atom with
            | Earlier i -> uses[i] <- uses[i] + 1
            | _ -> ()

        for equation in program.Equations do
            List.iter useOf equation.Arguments

        List.iter useOf program.Outputs

        let product atom =
            match atom with
            | Earlier i when uses[i] = 1 && program.Equations[i].Operation = Op.Multiply -> Some i
            | _ -> None

        let within = Array.zeroCreate program.Equations.Length

        let steps =
            program.Equations
            |> Array.mapi (fun k equation ->
                let fuse i addend =
                    within[i] <- true

                    { Operation = Op.FusedMultiplyAdd
                      Arguments = program.Equations[i].Arguments @ [ addend ] }

                let equation =
                    match equation.Arguments with
                    | [ a; b ] when equation.Operation = Op.Add ->
                        match product b, product a with
                        | Some i, _ -> fuse i a
                        | None, Some i -> fuse i b
                        | None, None -> equation
                    | _ -> equation

                { Result = k; Equation = equation })

        steps |> Array.filter (fun step -> not within[step.Result])

    // Long methods are not compiled in full, and take longer than their parts.
    let private longest = 400

    /// Code of formulas, in several methods where it is long, and how many places of its own it needs: values that pass from one to the
    /// next are kept at `own`. `place` says where each variable is.
    let compile (width: LaneWidth) (place: string -> Place) (own: int -> Place) (outputs: (Expr * Sink) list) : LaneCode * int =
        let machine = Machine width
        let formulas, sinks = List.unzip outputs
        let variables = formulas |> List.collect Expr.variables |> List.distinct
        let program = (Lower.lower variables formulas []).Static |> Program.check
        let inputs = variables |> List.map place |> Array.ofList
        let steps = fused program
        let chunks = steps |> Array.chunkBySize longest
        // Of each result, the last step that reads it, and whether another method does.
        let count = program.Equations.Length
        let last: int array = Array.create count -1
        let made: int array = Array.create count -1
        let spill: int array = Array.create count -1
        let mutable spills = 0

        steps
        |> Array.iteri (fun at step ->
            made[step.Result] <- at

            for i in isUsedBy step.Equation do
                last[i] <- at

                if made[i] / longest < at / longest && spill[i] < 0 then
                    spill[i] <- spills
                    spills <- spills + 1)

        let sinksOf =
            List.zip program.Outputs sinks
            |> List.groupBy fst
            |> List.map (fun (atom, same) -> atom, List.map snd same)

        let sinksOfResult = dict sinksOf

        let method (index: int) (chunk: Step array) : Delegate =
            let address = typeof<float>.MakeByRefType()

            let emitted =
                DynamicMethod("Model", typeof<Void>, [| address; address |], typeof<Lanes1>.Module, true)

            let il = emitted.GetILGenerator()
            let locals: LocalBuilder option array = Array.create count None
            let idle = Collections.Generic.Stack<LocalBuilder>()

            let read place =
                machine.Address il place

                match place with
                | Place.Number _ ->
                    il.Emit OpCodes.Ldind_R8
                    machine.Broadcast il
                | Place.Register _ -> il.Emit(OpCodes.Ldobj, machine.Vector)

            let load atom =
                match atom with
                | Literal c ->
                    il.Emit(OpCodes.Ldc_R8, c)
                    machine.Broadcast il
                | Input i -> read inputs[i]
                | Earlier i ->
                    match locals[i] with
                    | Some local -> il.Emit(OpCodes.Ldloc, local)
                    | None -> read (own spill[i])

            let put place atom =
                machine.Address il place
                load atom
                il.Emit(OpCodes.Stobj, machine.Vector)

            let drain atom sink =
                match sink with
                | Sink.Put place -> put place atom
                | Sink.Total(register, mask) ->
                    machine.Address il (Place.Register register)
                    read (Place.Register register)
                    load atom
                    read (Place.Register mask)
                    machine.Mask il
                    machine.Run il ignore Op.Add [ (); () ]
                    il.Emit(OpCodes.Stobj, machine.Vector)

            if index = 0 then
                for atom, sinks in sinksOf do
                    if not atom.IsEarlier then
                        List.iter (drain atom) sinks

            chunk
            |> Array.iteri (fun k step ->
                let at = index * longest + k
                machine.Run il load step.Equation.Operation step.Equation.Arguments

                for i in List.distinct (isUsedBy step.Equation) do
                    match locals[i] with
                    | Some local when last[i] = at -> idle.Push local
                    | _ -> ()

                let local =
                    match idle.TryPop() with
                    | true, local -> local
                    | _ -> il.DeclareLocal machine.Vector

                il.Emit(OpCodes.Stloc, local)
                let result = step.Result
                locals[result] <- Some local

                if spill[result] >= 0 then
                    put (own spill[result]) (Earlier result)

                match sinksOfResult.TryGetValue(Earlier result) with
                | true, sinks -> List.iter (drain (Earlier result)) sinks
                | _ -> ()

                if last[result] < 0 then
                    idle.Push local)

            il.Emit OpCodes.Ret
            emitted.CreateDelegate typeof<LaneCode>

        let methods =
            if sinksOf.IsEmpty then [||]
            elif chunks.Length = 0 then [| method 0 [||] |]
            else Array.mapi method chunks

        match Delegate.Combine methods with
        | null -> LaneCode(fun _ _ -> ()), 0
        | code -> (code :?> LaneCode), spills
