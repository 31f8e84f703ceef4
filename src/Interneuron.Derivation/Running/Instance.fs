namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// A model for populations of definite sizes, as compiled scalar code. A stimulus is the numbers of all inputs, one after another, and a
/// response those of all variables.
[<Sealed>]
type Instance internal (derivation: Derivation, sizes: Sizes) =
    let model = derivation.Model
    let layout = Layout(derivation, sizes)
    let size = Sizes.count sizes

    let parts =
        let lengths = model.Learned |> List.map (fun p -> layout.Count p.Site)
        List.zip3 model.Learned (List.scan (+) 0 lengths |> List.take lengths.Length) lengths

    let n = layout.Responses.Length
    let learned = layout.Learned

    let owners =
        Map
            [ for p in model.Learned do
                  for at in layout.Sites p.Site -> layout.Name(p.Name, at), p ]

    let given = layout.Stimuli @ learned
    let variables = layout.Responses @ given
    let energy = layout.Flat([], derivation.Energy)
    let loss = model.Loss |> Option.map (fun loss -> layout.Flat([], loss))
    let code = EnergyCode(layout.Responses, given, energy)

    // E + beta loss, for the two phases.
    let nudged =
        lazy
            (match loss with
             | Some loss -> EnergyCode(layout.Responses, given @ [ "beta" ], energy + Expr.var "beta" * loss)
             | None -> code)

    let fixedPoints = FixedPoints(model, sizes)
    let isSmooth = code.IsSmooth && not fixedPoints.HasWalls
    let slow = SlowTerms(derivation, layout, energy)

    let needsInverse =
        derivation.Rules
        |> List.exists (fun rule -> Indexed.symbols rule.Online |> Set.exists Model.isInverseHessian)

    let inverse = if needsInverse then layout.Inverse else []

    let online =
        lazy (Scalar.compile (variables @ code.Shifts @ inverse) (layout.OfRules _.Online |> List.map code.Shifted))

    let objective =
        lazy (Scalar.compile variables [ energy; Option.defaultValue energy loss ])

    let twoPhase =
        lazy
            (Scalar.compile
                variables
                (layout.OfRules(fun rule ->
                    match rule.TwoPhases with
                    | Some phases -> phases.Term
                    | None -> Number 0.0)))

    let costAverages =
        [ for p, first, _ in parts do
              match p.Role with
              | Follows e when (Indexed.symbols model.Cost).Contains p.Name ->
                  for m, at in List.indexed (layout.Sites p.Site) -> first + m, layout.Flat(List.zip p.Site at, e)
              | _ -> () ]

    /// The numbers of a response that start at numbers of the stimulus: the place of each among the responses and the stimuli.
    let starting =
        let names =
            List.indexed layout.Stimuli |> List.map (fun (m, name) -> name, m) |> Map.ofList

        [ for v in model.Variables do
              for k in 0 .. size v.Index.Over - 1 -> v.StartsAt |> Option.map (fun input -> names[layout.Name(input, [ k ])]) ]
        |> List.indexed
        |> List.choose (fun (k, m) -> Option.map (fun m -> k, m) m)

    let begun (s: float array) (guess: float array) =
        let y = Array.copy guess

        for k, m in starting do
            y[k] <- s[m]

        y

    /// What was derived.
    member _.Derivation = derivation
    /// How many neurons each population has.
    member _.Sizes: Sizes = sizes
    /// How many numbers a response has: those of all variables, one after another.
    member _.Responses: int = n
    /// How many numbers a stimulus has: those of all inputs, one after another.
    member _.Stimuli: int = layout.Stimuli.Length
    /// How many numbers are learned.
    member _.Size = learned.Length
    member internal _.Layout = layout
    member internal _.Variables = variables
    member internal _.Learned = learned
    /// The parameter that each of these numbers is of.
    member internal _.Owners: Map<string, Learned> = owners
    member internal _.Energy = energy
    member internal _.Flat(e: Indexed) = layout.Flat([], e)
    member internal _.Loss = loss

    /// For each parameter, where its numbers start among all of them and how many there are.
    member internal _.Parts: (Learned * int * int) list = parts

    /// The numbers of all parameters, one after another. Refusal where they do not fit.
    member _.Pack(values: Values) : float array = Values.pack model sizes values

    /// The inverse of Pack.
    member _.Unpack(packed: float array) : Values =
        Map.ofList [ for p, first, length in parts -> p.Name, Array.sub packed first length ]

    /// The fixed point of E that a first guess leads to, as `Respond` without a second guess.
    member internal _.RespondFrom(packed: float array, s: float array, guess: float array) : float array option =
        fixedPoints.Settle(code, Array.append s packed, guess)

    /// The response to a stimulus: the fixed point of E from a first guess, the minimum or the saddle; variables that start at an input
    /// start there. None where 0 is not within 1e-10 of
    /// the subdifferential, relative to the largest sum of the magnitudes of a component's terms.
    member this.Respond(packed: float array, s: float array, guess: float array) : float array option =
        this.RespondFrom(packed, s, begun s guess)
        |> Option.orElseWith (fun () ->
            if not starting.IsEmpty || Array.forall ((=) 0.0) guess then
                None
            else
                this.RespondFrom(packed, s, Array.zeroCreate n))

    /// The distance of 0 to the subdifferential of E at a response, relative to the largest sum of the magnitudes of a component's terms.
    member _.Residual(packed: float array, s: float array, y: float array) : float =
        (fixedPoints.Settled(code, Array.append s packed, y)).Residual

    /// Rows across which a response cannot move: kinks and bounds that hold it.
    member internal _.Face(packed: float array, s: float array, y: float array) : float array list =
        if isSmooth then
            []
        else
            (fixedPoints.Settled(code, Array.append s packed, y)).Face

    /// Whether a kink holds a response.
    member internal _.IsAtKink(packed: float array, s: float array, y: float array) : bool =
        not code.IsSmooth
        && (fixedPoints.Settled(code, Array.append s packed, y)).Held
           |> List.exists (fun (_, _, weight) -> weight > 0.0 && weight < 1.0)

    /// A point moved to the nearest that the variables' domains allow.
    member internal _.Inside(y: float array) : float array = fixedPoints.Inside y

    /// Whether a response is what is reached from a start, rather than the lowest fixed point.
    member internal _.HasStart: bool = not starting.IsEmpty

    /// Whether some variables maximise the energy that others minimise.
    member internal _.IsSaddle: bool = fixedPoints.IsSaddle

    /// Whether a kink or a bound holds a response.
    member internal this.IsHeld(packed: float array, s: float array, y: float array) : bool =
        not (List.isEmpty (this.Face(packed, s, y)))

    /// The stimulus that has a response, where E is the transport objective's: the gradient of phi, which is E without a stimulus.
    member _.Stimulus(packed: float array, r: float array) : float array =
        let landscape =
            fixedPoints.Below(code, Array.append (Array.zeroCreate layout.Stimuli.Length) packed, r)

        let struct (_, gradient, _) = landscape.Look r (Array.zeroCreate landscape.Count)
        gradient.ToArray()

    /// log |det d2E/dr2| at a response: by how much stimuli are denser than responses are, less. Infinite where a kink holds the response,
    /// as it then does for a whole range of stimuli.
    member this.LogVolume(packed: float array, s: float array, r: float array) : float =
        if this.IsHeld(packed, s, r) then
            infinity
        else
            let factor =
                code.Hessian(r, Array.append s packed, Array.zeroCreate code.Count).LU()

            log (abs factor.Determinant)

    /// The Hessian of E at a response, of one side of each kink.
    member internal _.Hessian(packed: float array, s: float array, y: float array) : Matrix<float> =
        code.Hessian(y, Array.append s packed, Array.zeroCreate code.Count)

    /// The inverse Hessian of E at a response: of what can move, where kinks and bounds hold it.
    member internal _.InverseHessian(packed: float array, s: float array, y: float array) : Matrix<float> =
        let values = Array.append s packed
        let h = code.Hessian(y, values, Array.zeroCreate code.Count)

        if isSmooth then
            h.Inverse()
        else
            let free = Landscape.across n (fixedPoints.Settled(code, values, y)).Face

            if free.ColumnCount = 0 then
                Matrix<float>.Build.Dense(n, n)
            else
                free * free.TransposeThisAndMultiply(h * free).Inverse() * free.Transpose()

    /// What a response to a stimulus contributes to the step of each number. At a kink it is the mixture of both sides that makes the
    /// response a minimum.
    member this.Online(packed: float array, s: float array, y: float array) : float array =
        let inverse =
            if needsInverse then
                (this.InverseHessian(packed, s, y)).Transpose().ToColumnMajorArray()
            else
                [||]

        let by (shifts: float array) =
            let out: float array = Array.zeroCreate learned.Length
            online.Value.Invoke(Array.concat [ y; s; packed; shifts; inverse ], out)
            out

        let held =
            if code.IsSmooth then
                []
            else
                (fixedPoints.Settled(code, Array.append s packed, y)).Held

        let lowest: float array = Array.zeroCreate code.Count

        for j, shift, _ in held do
            lowest[j] <- -shift

        let first = by lowest

        (first, held)
        ||> List.fold (fun total (j, shift, weight) ->
            let other = Array.copy lowest
            other[j] <- shift
            Array.map3 (fun t a b -> t + weight * (b - a)) total first (by other))

    /// The same for a loss in two phases: minus (dE/dp at the minimum of E + beta loss, less that of E - beta loss) / 2 beta, for the rules
    /// that have them, with the rest of the rule left out. None where a phase does not settle.
    member _.TwoPhases(packed: float array, s: float array, y: float array, beta: float) : float array option =
        let state beta =
            fixedPoints.Settle(nudged.Value, Array.concat [ s; packed; [| beta |] ], y)
            |> Option.map (fun y ->
                let out: float array = Array.zeroCreate learned.Length
                twoPhase.Value.Invoke(Array.concat [ y; s; packed ], out)
                out)

        Option.map2 (Array.map2 (fun ahead behind -> -(ahead - behind) / (2.0 * beta))) (state beta) (state -beta)

    /// The running averages that the cost is of: the number of each among all, and what it follows.
    member internal _.CostAverages: (int * Expr) list = costAverages

    /// The parameters with the running averages that the cost is of at the means of what they follow over some responses.
    member internal this.WithAverages(packed: float array, responses: (float array * float array) list) : float array =
        if costAverages.IsEmpty then
            packed
        else
            let online = [ for s, y in responses -> this.Online(packed, s, y) ]
            let moved = Array.copy packed

            for m, _ in costAverages do
                moved[m] <- packed[m] + (online |> List.averageBy (fun o -> o[m]))

            moved

    /// What the steps contain that no stimulus has part in.
    member internal _.Slow: SlowTerms = slow

    /// The derivative of the slow cost by each number.
    member _.CostGradient(packed: float array) : float array = slow.CostGradient packed

    /// The target terms that are formulas of the parameters; 0 for the others.
    member _.Closed(packed: float array) : float array = slow.Closed packed

    /// The target terms that are not: averages over the target by quadrature, or over points of it drawn by the seed. 0 for the others.
    member _.Averages(packed: float array, seed: int) : float array = slow.Averages(packed, seed)

    /// What is subtracted from each step besides the averages: the closed target terms and the cost's.
    member _.Fixed(packed: float array) : float array = slow.Fixed packed

    /// The energy of a response and the loss.
    member _.Values(packed: float array, s: float array, r: float array) : struct (float * float) =
        let out = Array.zeroCreate 2
        objective.Value.Invoke(Array.concat [ r; s; packed ], out)
        struct (out[0], out[1])

    /// What a response to a stimulus adds to the objective: -E for the transport objective, E for the value, or the loss.
    member this.Driven(packed: float array, s: float array, y: float array) : float =
        let struct (energy, loss) = this.Values(packed, s, y)

        match model.Objective with
        | Transport -> -energy
        | Value -> energy
        | Loss _ -> loss

    /// The slow cost of the parameters.
    member _.CostOf(packed: float array) : float = slow.CostOf packed

/// Models as numbers.
[<RequireQualifiedAccess>]
module Instance =
    // Parts of the energy's forces once its sums are written out, which take a minute or so to compile.
    let private most = 2e6

    /// The parts of a formula whose sums are written out.
    let rec private written (size: Population -> int) (e: Indexed) : float =
        match e.Layer with
        | Layer.Number _
        | Layer.Symbol _
        | Layer.Delta _ -> 1.0
        | Layer.Plus parts
        | Layer.Times parts
        | Layer.Call(_, parts) -> 1.0 + List.sumBy (written size) parts
        | Layer.Total(i, body) -> float (size i.Over) * (1.0 + written size body)
        | Layer.Average inside -> 1.0 + written size inside

    let private requireSizes (sizes: Sizes) =
        match sizes |> List.tryFind (fun (_, count) -> count < 1) with
        | Some _ -> Refusal.argument (nameof sizes) $"{Sizes.describe sizes}: each is at least 1"
        | None -> ()

    /// Compiles a derivation for so many neurons. Refuses sizes below 1, and ones whose formulas would take long to compile.
    let create (derivation: Derivation) (sizes: Sizes) : Instance =
        requireSizes sizes
        let energy = Inputs.expand derivation.Inputs derivation.Energy

        let n =
            derivation.Model.Variables
            |> List.sumBy (fun v -> Sizes.count sizes v.Index.Over)
            |> float

        let parts = n * (n + written (Sizes.count sizes) energy)

        if parts > most then
            Refusal.argument
                (nameof sizes)
                ($"{Sizes.describe sizes} make formulas of {parts:G2} parts once their sums are written out; "
                 + $"at most {most:G2} are compiled: take fewer neurons")

        Instance(derivation, sizes)

    /// The same for numbers of its parameters, which are refused before anything is compiled if they do not fit.
    let createFor (derivation: Derivation) (sizes: Sizes) (values: Values) : Instance =
        requireSizes sizes
        Values.pack derivation.Model sizes values |> ignore
        create derivation sizes
