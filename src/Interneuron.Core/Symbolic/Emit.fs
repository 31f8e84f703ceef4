namespace Interneuron.Core.Symbolic

#nowarn "3536" // ILanes is named here as data, to emit calls on it

open System
open System.Reflection
open System.Reflection.Emit
open Interneuron.Kernels

/// From programs to machine code: a struct that carries them out in registers, with no call left when the solver's loop is compiled.
[<RequireQualifiedAccess>]
module Emit =
    let private moduleBuilder =
        lazy
            // Collectible assemblies run slower; a kernel lives as long as the process.
            (AssemblyBuilder.DefineDynamicAssembly(AssemblyName "Interneuron.Emitted", AssemblyBuilderAccess.Run).DefineDynamicModule
                "Interneuron.Emitted")

    let mutable private made = 0

    /// What a generic method needs to call the operations of its register type L.
    type private Lanes(builder: MethodBuilder, register: Type) =
        let il = builder.GetILGenerator()
        let contract = typedefof<ILanes<Lanes1>>
        let closed = contract.MakeGenericType register

        member _.Builder = builder
        member _.Il = il
        member _.Register = register

        member _.Call (name: string) (count: int) =
            let operation =
                contract.GetMethods()
                |> Array.tryFind (fun m -> m.Name = name && m.GetParameters().Length = count)
                |> Option.defaultWith (fun () -> invalidOp $"registers have no operation {name} of {count} arguments")

            il.Emit(OpCodes.Constrained, register)
            il.Emit(OpCodes.Call, TypeBuilder.GetMethod(closed, operation))

        /// Adds i registers to the address on the stack.
        member _.Offset(i: int) =
            if i > 0 then
                il.Emit(OpCodes.Sizeof, register)
                il.Emit(OpCodes.Ldc_I4, i)
                il.Emit OpCodes.Mul
                il.Emit OpCodes.Add

    /// Emits a program's equations; `input` loads an input. Returns what loads an atom afterwards.
    let private equations (lanes: Lanes) (input: int -> unit) (program: Program) : Atom -> unit =
        let il = lanes.Il
        let locals = [| for _ in program.Equations -> il.DeclareLocal lanes.Register |]

        let load atom =
            match atom with
            | Earlier i -> il.Emit(OpCodes.Ldloc, locals[i])
            | Input i -> input i
            | Literal c ->
                il.Emit(OpCodes.Ldc_R8, c)
                lanes.Call (nameof Lanes1.Broadcast) 1

        program.Equations
        |> Array.iteri (fun i equation ->
            let operation = equation.Operation

            match equation.Arguments with
            | [ a; b; c; d ] when operation = Op.IfLess ->
                List.iter load [ a; b ]
                lanes.Call (nameof Lanes1.Less) 2
                List.iter load [ c; d ]
                lanes.Call operation.Register 3
            | arguments ->
                operation.Order |> Option.iter (fun n -> il.Emit(OpCodes.Ldc_I4, n))
                List.iter load arguments
                lanes.Call operation.Register (arguments.Length + Option.count operation.Order)

            il.Emit(OpCodes.Stloc, locals[i]))

        load

    let private attributes =
        MethodAttributes.Public
        ||| MethodAttributes.Virtual
        ||| MethodAttributes.Final
        ||| MethodAttributes.HideBySig

    /// Starts the method that implements a generic method of the interface, inlined into its callers; its register parameter is L as there.
    let private implement (owner: TypeBuilder) (contract: MethodInfo) : Lanes =
        let builder =
            owner.DefineMethod(contract.Name, attributes, CallingConventions.HasThis)

        let register = (builder.DefineGenericParameters "L")[0]

        register.SetGenericParameterAttributes(
            GenericParameterAttributes.NotNullableValueTypeConstraint
            ||| GenericParameterAttributes.DefaultConstructorConstraint
        )

        register.SetInterfaceConstraints(typedefof<ILanes<Lanes1>>.MakeGenericType register)

        let mine (t: Type) =
            let plain =
                if t.IsByRef then
                    t.GetElementType() |> Unchecked.nonNull
                else
                    t

            let plain = if plain.IsGenericParameter then register :> Type else plain
            if t.IsByRef then plain.MakeByRefType() else plain

        let parameters = contract.GetParameters()

        builder.SetSignature(
            contract.ReturnType,
            contract.ReturnParameter.GetRequiredCustomModifiers(),
            null,
            [| for p in parameters -> mine p.ParameterType |],
            [| for p in parameters -> p.GetRequiredCustomModifiers() |],
            null
        )

        builder.SetImplementationFlags MethodImplAttributes.AggressiveInlining
        owner.DefineMethodOverride(builder, contract)
        Lanes(builder, register)

    /// The struct that carries out a lowered potential. The static outputs are its constants; the varying programs are (f, f'), (f, f',
    /// f'') and (f, f', gain term, parameter terms).
    let kernel (parameters: int) (lowered: Lowered) : Type =
        let contract = typeof<IPotentialKernel>

        let methodOf (name: string) =
            contract.GetMethod name |> Unchecked.nonNull

        let name = $"Kernel{System.Threading.Interlocked.Increment &made}"

        lock moduleBuilder (fun () ->
            let visibility =
                TypeAttributes.Public
                ||| TypeAttributes.Sealed
                ||| TypeAttributes.SequentialLayout

            let owner =
                moduleBuilder.Value.DefineType(name, visibility, typeof<ValueType>, PackingSize.Unspecified, 1)

            owner.AddInterfaceImplementation contract

            let property (name: string) (value: int) =
                let getter = methodOf $"get_{name}"

                let builder =
                    owner.DefineMethod(getter.Name, attributes, typeof<int>, Type.EmptyTypes)

                builder.SetImplementationFlags MethodImplAttributes.AggressiveInlining
                let il = builder.GetILGenerator()
                il.Emit(OpCodes.Ldc_I4, value)
                il.Emit OpCodes.Ret
                owner.DefineMethodOverride(builder, getter)

            property "Parameters" parameters
            property "Constants" lowered.Static.Outputs.Length
            // Prepare: one interneuron a lane.
            let prepare = implement owner (methodOf "Prepare")
            // Long code, once a step: compiled on its own, where all it calls can be inlined, and in full from the start.
            prepare.Builder.SetImplementationFlags(MethodImplAttributes.NoInlining ||| MethodImplAttributes.AggressiveOptimization)
            let il = prepare.Il

            let theta i =
                il.Emit OpCodes.Ldarg_1
                prepare.Offset i
                il.Emit(OpCodes.Ldobj, prepare.Register)

            let load = equations prepare theta lowered.Static

            lowered.Static.Outputs
            |> List.iteri (fun i atom ->
                il.Emit OpCodes.Ldarg_2
                prepare.Offset i
                load atom
                il.Emit(OpCodes.Stobj, prepare.Register))

            il.Emit OpCodes.Ret
            // The others: one sample a lane; after z and the constants come the places of the results.
            let varying name (program: Program) (address: Lanes -> int -> unit) =
                let lanes = implement owner (methodOf name)
                let il = lanes.Il

                let input i =
                    if i = 0 then
                        il.Emit OpCodes.Ldarg_1
                    else
                        il.Emit OpCodes.Ldarg_2
                        il.Emit(OpCodes.Ldc_I4, i - 1)
                        lanes.Call (nameof Lanes1.Constant) 2

                let load = equations lanes input program

                program.Outputs
                |> List.iteri (fun i atom ->
                    address lanes i
                    load atom
                    il.Emit(OpCodes.Stobj, lanes.Register))

                il.Emit OpCodes.Ret

            let place (lanes: Lanes) i =
                lanes.Il.Emit(OpCodes.Ldarg, int16 (3 + i))

            let terms (lanes: Lanes) i =
                if i < 2 then
                    place lanes i
                else
                    lanes.Il.Emit(OpCodes.Ldarg, 5s)
                    lanes.Offset(i - 2)

            match lowered.Varying with
            | [ activate; curve; learn ] ->
                varying "Activate" activate place
                varying "Curve" curve place
                varying "Learn" learn terms
            | groups -> invalidArg (nameof lowered) $"a kernel has three programs, not {groups.Length}"

            owner.CreateType())
