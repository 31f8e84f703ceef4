namespace Interneuron.Derivation.Checks

open System
open System.Numerics
open MathNet.Numerics.LinearAlgebra
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running

/// Learning linearised where it rests: dp = A (p - p*) a step, of the mean steps over given stimuli, within what parameters are held to.
type SlowModes =
    {
        /// The eigenvalues of A at the rates as declared, but for those of flat directions: what a mode grows by in a step, relative to its
        /// size. The slowest first.
        Eigenvalues: Complex list
        /// Directions along which the mean step stays 0.
        Flat: int
        /// How far the point of rest is from what was learned, relative to the size of the parameters.
        Away: float
        /// How many times as large all rates may be before steps overshoot; 0 where the flow itself is not stable.
        Largest: float
        /// The factors on the rates of what ascends and of running averages between which learning is stable, the other rates as they are;
        /// 0 and infinity where no end was found from 1e-4 to 1e4. None where all parameters are of one side, or no factor makes it stable.
        Ratios: (float * float) option
        /// The parameters that these factors are on; none where all are of one side.
        Ascending: string list
    }

    /// Whether what is near comes back.
    member this.IsStable = this.Eigenvalues |> List.forall (fun mode -> mode.Real < 0.0)

    /// Whether some modes turn.
    member this.Turns =
        this.Eigenvalues
        |> List.exists (fun mode -> abs mode.Imaginary > 1e-6 * mode.Magnitude)

/// The slow flow near its points of rest.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SlowModes =
    // The most numbers that learn: an eigenvalue problem of them takes a fraction of a second.
    let private most = 250

    // A step of differences, relative to the size of a number.
    let private small = 1e-5

    // What is 0 beside the largest, given differences to some nine digits.
    let private negligible = 1e-6

    let private hold (instance: Instance) (packed: float array) =
        let held = Array.copy packed

        for p, first, count in instance.Parts do
            Simulation.hold instance p held first count

        held

    /// The mean step at some parameters, without rates, within what they are held to; None where a stimulus has no response.
    let private flow (instance: Instance) (stimuli: float array) : float array -> float array option =
        let lanes = LaneBatch.Of instance
        let rows = stimuli.Length / instance.Stimuli
        let responses: float array = Array.zeroCreate (rows * instance.Responses)
        let found = Array.create rows false

        fun packed ->
            let packed = hold instance packed
            let mean: float array = Array.zeroCreate instance.Size

            if lanes.Learn(packed, stimuli, responses, found, mean) < rows then
                None
            else
                let step =
                    Array.map3
                        (fun driven averaged still -> driven - averaged - still)
                        mean
                        (instance.Averages(packed, 1))
                        (instance.Fixed packed)

                let held = Array.copy step

                for p, first, count in instance.Parts do
                    if p.Rate = 0.0 then
                        Array.fill held first count 0.0
                    else
                        let own = Array.sub packed first count

                        Array.blit (Rest.within instance p own (Array.sub step first count)) 0 held first count

                if Array.forall Double.IsFinite held then
                    Some held
                else
                    None

    /// Orthonormal directions in which the parameters can move: within their constraints, but for numbers at a bound that they press on.
    let private directions (instance: Instance) (packed: float array) (step: float array) : Matrix<float> =
        let columns =
            [ for p, first, count in instance.Parts do
                  if p.Rate > 0.0 then
                      let own = Array.sub packed first count
                      let lower, upper = p.Interval

                      let isFree m =
                          own[m] > lower && own[m] < upper || abs step[first + m] > 0.0

                      let moved =
                          [ for m in 0 .. count - 1 do
                                if isFree m then
                                    let unit = Array.init count (fun k -> if k = m then 1.0 else 0.0)
                                    Rest.within instance p own unit ]

                      if not moved.IsEmpty then
                          let svd = (Matrix<float>.Build.DenseOfColumnArrays moved).Svd true

                          for k in 0 .. svd.S.Count - 1 do
                              if svd.S[k] > 1e-3 then
                                  let whole: float array = Array.zeroCreate instance.Size
                                  Array.blit (svd.U.Column(k).ToArray()) 0 whole first count
                                  whole ]

        if columns.IsEmpty then
            Matrix<float>.Build.Dense(instance.Size, 1).RemoveColumn 0
        else
            Matrix<float>.Build.DenseOfColumnArrays columns

    /// The derivative of the flow along some directions, by central differences.
    let private jacobian flow (packed: float array) (along: Matrix<float>) : Matrix<float> option =
        let columns =
            [ for k in 0 .. along.ColumnCount - 1 ->
                  let d = along.Column(k).ToArray()

                  let h =
                      small
                      * (1.0 + (Array.map2 (fun x (v: float) -> abs (x * v)) packed d |> Array.max))

                  let at side =
                      flow (Array.map2 (fun x v -> x + side * h * v) packed d)

                  Option.map2 (Array.map2 (fun (up: float) down -> (up - down) / (2.0 * h))) (at 1.0) (at -1.0) ]

        if columns |> List.forall Option.isSome then
            Some(along.TransposeThisAndMultiply(Matrix<float>.Build.DenseOfColumnArrays(List.choose id columns)))
        else
            None

    /// The nearest point of rest that Newton's method finds from some parameters, with the directions and the derivative there.
    let private rest (instance: Instance) flow (packed: float array) =
        let rec go (p: float array) left =
            match flow p with
            | None -> None
            | Some step ->
                let along = directions instance p step

                if along.ColumnCount = 0 then
                    None
                else
                    match jacobian flow p along with
                    | None -> None
                    | Some a when left = 0 -> Some(p, along, a)
                    | Some a ->
                        let svd = a.Svd true
                        let force = along.TransposeThisAndMultiply(Vector<float>.Build.DenseOfArray step)
                        let inside = svd.U.TransposeThisAndMultiply force

                        let scaled =
                            Vector<float>
                                .Build.Dense(
                                    inside.Count,
                                    fun k ->
                                        if svd.S[k] > 1e-4 * svd.S[0] then
                                            -inside[k] / svd.S[k]
                                        else
                                            0.0
                                )

                        let move = (along * svd.VT.TransposeThisAndMultiply scaled).ToArray()

                        let rec shorter share =
                            if share < 0.1 then
                                None
                            else
                                let next = hold instance (Array.map2 (fun x d -> x + share * d) p move)

                                match flow next with
                                | Some there when Rest.length there < Rest.length step -> Some next
                                | _ -> shorter (share / 2.0)

                        if Rest.length move > 0.5 * (1e-3 + Rest.length p) then
                            Some(p, along, a)
                        else
                            match shorter 1.0 with
                            | Some next when Rest.length step > 1e-12 * (1.0 + Rest.length p) -> go next (left - 1)
                            | _ -> Some(p, along, a)

        go packed 8

    /// The eigenvalues that are of no flat direction, the slowest first.
    let private eigenvalues (flat: int) (m: Matrix<float>) : Complex list =
        m.Evd(Symmetricity.Asymmetric).EigenValues
        |> List.ofSeq
        |> List.sortBy _.Magnitude
        |> List.skip (min flat m.RowCount)

    // Factors on rates that are tried, from 1 outwards.
    let private reach, private perDecade = 4, 8

    /// The factors around 1, or the nearest to it, between which something is stable.
    let private range (isStable: float -> bool) : (float * float) option =
        let factor k = 10.0 ** (float k / float perDecade)

        let rec edge inside outside left =
            if left = 0 then
                sqrt (inside * outside)
            else
                let middle = sqrt (inside * outside)

                if isStable middle then
                    edge middle outside (left - 1)
                else
                    edge inside middle (left - 1)

        let last = reach * perDecade

        [ 0; yield! Seq.collect (fun k -> [ k; -k ]) (seq { 1..last }) ]
        |> List.tryFind (factor >> isStable)
        |> Option.map (fun first ->
            let rec follow k side =
                if abs (k + side) > last then
                    (if side > 0 then infinity else 0.0)
                elif isStable (factor (k + side)) then
                    follow (k + side) side
                else
                    edge (factor k) (factor (k + side)) 20

            follow first -1, follow first 1)

    /// Near the point of rest that some parameters are at, over stimuli, one a row; None where they are at none, where a stimulus has no
    /// response, for more than 250 numbers that learn, and where the target is averaged over points.
    let at (instance: Instance) (values: Values) (stimuli: float array) : SlowModes option =
        let packed = instance.Pack values
        let learning = instance.Parts |> List.filter (fun (p, _, _) -> p.Rate > 0.0)

        // Averages over points of the target are too many to take so often.
        let isOfPoints () =
            instance.Derivation.Rules |> List.exists _.TargetTerm.IsAveraged
            && (snd (instance.Slow.TargetValue(packed, 1))).IsPoints

        if
            learning.IsEmpty
            || stimuli.Length = 0
            || learning |> List.sumBy (fun (_, _, count) -> count) > most
            || isOfPoints ()
        then
            None
        else
            rest instance (flow instance stimuli) packed
            |> Option.map (fun (point, along, a) ->
                let ascends (p: Learned) = p.Role = Ascends || p.Role.IsFollows

                let rates factor =
                    let all: float array = Array.zeroCreate instance.Size

                    for p, first, count in learning do
                        Array.fill all first count (if ascends p then factor * p.Rate else p.Rate)

                    // A direction is of one parameter.
                    Matrix<float>.Build.DenseOfDiagonalArray
                        [| for k in 0 .. along.ColumnCount - 1 -> all[along.Column(k).AbsoluteMaximumIndex()] |]

                let singular = (a.Svd false).S

                let flat =
                    singular |> Seq.filter (fun s -> s <= negligible * singular[0]) |> Seq.length

                let modes factor = eigenvalues flat (rates factor * a)

                let isStable factor =
                    modes factor |> List.forall (fun mode -> mode.Real < -1e-7 * mode.Magnitude)

                let here = modes 1.0
                let sides = learning |> List.map (fun (p, _, _) -> ascends p) |> List.distinct

                { Eigenvalues = here
                  Flat = flat
                  Away = Rest.length (Array.map2 (-) point packed) / max (Rest.length packed) 1e-300
                  Largest =
                    if isStable 1.0 then
                        here
                        |> List.map (fun mode -> -2.0 * mode.Real / (mode.Magnitude * mode.Magnitude))
                        |> List.fold min infinity
                    else
                        0.0
                  Ratios = if sides.Length = 2 then range isStable else None
                  Ascending =
                    [ if sides.Length = 2 then
                          for p, _, _ in learning do
                              if ascends p then
                                  p.Name ] })
