namespace Interneuron.Core.Symbolic

/// What an equation of a program reads: nothing else can stand as an argument.
type Atom =
    /// The result of the equation of that number.
    | Earlier of int
    /// A number.
    | Literal of float
    /// The input of that number.
    | Input of int

/// One assignment; its number is its place in the program.
type Equation = { Operation: Op; Arguments: Atom list }

/// A straight-line program in A-normal form: every argument is an atom, every result is assigned once and before it is read.
type Program =
    { Inputs: string list
      Equations: Equation array
      Outputs: Atom list }

[<RequireQualifiedAccess>]
module Program =
    /// The program itself if every argument is an input or an earlier result and every operation has its arguments; else an error that
    /// names the equation.
    let check (program: Program) : Program =
        let known before atom =
            match atom with
            | Earlier i -> 0 <= i && i < before
            | Input i -> 0 <= i && i < program.Inputs.Length
            | Literal _ -> true

        program.Equations
        |> Array.iteri (fun i equation ->
            if equation.Arguments.Length <> equation.Operation.Arity then
                invalidArg
                    (nameof program)
                    $"equation {i} ({equation.Operation}) has {equation.Arguments.Length} arguments, not {equation.Operation.Arity}"

            if not (List.forall (known i) equation.Arguments) then
                invalidArg (nameof program) $"equation {i} ({equation.Operation}) reads something that is not yet known")

        if not (List.forall (known program.Equations.Length) program.Outputs) then
            invalidArg (nameof program) "an output is not computed"

        program

    /// Runs a program over double-precision numbers for many values of its first input, the others fixed: each output for each value.
    let runMany (program: Program) (first: float array) (others: float list) : float array list =
        let n = first.Length
        let fixedInputs = [| for c in others -> Array.create n c |]
        let results: float array array = Array.zeroCreate program.Equations.Length

        let column atom =
            match atom with
            | Earlier i -> results[i]
            | Literal c -> Array.create n c
            | Input 0 -> first
            | Input i -> fixedInputs[i - 1]

        program.Equations
        |> Array.iteri (fun i equation ->
            results[i] <-
                match equation.Operation.Meaning, List.map column equation.Arguments with
                | One f, [ a ] -> Array.map f a
                | Two f, [ a; b ] -> Array.map2 f a b
                | Three f, [ a; b; c ] -> Array.map3 f a b c
                | Four f, [ a; b; c; d ] -> Array.init n (fun j -> f a[j] b[j] c[j] d[j])
                | _, arguments -> invalidArg (nameof program) $"{equation.Operation} of {arguments.Length} arguments")

        List.map column program.Outputs

    /// Runs a program over double-precision numbers: the reference for every faster form.
    let run (program: Program) (inputs: float list) : float list =
        let first, others =
            match inputs with
            | first :: others -> first, others
            | [] -> nan, [] // a program without inputs reads none

        runMany program [| first |] others |> List.map Array.head
