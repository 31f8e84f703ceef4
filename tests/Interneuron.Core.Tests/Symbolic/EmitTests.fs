module Interneuron.Core.Tests.EmitTests

open System
open System.Runtime.InteropServices
open Expecto
open FsCheck.FSharp
open Interneuron.Kernels
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Tests.Reference

/// What a kernel gives for one interneuron: its constants, (f, f'), (f, f', f'') and (f, f', F, dF/dtheta) for each z.
type private Outcome =
    { Constants: float array
      Activate: float array list
      Curve: float array list
      Learn: float array list }

/// Runs an emitted kernel at one register width. Generic over the kernel, as the solvers are.
type private Runner =
    static member Prepare<'K, 'L
        when 'K: struct and 'K :> IPotentialKernel and 'K: (new: unit -> 'K) and 'L: struct and 'L :> ILanes<'L> and 'L: (new: unit -> 'L)>
        (theta: float list array)
        : float array array =
        let kernel = new 'K()
        let width = 'L.Width
        let parameters = Array.zeroCreate<'L>(max 1 kernel.Parameters)
        let constants = Array.zeroCreate<'L> kernel.Constants

        let lanes (values: float array) =
            let mutable first = &values[0] in 'L.Load(&first)

        for p in 0 .. kernel.Parameters - 1 do
            parameters[p] <- lanes [| for lane in 0 .. width - 1 -> theta[lane % theta.Length][p] |]

        let input = &parameters[0]
        let output = &constants[0]
        kernel.Prepare<'L>(&input, &output)

        let columns =
            constants
            |> Array.map (fun register ->
                let values = Array.zeroCreate<float> width
                let first = &values[0]
                'L.Store(register, &first)
                values)

        Array.init theta.Length (fun lane -> columns |> Array.map (fun column -> column[lane]))

    static member Run<'K, 'L
        when 'K: struct and 'K :> IPotentialKernel and 'K: (new: unit -> 'K) and 'L: struct and 'L :> ILanes<'L> and 'L: (new: unit -> 'L)>
        (theta: float list)
        (z: float array)
        : Outcome =
        let kernel = new 'K()
        let constants = Runner.Prepare<'K, 'L> [| theta |] |> Array.head
        let width = 'L.Width

        let read (register: 'L) =
            let values = Array.zeroCreate<float> width
            let first = &values[0]
            'L.Store(register, &first)
            values
        // Blocks of samples, the last filled up with its own first.
        let blocks =
            z
            |> Array.chunkBySize width
            |> Array.map (fun block -> Array.init width (fun i -> if i < block.Length then block[i] else block[0]))

        let each (compute: 'L -> 'L list) =
            let rows =
                blocks
                |> Array.map (fun block -> let first = &block[0] in compute ('L.Load(&first)) |> List.map read)

            [ for k in 0 .. rows[0].Length - 1 -> rows |> Array.collect (fun row -> row[k]) |> Array.take z.Length ]

        { Constants = constants
          Activate =
            each (fun z ->
                let mutable f = Unchecked.defaultof<'L>
                let mutable slope = Unchecked.defaultof<'L>
                kernel.Activate<'L>(z, &constants[0], &f, &slope)
                [ f; slope ])
          Curve =
            each (fun z ->
                let mutable f = Unchecked.defaultof<'L>
                let mutable slope = Unchecked.defaultof<'L>
                let mutable bend = Unchecked.defaultof<'L>
                kernel.Curve<'L>(z, &constants[0], &f, &slope, &bend)
                [ f; slope; bend ])
          Learn =
            each (fun z ->
                let mutable f = Unchecked.defaultof<'L>
                let mutable slope = Unchecked.defaultof<'L>
                let terms = Array.zeroCreate<'L>(kernel.Parameters + 1)
                kernel.Learn<'L>(z, &constants[0], &f, &slope, &terms[0])
                f :: slope :: List.ofArray terms) }

/// Calls a method of the runner for a kernel and a register.
let private call<'R> (name: string) (kernel: Type) (register: Type) (arguments: obj array) : 'R =
    let flags =
        Reflection.BindingFlags.Static
        ||| Reflection.BindingFlags.NonPublic
        ||| Reflection.BindingFlags.Public

    let method =
        (typeof<Runner>.GetMethod(name, flags) |> Unchecked.nonNull).MakeGenericMethod(kernel, register)

    method.Invoke(null, arguments) |> Unchecked.nonNull |> unbox<'R>

let private widths =
    [ typeof<Lanes1>; typeof<Lanes4<OneCircuit>>; typeof<Lanes8<OneCircuit>> ]

let private lower (p: Potential) (target: Target) =
    let rule = Plasticity.derived p target
    let activation = [ p.Activation; p.Slope ]

    let targets =
        rule.GainTarget :: rule.ParameterTargets
        |> List.map (Option.defaultValue (Expr.constant 0.0))

    Lower.lower
        [ for parameter in p.Parameters -> parameter.Name ]
        targets
        [ activation
          activation @ [ p.Bend ]
          activation @ (p.Formula :: p.ParameterTerms) ]

let private z =
    [| 0.0
       1e-300
       -1e-300
       1e-9
       -1e-9
       0.3
       -0.7
       1.1
       -2.4
       5.9
       -17.0
       200.0
       -200.0 |]

/// One value against the reference's: to 1e-12 of its size, and of the size of what cancels in it (`bound` is in units of 2.2e-16). exp(p
/// log |z|) multiplies rounding by |p log |z||, up to 2,800 at |z| = 1e-300.
let private close what at (bound: float) (actual: float) (expected: float) =
    let relative = if abs at < 1e-100 then 3e-12 else 1e-12
    Check.near relative (4e3 * bound + 1e-300) actual expected what

let private kernelOf (p: Potential) =
    let lowered = lower p StandardGaussian

    testCase p.Name (fun () ->
        let kernel = Emit.kernel p.Parameters.Length lowered
        let random = Random 3

        for trial in 1..4 do
            let theta =
                [ for parameter in p.Parameters ->
                      let upper =
                          if Double.IsInfinity parameter.Upper then
                              4.0
                          else
                              parameter.Upper

                      parameter.Lower
                      + (upper - parameter.Lower) * (if trial = 1 then 0.0 else random.NextDouble()) ]

            let constants = Program.run lowered.Static theta

            let expected =
                lowered.Varying |> List.map (fun program -> Program.runMany program z constants)

            let formulas = p.Activation :: p.Slope :: p.Formula :: p.ParameterTerms

            let values at =
                Map.ofList (("z", at) :: List.zip [ for parameter in p.Parameters -> parameter.Name ] theta)

            let bound at =
                let values = values at

                formulas
                |> List.map (fun e -> (Expr.interpret Bounded.operations (fun name -> Bounded.exact values[name]) e).Error)

            let bounds: float list array = Array.map bound z

            for width in widths do
                let outcome = call<Outcome> "Run" kernel width [| theta; z |]

                let compare name (actual: float array list) (expected: float array list) =
                    List.zip actual expected
                    |> List.iteri (fun k (actual, expected) ->
                        z
                        |> Array.iteri (fun i at ->
                            let bound =
                                bounds[i]
                                |> List.tryItem k
                                |> Option.filter Double.IsFinite
                                |> Option.defaultValue 0.0

                            close $"{width.Name}.{name}[{k}] of {p.Name} at theta = {theta}, z = {at}" at bound actual[i] expected[i]))

                List.iteri (fun c (a, b) -> close $"constant {c}" 1.0 1e-16 a b) (List.zip (List.ofArray outcome.Constants) constants)
                compare "Activate" outcome.Activate expected[0]
                compare "Curve" outcome.Curve expected[1]
                compare "Learn" outcome.Learn expected[2])

[<Tests>]
let tests =
    testList
        "Emit"
        [ testList "kernels of every width give the values of their programs" (List.map kernelOf (Potentials.all @ Samples.userWritten))
          testList
              "Prepare gives every interneuron of a register its own constants, target terms first"
              [ for p in Potentials.all ->
                    testCase p.Name (fun () ->
                        for target in Samples.targets do
                            let lowered = lower p target
                            let kernel = Emit.kernel p.Parameters.Length lowered

                            for width in widths do
                                let lanes =
                                    if width = typeof<Lanes1> then 1
                                    elif width = typeof<Lanes4<OneCircuit>> then 4
                                    else 8

                                let thetas =
                                    [| for lane in 0 .. lanes - 1 ->
                                           [ for q in p.Parameters ->
                                                 let upper = if Double.IsInfinity q.Upper then 9.0 else q.Upper
                                                 q.Lower + (upper - q.Lower) * float lane / 7.0 ] |]

                                let prepared = call<float array array> "Prepare" kernel width [| thetas |]

                                Array.zip thetas prepared
                                |> Array.iter (fun (theta, constants) ->
                                    let expected = Program.run lowered.Static theta
                                    Expect.equal constants.Length expected.Length "count"

                                    List.zip (List.ofArray constants) expected
                                    |> List.iteri (fun c (a, b) ->
                                        // The derivatives of gamma functions and the series cancel to about a tenth of their terms.
                                        Check.near 1e-12 1e-13 a b $"{width.Name}, {Target.name target}, theta = {theta}, constant {c}"))) ]
          testCase "a kernel says how many parameters and constants it has" (fun () ->
              let lowered = lower Potentials.powerMixture StandardGaussian

              let kernel =
                  (Activator.CreateInstance(Emit.kernel 1 lowered) |> Unchecked.nonNull) :?> IPotentialKernel

              Expect.equal kernel.Parameters 1 "parameters"
              Expect.equal kernel.Constants lowered.Static.Outputs.Length "constants")
          testCase "log cosh and softplus have their digits in every register, near 0 and far out" (fun () ->
              // By mpmath: log cosh x and log(1 + e^-x).
              let table =
                  [ 1e-12, 5e-25, 0.6931471805594454
                    1e-3, 4.999999166666889e-07, 0.6926473055599401
                    0.99, 0.4261859945156674, 0.3159609474567208
                    1.01, 0.44141766440255514, 0.3105820887436109
                    10.0, 9.306852821501208, 4.539889921686465e-05
                    40.0, 39.30685281944005, 4.248354255291589e-18
                    700.0, 699.3068528194401, 9.85967654375977e-305 ]

              let z = [| for x, _, _ in table -> x |]

              for name, formula, expected in
                  [ "log cosh", log (cosh Potential.z), [| for _, c, _ in table -> c |]
                    "softplus", log (1.0 + exp -Potential.z), [| for _, _, s in table -> s |] ] do
                  let kernel =
                      Emit.kernel 0 (lower (Potential.ofFormula name [] formula) StandardGaussian)

                  for width in widths do
                      let values = (call<Outcome> "Run" kernel width [| ([]: float list); z |]).Learn[2]
                      Array.iteri2 (fun i a b -> Check.near 2e-14 0.0 a b $"{name} at {z[i]}, {width.Name}") values expected)
          testCase "three programs are asked for" (fun () ->
              let lowered = Lower.lower [] [] [ [ Potential.z ] ]
              Check.refused [ "three programs, not 1" ] (fun () -> Emit.kernel 0 lowered)) ]
