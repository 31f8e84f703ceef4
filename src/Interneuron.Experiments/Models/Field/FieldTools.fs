/// What the runs of the field's models share: learning from rows of stimuli, and linear algebra to judge it by.
module internal Interneuron.Experiments.FieldTools

open System
open MathNet.Numerics.Random
open MathNet.Numerics.Distributions
open MathNet.Numerics.LinearAlgebra
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

let model (name: string) = LibraryModel.find name

let instanceOf (m: Model) =
    Instance.create (Derivation.derive m) m.Sizes

let sized (sizes: (string * int) list) (m: Model) =
    (m, sizes)
    ||> List.fold (fun m (name, count) ->
        let population = m.Populations |> List.find (fun p -> p.Name = name)

        { m with
            Sizes = Sizes.change population count m.Sizes })

/// The same model, with the rates of its parameters times a number.
let paced (c: float) (m: Model) =
    { m with
        Learned = [ for p in m.Learned -> { p with Rate = c * p.Rate } ] }

let matrix rows columns (values: float array) =
    Matrix<float>.Build.Dense(rows, columns, fun i j -> values[i * columns + j])

let generator (seed: int) : Random = Xoshiro256StarStar(seed, false)

let gaussian (random: Random) rows columns =
    Matrix<float>.Build.Dense(rows, columns, fun _ _ -> Normal.Sample(random, 0.0, 1.0))

let flat (rows: Matrix<float>) = rows.ToRowMajorArray()

/// Learns from rows of stimuli: so many steps of so many at the model's rates, then half as many at a tenth of them.
let learnedFrom (m: Model) (start: Values) (stimuli: Matrix<float>) steps batch : Instance * Values =
    let run seed pace steps start =
        let instance = instanceOf (paced pace m)

        let settings =
            { Simulation.defaults with
                Steps = steps
                Batch = batch
                Seed = seed }

        let run =
            Simulation.run settings ignore Threading.CancellationToken.None instance start (flat stimuli)

        if run.Ending <> Finished then
            failwith $"{m.Title}: learning ended early"

        instance, run.Values

    let _, values = run 3 1.0 steps start
    run 4 0.1 (steps / 2) values

let learned m stimuli steps batch =
    learnedFrom m (Simulation.initial (instanceOf m) 1) stimuli steps batch

let respond (instance: Instance) (values: Values) (stimuli: Matrix<float>) : Matrix<float> =
    let packed = instance.Pack values

    Matrix<float>.Build.DenseOfRowArrays
        [| for s in stimuli.ToRowArrays() ->
               match instance.Respond(packed, s, Array.zeroCreate instance.Responses) with
               | Some y -> y
               | None -> failwith "a stimulus has no response" |]

let moment (x: Matrix<float>) (y: Matrix<float>) =
    x.TransposeThisAndMultiply y / float x.RowCount

/// x^p of a symmetric matrix that is positive definite.
let power (p: float) (m: Matrix<float>) =
    let evd = m.Evd Symmetricity.Symmetric

    let d =
        Matrix<float>.Build.DiagonalOfDiagonalVector(evd.EigenValues.Map(fun (z: Numerics.Complex) -> z.Real ** p))

    evd.EigenVectors * d * evd.EigenVectors.Transpose()

/// The eigenvectors of the largest eigenvalues.
let leading k (m: Matrix<float>) =
    let evd = m.Evd Symmetricity.Symmetric
    let n = m.RowCount
    evd.EigenVectors.SubMatrix(0, n, n - k, k)

/// The projector on the row space of a matrix.
let projector (rows: Matrix<float>) =
    rows.Transpose() * (rows * rows.Transpose()).Inverse() * rows

/// Gaussian rows with a covariance of these eigenvalues, in random directions.
let withSpectrum seed count (eigenvalues: float list) =
    let random = generator seed
    let n = eigenvalues.Length
    let q = (gaussian random n n).QR().Q

    gaussian random count n
    * Matrix<float>.Build.DenseOfDiagonalArray [| for v in eigenvalues -> sqrt v |]
    * q.Transpose()

let correlation (x: Vector<float>) (y: Vector<float>) =
    let x, y = x - x.Sum() / float x.Count, y - y.Sum() / float y.Count
    x * y / (x.L2Norm() * y.L2Norm() + 1e-300)

/// For each column of one, the largest magnitude of its correlation with a column of the other.
let bestMatches (x: Matrix<float>) (y: Matrix<float>) =
    [ for a in x.EnumerateColumns() -> Seq.max (seq { for b in y.EnumerateColumns() -> abs (correlation a b) }) ]

/// The lasso's code by coordinate descent: min |x - D y|^2/2 + lambda |y|_1.
let lasso (d: Matrix<float>) (lambda: float) (x: Vector<float>) =
    let y = Vector<float>.Build.Dense d.ColumnCount

    for _ in 1..20_000 do
        for k in 0 .. y.Count - 1 do
            let column = d.Column k
            let u = column * (x - d * y) + y[k] * (column * column)
            y[k] <- float (sign u) * max (abs u - lambda) 0.0 / (column * column)

    y

let constant name (m: Model) = m.Constants[name]

let patterns (rows: float list list) =
    Matrix<float>.Build.DenseOfRows(rows |> List.map Seq.ofList)

/// A model's run, and what is seen of it.
let run (model: string) (shows: string) (look: Sight -> unit) : string * string * (Sight -> unit) = model, shows, look

type Sight with
    /// Sources against what separates them, of this name: the best match of the first.
    member see.Separated (name: string) (sources: Matrix<float>) (outputs: Matrix<float>) =
        let best =
            outputs.EnumerateColumns()
            |> Seq.maxBy (fun b -> abs (correlation (sources.Column 0) b))

        see.Compare "first source" name (sources.Column 0) best
