// The potentials and the objective read over another library's numbers: DiffSharp tensors, which differentiate as they compute. Their
// derivatives are compared with the derived ones at random points away from z = 0, in float64. Expected: a table of relative differences
// below 1e-10, exit code 0.
//
// DiffSharp is asked of the configured package feeds. From a folder of packages: a script of two lines, `#i "nuget: FOLDER"` and `#load
// "diffsharp.fsx"`.

#r "nuget: DiffSharp.Core, 1.0.7"
#r "nuget: DiffSharp.Backends.Reference, 1.0.7"
#r "nuget: MathNet.Numerics, 5.0.0"
#r "../src/Interneuron.Core/bin/Release/net10.0/Interneuron.Kernels.dll"
#r "../src/Interneuron.Core/bin/Release/net10.0/Interneuron.Statistics.dll"
#r "../src/Interneuron.Core/bin/Release/net10.0/Interneuron.Core.dll"

open System
open DiffSharp
open DiffSharp.Backends
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

dsharp.config (dtype = Dtype.Float64, backend = Backend.Reference)

let seed = 1
let points = 20
let tolerance = 1e-10

// One reading of every formula: the operations of tensors, element by element.

// Left to itself DiffSharp takes single numbers for float32, whatever it is configured to.
let number (x: float) =
    dsharp.tensor (x, dtype = Dtype.Float64)

let vector (xs: float seq) =
    dsharp.tensor (Array.ofSeq xs, dtype = Dtype.Float64)

let zero, one = number 0.0, number 1.0

/// a where the condition holds, else b.
let choose (condition: Tensor) (a: Tensor) (b: Tensor) =
    let mask = condition.cast Dtype.Float64
    mask * a + (one - mask) * b

/// A function that DiffSharp lacks, from its values and its derivative.
let elementwise name (value: float -> float) (derivative: Tensor -> Tensor) : Tensor -> Tensor =
    Tensor.Op(
        { new UnaryOpElementwise(name) with
            member _.fRaw a =
                match a.ToValues() with
                | :? (float array) as many -> RawTensor.Create(Array.map value many, dtype = Dtype.Float64)
                | one -> RawTensor.Create(value (Convert.ToDouble one), dtype = Dtype.Float64)

            member _.dfda(a, _) = derivative a }
    )

/// The value of a primitive, element by element.
let numbers (f: Primitive) (derivative: Tensor -> Tensor) : Tensor -> Tensor =
    elementwise f.Name (fun x -> f.Value [ x ]) derivative

let rec polygamma n : Tensor -> Tensor =
    numbers (Primitives.polygamma n) (fun x -> polygamma (n + 1) x)

let rec gamma: Tensor -> Tensor =
    fun x -> numbers Primitives.gamma (fun x -> gamma x * polygamma 0 x) x

// What each primitive is over tensors, in DiffSharp's own functions where it has them, and elsewhere with a derivative written here.
let unary: (Primitive * (Tensor -> Tensor)) list =
    [ Primitives.exp, exp
      Primitives.log, log
      Primitives.logOrZero, (fun (x: Tensor) -> log (choose (x.gt zero) x one))
      Primitives.abs, abs
      Primitives.sign, (fun (x: Tensor) -> x.sign ())
      Primitives.step, (fun (x: Tensor) -> 0.5 * (x.sign () + 1.0))
      Primitives.tanh, tanh
      Primitives.cosh, cosh
      Primitives.logCosh, numbers Primitives.logCosh tanh
      Primitives.softplus, numbers Primitives.softplus (fun x -> 0.5 * (1.0 + tanh (0.5 * x)))
      Primitives.erfc, numbers Primitives.erfc (fun x -> -2.0 / sqrt Math.PI * exp (-x * x))
      Primitives.gamma, gamma
      Primitives.logGamma, numbers Primitives.logGamma (polygamma 0) ]
    @ [ for n in 0..4 -> Primitives.polygamma n, polygamma n ]

let rec apply (f: Primitive) (arguments: Tensor list) : Tensor =
    match arguments with
    | [ a; b ] when f = Primitives.max -> a.max b
    | [ a; b ] when f = Primitives.min -> a.min b
    | [ x ] ->
        match unary |> List.tryFind (fun (other, _) -> other = f) with
        | Some(_, read) -> read x
        | None ->
            // A series that was fitted to an average: DiffSharp has nothing like it, so that it goes by the derivative of its row.
            let slope = f.Partials [ Expr.var "x" ] |> List.exactlyOne
            numbers f (fun x -> Expr.interpret tensors (fun _ -> x) slope) x
    | _ -> failwith $"{f.Name} of {arguments.Length} arguments"

and tensors: Operations<Tensor> =
    { Constant = number
      Add = fun a b -> a + b
      Multiply = fun a b -> a * b
      Power = fun a b -> Tensor.Pow(a, b)
      IfLess = fun a b -> choose (a.lt b)
      Apply = fun f arguments -> apply f arguments }

let read (potential: Potential) (theta: Tensor list) (z: Tensor) (formula: Expr) =
    let values =
        List.zip [ for p in potential.Parameters -> p.Name ] theta
        |> Map.ofList
        |> Map.add "z" z

    Expr.interpret tensors (fun name -> values[name]) formula

let value (t: Tensor) = t.toDouble ()

let values (t: Tensor) =
    [ for i in 0 .. t.nelement - 1 -> value (t.view(-1).[i]) ]

/// The largest difference, relative to values above 1, infinite where one is not a number; None where there is nothing to compare.
let difference (actual: float list) (expected: float list) =
    List.map2 (fun a e -> abs (a - e) / Math.Max(1.0, abs e)) actual expected
    |> List.map (fun d -> if Double.IsNaN d then infinity else d)
    |> function
        | [] -> None
        | differences -> Some(List.max differences)

let random = Random seed

let between low high =
    low + (high - low) * random.NextDouble()

let randomTheta (potential: Potential) =
    [ for p in potential.Parameters -> between p.Lower (Math.Min(p.Upper, p.Lower + 2.0)) ]

// F alone: f, f' and dF/dtheta.

/// The gradient of a function of the activation parameters by DiffSharp.
let gradientInTheta (f: Tensor list -> Tensor) (theta: float list) =
    if theta.IsEmpty then
        []
    else
        values (dsharp.grad (fun x -> f [ for p in 0 .. x.nelement - 1 -> x[p] ]) (vector theta))

let compareTerms (potential: Potential) =
    let worst compare =
        List.init points (fun _ -> compare (randomTheta potential) (between 0.05 3.0 * float (if random.Next 2 = 0 then 1 else -1)))
        |> List.max

    let ofZ theta z =
        read potential (List.map number theta) z potential.Formula

    let derived = Potential.evaluate potential

    [ "f", worst (fun theta z -> difference [ value (dsharp.diff (ofZ theta) (number z)) ] [ derived potential.Activation theta z ])
      "f'", worst (fun theta z -> difference [ value (dsharp.diff2 (ofZ theta) (number z)) ] [ derived potential.Slope theta z ])
      "dF/dtheta",
      worst (fun theta z ->
          difference
              (gradientInTheta (fun theta -> read potential theta (number z) potential.Formula) theta)
              [ for term in potential.ParameterTerms -> derived term theta z ]) ]

// J of a circuit of two primary neurons and three interneurons, responses held fixed (envelope theorem), for the standard Gaussian.

let dot (a: float array) (b: float array) =
    Array.fold2 (fun sum x y -> sum + x * y) 0.0 a b

let randomCircuit (potential: Potential) =
    let turn = between 0.0 Math.PI

    let columns =
        [| for k in 0..2 -> let angle = turn + 2.0 * Math.PI * float k / 3.0 in [| cos angle; sin angle |] |]

    let leak = if Potential.saturates potential then 0.5 else 0.0

    let theta = [| for _ in columns -> Array.ofList (randomTheta potential) |]
    Circuit.create potential StandardGaussian leak [| for _ in columns -> between 0.2 1.0 |] theta columns

/// Nodes of the target for one interneuron; the panels break at its threshold and knee, if it has them.
let nodes (theta: float array) =
    Quadrature.nodes
        StandardGaussian
        [ for t in
              [ yield! theta
                Seq.sum theta
                if theta.Length > 1 then
                    theta[0] - theta[1] ] do
              t
              -t ]
    |> Array.unzip

let compareObjective (potential: Potential) =
    let circuit = randomCircuit potential
    let n, k = circuit.Primaries, circuit.Interneurons
    let parameters = potential.Parameters.Length
    let stimuli = Array.init (8 * n) (fun _ -> between -2.0 2.0)
    let response = Response.solve circuit stimuli
    let r = Array.chunkBySize n response.R
    let count = float r.Length

    let constant =
        Array.sum (Array.map2 (*) stimuli response.R) / count
        + 0.5 * circuit.Leak * (float n - Array.sumBy (fun x -> dot x x) r / count)

    // One vector of everything that learns: g, then theta, then the columns of W.
    let start =
        Array.concat [ circuit.Gains; Array.concat circuit.Theta; Array.concat circuit.W ]

    let coordinate a = vector [ for x in r -> x[a] ]
    let coordinates = [ for a in 0 .. n - 1 -> coordinate a ]

    let j (x: Tensor) =
        let interneuron i =
            let theta = [ for p in 0 .. parameters - 1 -> x[k + i * parameters + p] ]
            let w = [ for a in 0 .. n - 1 -> x[k + k * parameters + i * n + a] ]

            let z =
                List.map2 (fun (w: Tensor) (r: Tensor) -> w * r) w coordinates
                |> List.reduce (+)

            let online = (read potential theta z potential.Formula).mean()
            // w . r of the target is |w| times a coordinate.
            let places, weights = nodes circuit.Theta[i]
            let along = sqrt (w |> List.map (fun w -> w * w) |> List.reduce (+)) * vector places
            let target = (read potential theta along potential.Formula * vector weights).sum()
            x[i] * (target - online)

        constant + (List.init k interneuron |> List.reduce (+))

    let rule = Plasticity.derived potential StandardGaussian

    let at i formula z =
        Potential.evaluate potential formula (List.ofArray circuit.Theta[i]) z

    let online i formula =
        r |> Array.averageBy (fun x -> at i formula (dot circuit.W[i] x))

    // By the formula; where there is none, over nodes.
    let mean i (term, formula) =
        match formula with
        | Some formula -> at i formula nan
        | None ->
            nodes circuit.Theta[i]
            ||> Array.fold2 (fun sum x weight -> sum + weight * at i term x) 0.0

    let gains =
        [ for i in 0 .. k - 1 -> mean i (rule.GainTerm, rule.GainTarget) - online i rule.GainTerm ]

    let theta =
        [ for i in 0 .. k - 1 do
              for term, target in List.zip rule.ParameterTerms rule.ParameterTargets ->
                  circuit.Gains[i] * (mean i (term, target) - online i term) ]

    let synapses =
        [ for i in 0 .. k - 1 do
              let w = circuit.W[i]
              let places, weights = nodes circuit.Theta[i]

              let drive =
                  Array.fold2 (fun sum x weight -> sum + weight * x * at i potential.Activation x) 0.0 places weights

              for a in 0 .. n - 1 ->
                  circuit.Gains[i]
                  * (w[a] * drive
                     - (r |> Array.averageBy (fun x -> x[a] * at i potential.Activation (dot w x)))) ]

    let value', gradient = dsharp.fgrad j (vector start)
    let learned = values gradient

    [ "J", difference [ value value' ] [ Objective.value circuit stimuli ]
      "dJ/dg", difference learned[.. k - 1] gains
      "dJ/dtheta", difference learned[k .. k + k * parameters - 1] theta
      "dJ/dW", difference learned[k + k * parameters ..] synapses ]

// The target's average of F as a formula of theta, where the special functions come in: its derivative against the derived one.

let compareTargets (potential: Potential) =
    let rule = Plasticity.derived potential StandardGaussian

    let compare mean theta =
        difference
            (gradientInTheta (fun theta -> read potential theta zero mean) theta)
            [ for target in rule.ParameterTargets -> Potential.evaluate potential (Option.get target) theta nan ]

    let worst =
        match rule.GainTarget with
        | Some mean -> List.init points (fun _ -> compare mean (randomTheta potential)) |> List.max
        | None -> None

    List.singleton ("dE[F]/dtheta", worst)

let table =
    [ for potential in Potentials.all -> potential.Name, compareTerms potential @ compareObjective potential @ compareTargets potential ]

let cell (d: float option) =
    d |> Option.map (sprintf "%.1e") |> Option.defaultValue "-" |> sprintf "%14s"

printfn
    "%-20s%s"
    ""
    (table
     |> List.head
     |> snd
     |> List.map (fst >> sprintf "%14s")
     |> String.concat "")

for name, row in table do
    printfn "%-20s%s" name (row |> List.map (snd >> cell) |> String.concat "")

let worst = table |> List.collect snd |> List.choose snd |> List.max

if worst <= tolerance then
    printfn "\nDiffSharp agrees: the largest relative difference is %.1e." worst
else
    eprintfn "\nDiffSharp disagrees: the largest relative difference is %.1e, above %.0e." worst tolerance
    exit 1
