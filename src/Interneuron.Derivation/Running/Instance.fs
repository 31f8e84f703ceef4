namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The numbers of a model's parameters: for each, its values row-major over its site (g: K; W: N x K).
type Values = Map<string, float array>

/// The numbers of a model's parameters for populations of definite sizes.
[<RequireQualifiedAccess>]
module internal Values =
    /// How many numbers a parameter has.
    let count (n: int) (k: int) (p: Learned) : int64 =
        p.Site
        |> List.fold
            (fun product index ->
                match index.Over with
                | Primary -> product * int64 n
                | Interneurons -> product * int64 k)
            1L

    /// All numbers in the order of the parameters. Refuses values that are missing, too many or too few.
    let pack (model: Model) (n: int) (k: int) (values: Values) : float array =
        [| for p in model.Learned do
               match values.TryFind p.Name with
               | Some given when given.LongLength = count n k p -> yield! given
               | Some given ->
                   Refusal.argument (nameof values) $"{p.Name} has {given.Length} numbers; for N = {n} and K = {k} it has {count n k p}"
               | None -> Refusal.argument (nameof values) $"there is no value for {p.Name}" |]

/// A model for populations of definite sizes, as compiled scalar code.
[<Sealed>]
type Instance internal (derivation: Derivation, n: int, k: int) =
    let model = derivation.Model
    let layout = Layout(derivation, n, k)
    let count site = layout.Count site
    let sites site = layout.Sites site
    let name symbol places = layout.Name(symbol, places)
    let flat place e = layout.Flat(place, e)

    let parts =
        let lengths = model.Learned |> List.map (fun p -> count p.Site)
        List.zip3 model.Learned (List.scan (+) 0 lengths |> List.take lengths.Length) lengths

    let vector symbol =
        [ for p in 0 .. n - 1 -> name symbol [ p ] ]

    let r = vector "r"
    let s = vector "s"

    let learned =
        [ for p in model.Learned do
              for at in sites p.Site -> name p.Name at ]

    let owners =
        Map
            [ for p in model.Learned do
                  for at in sites p.Site -> name p.Name at, p ]

    let inverse =
        [ for p in 0 .. n - 1 do
              for q in 0 .. n - 1 -> name Model.inverseHessian [ p; q ] ]

    let variables = r @ s @ learned
    let energy = flat [] derivation.Energy
    let loss = model.Loss |> Option.map (flat [])

    // Each place where the energy is not smooth in r can be shifted, in the energy and in the rules alike.
    let places = Kinks.find (fun name -> List.contains name r) [ energy ]
    let shifts = places |> List.mapi (fun j _ -> $"shift[{j}]")

    let shifted: Expr -> Expr =
        let byPlace = List.zip places (List.map Expr.var shifts) |> readOnlyDict

        Kinks.shift (fun u ->
            match byPlace.TryGetValue u with
            | true, shift -> Some shift
            | _ -> None)

    let force = Differentiate.grad r (shifted energy)

    /// The sum of the magnitudes of a formula's terms.
    let magnitude (e: Expr) =
        match e.Node with
        | Sum terms -> Expr.sum (List.map Expr.abs terms)
        | _ -> Expr.abs e

    let atResponse formulas =
        lazy (Scalar.compile (variables @ shifts) formulas)

    let slopes = atResponse (shifted energy :: force @ List.map magnitude force)
    let hessian = atResponse (Differentiate.jacobian r force |> List.concat)

    let placing =
        lazy (Scalar.compile variables (places @ List.concat (Differentiate.jacobian r places)))

    let each (p: Learned) formula =
        [ for at in sites p.Site -> flat (List.zip p.Site at) formula ]

    let ofRules (formula: DerivedRule -> Indexed) =
        [ for rule in derivation.Rules do
              yield! each rule.Parameter (formula rule) ]

    let online =
        lazy (Scalar.compile (variables @ shifts @ inverse) (ofRules _.Online |> List.map shifted))

    /// Formulas that are of the parameters alone; whatever else is in them is 0.
    let ofParameters formulas =
        lazy (Scalar.compile (variables @ inverse) formulas)

    let closed =
        ofParameters (
            ofRules (fun rule ->
                match rule.TargetTerm with
                | Closed mean -> mean
                | Absent
                | Averaged _ -> Number 0.0)
        )

    let costGradient = ofParameters (ofRules _.Cost)

    let objective =
        lazy (Scalar.compile variables [ energy; Option.defaultValue energy loss ])

    let cost = ofParameters [ flat [] model.Cost ]

    let overTarget formulas =
        let still =
            formulas
            |> List.map (
                Expr.substitute (fun name ->
                    if List.contains name s then
                        Some(Expr.constant 0.0)
                    else
                        None)
            )

        lazy (TargetMean(model.Target, r, learned, still))

    // What has no formula is averaged numerically.
    let averaged =
        overTarget (
            ofRules (fun rule ->
                match rule.TargetTerm with
                | Averaged e -> e
                | Absent
                | Closed _ -> Number 0.0)
        )

    let hasAverages =
        derivation.Rules |> List.exists (fun rule -> rule.TargetTerm.IsAveraged)

    let atTarget = overTarget [ energy ]
    let slopesAtTarget = lazy ((overTarget (Differentiate.grad learned energy)).Value)

    /// What was derived.
    member _.Derivation = derivation
    /// N.
    member _.Primaries = n
    /// K.
    member _.Interneurons = k
    /// How many numbers are learned.
    member _.Size = learned.Length
    member internal _.Variables = variables
    member internal _.Learned = learned
    /// The parameter that each of these numbers is of.
    member internal _.Owners: Map<string, Learned> = owners
    member internal _.Energy = energy
    member internal _.Flat(e: Indexed) = flat [] e
    member internal _.Loss = loss

    /// For each parameter, where its numbers start among all of them and how many there are.
    member internal _.Parts: (Learned * int * int) list = parts

    /// The numbers of all parameters, one after another. Refusal where they do not fit.
    member _.Pack(values: Values) : float array = Values.pack model n k values

    /// The inverse of Pack.
    member _.Unpack(packed: float array) : Values =
        Map.ofList [ for p, first, length in parts -> p.Name, Array.sub packed first length ]

    member private _.At(r: float array, s: float array, p: float array) = Array.concat [ r; s; p ]

    /// E(r; s) as a function of r.
    member private this.Landscape(packed: float array, s: float array) : Landscape =
        let look (formulas: System.Action<float array, float array>) (size: int) r (by: float array) =
            let out: float array = Array.zeroCreate size
            formulas.Invoke(Array.append (this.At(r, s, packed)) by, out)
            out

        { Look =
            fun r by ->
                let out = look slopes.Value (1 + 2 * n) r by
                struct (out[0], Vector<float>.Build.Dense out[1..n], Array.max out[n + 1 ..])
          Hessian =
            fun r by ->
                let out = look hessian.Value (n * n) r by
                Matrix<float>.Build.Dense(n, n, fun i j -> out[i * n + j])
          Places =
            fun r ->
                let m = places.Length
                let out = look placing.Value (m + m * n) r [||]
                struct (out[.. m - 1], Array.chunkBySize n out[m..])
          Count = places.Length }

    /// The minimum of E over r that a first guess leads to, as `Respond` without a second guess.
    member internal this.RespondFrom(packed: float array, s: float array, guess: float array) : float array option =
        Minimum.find (this.Landscape(packed, s)) guess |> Option.map _.Point

    /// The response to a stimulus: the minimum of E over r from a first guess. None where 0 is not within 1e-10 of the subdifferential,
    /// relative to the largest sum of the magnitudes of a component's terms.
    member this.Respond(packed: float array, s: float array, guess: float array) : float array option =
        this.RespondFrom(packed, s, guess)
        |> Option.orElseWith (fun () ->
            if Array.forall ((=) 0.0) guess then
                None
            else
                this.RespondFrom(packed, s, Array.zeroCreate n))

    /// The distance of 0 to the subdifferential of E at r, relative to the largest sum of the magnitudes of a component's terms.
    member this.Residual(packed: float array, s: float array, r: float array) : float =
        (Minimum.at (this.Landscape(packed, s)) r).Residual

    /// Whether a kink holds r.
    member internal this.IsHeld(packed: float array, s: float array, r: float array) : bool =
        not (List.isEmpty (Minimum.at (this.Landscape(packed, s)) r).Face)

    /// The stimulus that has a response, where E is the transport objective's: the gradient of phi, which is E without a stimulus.
    member this.Stimulus(packed: float array, r: float array) : float array =
        let landscape = this.Landscape(packed, Array.zeroCreate n)
        let struct (_, gradient, _) = landscape.Look r (Array.zeroCreate landscape.Count)
        gradient.ToArray()

    /// log |det d2E/dr2| at a response: by how much stimuli are denser than responses are, less. Infinite where a kink holds the response,
    /// as it then does for a whole range of stimuli.
    member this.LogVolume(packed: float array, s: float array, r: float array) : float =
        if not places.IsEmpty && this.IsHeld(packed, s, r) then
            infinity
        else
            let landscape = this.Landscape(packed, s)
            let factor = (landscape.Hessian r (Array.zeroCreate landscape.Count)).LU()
            log (abs factor.Determinant)

    /// The inverse Hessian of E at a response: of what can move, where kinks hold it.
    member internal this.InverseHessian(packed, s, r) =
        let landscape = this.Landscape(packed, s)
        let h = landscape.Hessian r (Array.zeroCreate landscape.Count)

        if places.IsEmpty then
            h.Inverse()
        else
            let free = Landscape.across n (Minimum.at landscape r).Face

            if free.ColumnCount = 0 then
                Matrix<float>.Build.Dense(n, n)
            else
                free * free.TransposeThisAndMultiply(h * free).Inverse() * free.Transpose()

    /// What a response to a stimulus contributes to the step of each number. At a kink it is the mixture of both sides that makes the
    /// response a minimum.
    member this.Online(packed: float array, s: float array, r: float array) : float array =
        let inverse =
            match model.Loss with
            | Some _ -> (this.InverseHessian(packed, s, r)).Transpose().ToColumnMajorArray()
            | None -> Array.zeroCreate (n * n)

        let by (shifts: float array) =
            let out: float array = Array.zeroCreate learned.Length
            online.Value.Invoke(Array.concat [ this.At(r, s, packed); shifts; inverse ], out)
            out

        let held =
            if places.IsEmpty then
                []
            else
                (Minimum.at (this.Landscape(packed, s)) r).Held

        let lowest: float array = Array.zeroCreate places.Length

        for j, shift, _ in held do
            lowest[j] <- -shift

        let lower = by lowest

        (lower, held)
        ||> List.fold (fun total (j, shift, weight) ->
            let other = Array.copy lowest
            other[j] <- shift
            Array.map3 (fun t a b -> t + weight * (b - a)) total lower (by other))

    member private this.OfParameters(formulas: Lazy<System.Action<float array, float array>>, size: int, packed) =
        let out: float array = Array.zeroCreate size
        let zeros = Array.zeroCreate n
        formulas.Value.Invoke(Array.append (this.At(zeros, zeros, packed)) (Array.zeroCreate (n * n)), out)
        out

    /// The derivative of the slow cost by each number.
    member this.CostGradient(packed: float array) : float array =
        this.OfParameters(costGradient, learned.Length, packed)

    /// The target terms that are formulas of the parameters; 0 for the others.
    member this.Closed(packed: float array) : float array =
        this.OfParameters(closed, learned.Length, packed)

    /// The target terms that are not: averages over the target by quadrature, or over points of it drawn by the seed. 0 for the others.
    member _.Averages(packed: float array, seed: int) : float array =
        if hasAverages then
            fst (averaged.Value.Evaluate(packed, seed))
        else
            Array.zeroCreate learned.Length

    /// What is subtracted from each step besides the averages: the closed target terms and the cost's.
    member this.Fixed(packed: float array) : float array =
        Array.map2 (+) (this.Closed packed) (this.CostGradient packed)

    /// The energy without a stimulus averaged over the target, and how.
    member internal _.TargetValue(packed: float array, seed: int) : float * AverageBy =
        let means, by = atTarget.Value.Evaluate(packed, seed)
        means[0], by

    /// The derivatives of that energy by each number, averaged over the target.
    member internal _.TargetSlopes(packed: float array, seed: int) : float array * AverageBy =
        slopesAtTarget.Value.Evaluate(packed, seed)

    /// The energy of a response and the loss.
    member this.Values(packed: float array, s: float array, r: float array) : struct (float * float) =
        let out = Array.zeroCreate 2
        objective.Value.Invoke(this.At(r, s, packed), out)
        struct (out[0], out[1])

    /// The slow cost of the parameters.
    member this.CostOf(packed: float array) : float = this.OfParameters(cost, 1, packed)[0]

/// Models as numbers.
[<RequireQualifiedAccess>]
module Instance =
    // Parts of the energy's forces once its sums are written out, which take a minute or so to compile.
    let private most = 2e6

    /// The parts of a formula whose sums are written out.
    let rec private written (size: Neurons -> int) (e: Indexed) : float =
        match e.Layer with
        | Layer.Number _
        | Layer.Symbol _
        | Layer.Delta _ -> 1.0
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> 1.0 + List.sumBy (written size) parts
        | Layer.Total(i, body) -> float (size i.Over) * (1.0 + written size body)
        | Layer.Average inside -> 1.0 + written size inside

    let private requireSizes (n: int) (k: int) =
        if n < 1 || k < 1 then
            Refusal.argument (nameof n) $"N = {n} and K = {k}: both are at least 1"

    /// Compiles a derivation for N primary neurons and K interneurons. Refuses sizes below 1, and ones whose formulas would take long to
    /// compile.
    let create (derivation: Derivation) (n: int) (k: int) : Instance =
        requireSizes n k

        let size neurons =
            match neurons with
            | Primary -> n
            | Interneurons -> k

        let energy = Inputs.expand derivation.Inputs derivation.Energy
        let parts = float n * (float n + written size energy)

        if parts > most then
            Refusal.argument
                (nameof n)
                ($"N = {n} and K = {k} make formulas of {parts:G2} parts once their sums are written out; "
                 + $"at most {most:G2} are compiled: take fewer neurons")

        Instance(derivation, n, k)

    /// The same for numbers of its parameters, which are refused before anything is compiled if they do not fit.
    let createFor (derivation: Derivation) (n: int) (k: int) (values: Values) : Instance =
        requireSizes n k
        Values.pack derivation.Model n k values |> ignore
        create derivation n k
