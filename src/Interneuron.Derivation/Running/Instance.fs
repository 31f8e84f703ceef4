namespace Interneuron.Derivation.Running

open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// The numbers of a model's parameters for populations of definite sizes.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Values =
    /// How many numbers a parameter has.
    let count (sizes: Sizes) (p: Learned) : int64 =
        p.Site
        |> List.fold (fun product index -> product * int64 (Sizes.count sizes index.Over)) 1L

    /// All numbers in the order of the parameters. Refuses values that are missing, too many or too few.
    let pack (model: Model) (sizes: Sizes) (values: Values) : float array =
        [| for p in model.Learned do
               match values.TryFind p.Name with
               | Some given when given.LongLength = count sizes p -> yield! given
               | Some given ->
                   Refusal.argument
                       (nameof values)
                       $"{p.Name} has {given.Length} numbers; for {Sizes.describe sizes} it has {count sizes p}"
               | None -> Refusal.argument (nameof values) $"there is no value for {p.Name}" |]

/// Where a response has settled.
type internal Settled =
    {
        /// The distance of 0 to the subdifferential, relative to the terms of the gradient.
        Residual: float
        /// The kinks that hold it (Minimum.Held).
        Held: (int * float * float) list
        /// Rows across which it cannot move: kinks and walls that hold it.
        Face: float array list
    }

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

    /// The variables that settle in one way, each with where its numbers start among theirs and how many they are; and their places among
    /// all.
    let settling way =
        let starts = model.Variables |> List.map (fun v -> size v.Index.Over)

        let those =
            List.zip3 model.Variables (List.scan (+) 0 starts |> List.take starts.Length) starts
            |> List.filter (fun (v, _, _) -> v.Settling = way)

        let own = those |> List.map (fun (_, _, count) -> count)

        [ for (v, _, count), first in List.zip those (List.scan (+) 0 own |> List.take own.Length) -> v, first, count ],
        [| for _, first, count in those do
               yield! [| first .. first + count - 1 |] |]

    let lower, lowerAt = settling Minimises
    let upper, upperAt = settling Maximises
    let lowerWalls, lowerInside = Bounds.ofVariables lower
    let upperWalls, upperInside = Bounds.ofVariables upper
    let isSaddle = upperAt.Length > 0
    let isSmooth = code.IsSmooth && lowerWalls.Length = 0 && upperWalls.Length = 0

    let ofRules (formula: DerivedRule -> Indexed) =
        [ for rule in derivation.Rules do
              for at in layout.Sites rule.Parameter.Site -> layout.Flat(List.zip rule.Parameter.Site at, formula rule) ]

    let needsInverse =
        derivation.Rules
        |> List.exists (fun rule -> Indexed.symbols rule.Online |> Set.exists Model.isInverseHessian)

    let inverse = if needsInverse then layout.Inverse else []

    let online =
        lazy (Scalar.compile (variables @ code.Shifts @ inverse) (ofRules _.Online |> List.map code.Shifted))

    /// Formulas that are of the parameters alone; whatever else is in them is 0. None where there is nothing to evaluate.
    let ofParameters (formulas: unit -> Expr list) =
        lazy
            (let isLearned = System.Collections.Generic.HashSet<string> learned

             let still =
                 formulas ()
                 |> List.map (
                     Expr.substitute (fun name ->
                         if isLearned.Contains name then
                             None
                         else
                             Some(Expr.constant 0.0))
                 )

             if still |> List.forall ((=) (Expr.constant 0.0)) then
                 None
             else
                 Some(Scalar.compile learned still))

    let closed =
        ofParameters (fun () ->
            ofRules (fun rule ->
                match rule.TargetTerm with
                | Closed mean -> mean
                | Absent
                | Averaged _ -> Number 0.0))

    let costGradient = ofParameters (fun () -> ofRules _.Cost)

    let fixedTerms =
        ofParameters (fun () ->
            ofRules (fun rule ->
                match rule.TargetTerm with
                | Closed mean -> mean + rule.Cost
                | Absent
                | Averaged _ -> rule.Cost))

    let objective =
        lazy (Scalar.compile variables [ energy; Option.defaultValue energy loss ])

    let costFormula = lazy layout.Flat([], model.Cost)

    // Matrices that have to be square, and are not, are refused when the instance is made.
    do
        if Indexed.symbols model.Cost |> Set.exists Indexed.isOfWhole then
            costFormula.Force() |> ignore

    let cost = ofParameters (fun () -> [ costFormula.Value ])

    let costSlopes =
        ofParameters (fun () -> Differentiate.grad learned costFormula.Value)

    let overTarget (formulas: unit -> Expr list) =
        lazy
            (let isStimulus = System.Collections.Generic.HashSet<string> layout.Stimuli

             let still =
                 formulas ()
                 |> List.map (
                     Expr.substitute (fun name ->
                         if isStimulus.Contains name then
                             Some(Expr.constant 0.0)
                         else
                             None)
                 )

             TargetMean(model.Target, layout.Responses, learned, still))

    // What has no formula is averaged numerically.
    let averaged =
        overTarget (fun () ->
            ofRules (fun rule ->
                match rule.TargetTerm with
                | Averaged e -> e
                | Absent
                | Closed _ -> Number 0.0))

    let hasAverages =
        derivation.Rules |> List.exists (fun rule -> rule.TargetTerm.IsAveraged)

    let atTarget = overTarget (fun () -> [ energy ])
    let slopesAtTarget = overTarget (fun () -> Differentiate.grad learned energy)

    let twoPhase =
        lazy
            (Scalar.compile
                variables
                (ofRules (fun rule ->
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

    let pick (at: int array) (y: float array) = Array.map (fun k -> y[k]) at

    let put (at: int array) (x: float array) (y: float array) =
        let all = Array.copy y
        at |> Array.iteri (fun k place -> all[place] <- x[k])
        all

    /// The upper side of a saddle at the others' values, from a guess.
    let top (code: EnergyCode) values (y: float array) : float array option =
        let landscape = code.Landscape(values, -1.0, upperAt, y, upperWalls, upperInside)

        Minimum.find landscape (pick upperAt y)
        |> Option.map (fun found -> put upperAt found.Point y)

    /// The energy with the upper side of the saddle at its top, as a function of the lower side.
    let overTop (code: EnergyCode) values (guess: float array) : Landscape =
        let mutable near = guess

        let raise' x =
            match top code values (put lowerAt x near) with
            | Some y ->
                near <- y
                Some y
            | None -> None

        let plain y =
            code.Landscape(values, 1.0, lowerAt, y, lowerWalls, lowerInside)

        { plain guess with
            Look =
                fun x by ->
                    match raise' x with
                    | Some y -> (plain y).Look x by
                    | None -> struct (nan, Vector<float>.Build.Dense(x.Length, nan), 1.0)
            Hessian =
                fun x by ->
                    match raise' x with
                    | None -> Matrix<float>.Build.Dense(x.Length, x.Length, nan)
                    | Some y ->
                        // What the upper side adds as it follows: A - B D^-1 B^T, within what can move.
                        let h = code.Hessian(y, values, by)

                        let block (rows: int array) (columns: int array) =
                            Matrix<float>.Build.Dense(rows.Length, columns.Length, fun i j -> h[rows[i], columns[j]])

                        let free =
                            Landscape.across
                                upperAt.Length
                                (Minimum.at (code.Landscape(values, -1.0, upperAt, y, upperWalls, upperInside)) (pick upperAt y)).Face

                        if free.ColumnCount = 0 then
                            block lowerAt lowerAt
                        else
                            let b = block lowerAt upperAt * free
                            let d = free.TransposeThisAndMultiply(block upperAt upperAt * free)
                            block lowerAt lowerAt - b * d.Solve(b.Transpose())
            Places = fun x -> (plain near).Places x }

    /// The fixed point that a first guess leads to.
    let settle (code: EnergyCode) (values: float array) (guess: float array) : float array option =
        if isSaddle then
            let start = put upperAt (upperInside (pick upperAt guess)) guess

            Minimum.find (overTop code values start) (pick lowerAt start)
            |> Option.bind (fun found -> top code values (put lowerAt found.Point start))
        else
            Minimum.find (code.Landscape(values, 1.0, lowerAt, guess, lowerWalls, lowerInside)) guess
            |> Option.map _.Point

    /// Where a response has settled: each side of a saddle by itself, the other where it is.
    let settled (code: EnergyCode) (values: float array) (y: float array) : Settled =
        let side sign at walls inside =
            let minimum =
                Minimum.at (code.Landscape(values, sign, at, y, walls, inside)) (pick at y)

            let whole (row: float array) = put at row (Array.zeroCreate n)

            minimum, List.map whole minimum.Face

        let low, face = side 1.0 lowerAt lowerWalls lowerInside

        if isSaddle then
            let high, above = side -1.0 upperAt upperWalls upperInside

            { Residual = max low.Residual high.Residual
              Held = low.Held
              Face = face @ above }
        else
            { Residual = low.Residual
              Held = low.Held
              Face = face }

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
        settle code (Array.append s packed) guess

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
        (settled code (Array.append s packed) y).Residual

    /// Rows across which a response cannot move: kinks and bounds that hold it.
    member internal _.Face(packed: float array, s: float array, y: float array) : float array list =
        if isSmooth then
            []
        else
            (settled code (Array.append s packed) y).Face

    /// Whether a kink holds a response.
    member internal _.IsAtKink(packed: float array, s: float array, y: float array) : bool =
        not code.IsSmooth
        && (settled code (Array.append s packed) y).Held
           |> List.exists (fun (_, _, weight) -> weight > 0.0 && weight < 1.0)

    /// A point moved to the nearest that the variables' domains allow.
    member internal _.Inside(y: float array) : float array =
        y
        |> put lowerAt (lowerInside (pick lowerAt y))
        |> put upperAt (upperInside (pick upperAt y))

    /// Whether a response is what is reached from a start, rather than the lowest fixed point.
    member internal _.HasStart: bool = not starting.IsEmpty

    /// Whether some variables maximise the energy that others minimise.
    member internal _.IsSaddle: bool = isSaddle

    /// Whether a kink or a bound holds a response.
    member internal this.IsHeld(packed: float array, s: float array, y: float array) : bool =
        not (List.isEmpty (this.Face(packed, s, y)))

    /// The stimulus that has a response, where E is the transport objective's: the gradient of phi, which is E without a stimulus.
    member _.Stimulus(packed: float array, r: float array) : float array =
        let landscape =
            code.Landscape(Array.append (Array.zeroCreate layout.Stimuli.Length) packed, 1.0, lowerAt, r, lowerWalls, lowerInside)

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
            let free = Landscape.across n (settled code values y).Face

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
                (settled code (Array.append s packed) y).Held

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
            settle nudged.Value (Array.concat [ s; packed; [| beta |] ]) y
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

    member private _.OfParameters(formulas: Lazy<System.Action<float array, float array> option>, size: int, packed: float array) =
        let out: float array = Array.zeroCreate size
        formulas.Value |> Option.iter (fun formulas -> formulas.Invoke(packed, out))
        out

    /// The derivative of the slow cost by each number.
    member this.CostGradient(packed: float array) : float array =
        this.OfParameters(costGradient, learned.Length, packed)

    /// The derivative of the slow cost by every number, averages included, whichever way it steps.
    member internal this.CostSlopes(packed: float array) : float array =
        this.OfParameters(costSlopes, learned.Length, packed)

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
        let out: float array = Array.zeroCreate learned.Length
        this.FixedInto(packed, out)
        out

    /// The same, into numbers that are there.
    member internal _.FixedInto(packed: float array, out: float array) : unit =
        fixedTerms.Value |> Option.iter (fun terms -> terms.Invoke(packed, out))

    /// The energy without a stimulus averaged over the target, and how.
    member internal _.TargetValue(packed: float array, seed: int) : float * AverageBy =
        let means, by = atTarget.Value.Evaluate(packed, seed)
        means[0], by

    /// The derivatives of that energy by each number, averaged over the target.
    member internal _.TargetSlopes(packed: float array, seed: int) : float array * AverageBy =
        slopesAtTarget.Value.Evaluate(packed, seed)

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
    member this.CostOf(packed: float array) : float = this.OfParameters(cost, 1, packed)[0]

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
