namespace Interneuron.Derivation.Running

open System
open Interneuron.Kernels
open Interneuron.Core.Symbolic

/// What is averaged for one number: offset + factor x the mean of a total.
[<Struct>]
type private OnlineMean =
    { Total: int
      Factor: int
      Offset: int }

/// A model as machine code over registers, a stimulus a lane: it finds the responses of a batch, and averages what they contribute to the steps.
/// What is of the parameters alone is evaluated once for a batch, in particular what is constant of the Hessian.
/// It has a workspace of its own: one thread at a time.
[<Sealed>]
type LaneProgram private (model: LaneModel, solver: ModelSolver, totals: int, means: OnlineMean array) =
    let sums: float array = Array.zeroCreate totals

    /// The model.
    member _.Model = model

    /// The responses to B stimuli (B x m, row-major), from first guesses (B x n) that they overwrite. `reached` says of each of the B whether it is
    /// a minimum: 0 within 1e-10 of the subdifferential, relative to the largest sum of the magnitudes of a component's terms. It can be
    /// one that is held by a kink of several responses together, |y[0] - y[1]|, and is not reached here.
    member _.Respond(parameters: float array, stimuli: float array, responses: float array, reached: bool array) : unit =
        solver.Respond(parameters, stimuli, responses, reached)

    /// The same, with the mean over the responses that were reached of what they contribute to each number. How many there were; the mean is 0
    /// where there were none.
    member _.Learn(parameters: float array, stimuli: float array, responses: float array, reached: bool array, mean: float array) : int =
        solver.Learn(parameters, stimuli, responses, reached, sums)
        let mutable count = 0

        for i in 0 .. reached.Length - 1 do
            if reached[i] then
                count <- count + 1

        if count = 0 then
            Array.Clear mean
        else
            let part = 1.0 / float count

            for m in 0 .. means.Length - 1 do
                let one = means[m]
                let total = if one.Total < 0 then 0.0 else part * sums[one.Total]
                let scaled = if one.Factor < 0 then total else total * solver.Constant one.Factor
                mean[m] <- if one.Offset < 0 then scaled else scaled + solver.Constant one.Offset

        count

    /// The program of a model, for registers of a width.
    static member createFor (width: LaneWidth) (model: LaneModel) : LaneProgram =
        let width = LaneWidths.Resolve width
        let n = model.Responses.Length
        let responses = Array.ofList model.Responses
        let stops, withSides = Stops.find model.Responses model.Energy
        let energy = withSides model.Energy
        let force = Differentiate.grad model.Responses energy
        // The lower triangle.
        let rows =
            [| for k, slope in List.indexed force -> Differentiate.grad (List.take (k + 1) model.Responses) slope |> Array.ofList |]

        let hessian k l = rows[max k l][min k l]

        let stageOf =
            let known =
                dict
                    [ for name in model.Parameters -> name, Stage.Batch
                      for name in model.Stimuli -> name, Stage.Block ]

            fun name ->
                match known.TryGetValue name with
                | true, stage -> stage
                | _ -> Stage.Iteration

        let stages = Stages stageOf
        let zero = Expr.constant 0.0

        // Kinks of several responses stay in the formulas; where a slope jumps, its derivative does not tell.
        let kinks =
            [| for slope in force ->
                   Kinks.find (fun name -> Array.contains name responses) [ slope ]
                   |> List.collect Expr.variables
                   |> Set.ofList |]

        let isConstant k l =
            stages.Of(hessian k l) = Stage.Batch
            && not (kinks[k].Contains responses[l])
            && not (kinks[l].Contains responses[k])

        let rest =
            force
            |> List.mapi (fun k slope ->
                let gone =
                    Collections.Generic.HashSet [ for l in 0 .. n - 1 do if isConstant k l then responses[l] ]

                slope |> Expr.substitute (fun name -> if gone.Contains name then Some zero else None))

        let size (e: Expr) =
            match e.Node with
            | Sum terms -> Expr.sum (List.map Expr.abs terms)
            | _ -> Expr.abs e

        let bends =
            [ for k in 0 .. n - 1 do
                  for l in 0..k do
                      if not (isConstant k l) then
                          k, l ]

        let isQuadratic =
            Array.forall Set.isEmpty kinks
            && bends |> List.forall (fun (k, l) -> stages.Of(hessian k l) < Stage.Iteration)

        // Of each online formula what is of the parameters alone is taken out of the mean.
        let apart (combine: Expr list -> Expr) (parts: Expr list) =
            let still, moving = parts |> List.partition (fun part -> stages.Of part = Stage.Batch)
            combine still, combine moving

        let online =
            [ for formula in model.Online ->
                  let formula = withSides formula

                  let offset, moving =
                      match formula.Node with
                      | _ when stages.Of formula = Stage.Batch -> formula, zero
                      | Sum terms -> apart Expr.sum terms
                      | _ -> zero, formula

                  match moving.Node with
                  | Product factors ->
                      let factor, moving = apart Expr.product factors
                      offset, factor, moving
                  | _ -> offset, Expr.constant 1.0, moving ]

        let averaged = online |> List.map (fun (_, _, moving) -> moving) |> List.filter ((<>) zero) |> List.distinct
        let totalOf = averaged |> List.mapi (fun t e -> e, t) |> dict

        let means =
            [| for offset, factor, moving in online ->
                   let constant neutral e =
                       if e = Expr.constant neutral then -1
                       else int ((stages.Name e).Split([| '['; ']' |])[1])

                   { Total = (match totalOf.TryGetValue moving with | true, t -> t | _ -> -1)
                     Factor = constant 1.0 factor
                     Offset = constant 0.0 offset } |]

        let layout =
            ModelLayout(model.Stimuli.Length, n, model.Parameters.Length, model.Simplices.Length, stops.Length, bends.Length, averaged.Length)

        let slopes =
            [ for k, e in List.indexed rest do
                  e, layout.Rest + k
                  size e, layout.Sizes + k
              for j, stop in List.indexed stops do
                  Stops.jump responses force stop, layout.Jumps + j
              for b, (k, l) in List.indexed bends do
                  hessian k l, layout.Bends + b
              if not isQuadratic then
                  energy, layout.Energy ]

        let known, moving = slopes |> List.partition (fun (e, _) -> stages.Of e < Stage.Iteration)
        let places = [ for j, stop in List.indexed stops -> stop.Place, layout.Places + j ]
        let at stage outputs = [ for e, register in outputs -> stages.At(stage, e), Sink.Put(Place.Register register) ]
        let look = at Stage.Iteration moving
        let learn = [ for t, e in List.indexed averaged -> stages.At(Stage.Iteration, e), Sink.Total(layout.Totals + t, layout.Live) ]
        let starting = at Stage.Block (known @ places)
        let blocks = stages.Parts Stage.Block

        let beginning =
            starting @ [ for k, e in List.indexed blocks -> e, Sink.Put(Place.Register(layout.Own + k)) ]

        let batches = stages.Parts Stage.Batch

        let preparing =
            [ for k in 0 .. n - 1 do
                  for l in 0 .. n - 1 do
                      if isConstant k l && hessian k l <> zero then
                          hessian k l, Sink.Put(Place.Number(layout.Hessian + k * n + l))
              for k, e in List.indexed batches do
                  e, Sink.Put(Place.Number(layout.Constants + k)) ]

        let place =
            let numbered (start: int) toPlace names =
                names |> Seq.mapi (fun i name -> name, toPlace (start + i))

            let places =
                [ numbered 0 Place.Number model.Parameters
                  numbered layout.Constants Place.Number [ for k in 0 .. batches.Length - 1 -> $"#{Stage.Batch}[{k}]" ]
                  numbered layout.Stimuli Place.Register model.Stimuli
                  numbered layout.Responses Place.Register model.Responses
                  numbered layout.Sides Place.Register [ for stop in stops -> stop.Side ]
                  numbered layout.Inverse Place.Register model.Inverse
                  numbered layout.Own Place.Register [ for k in 0 .. blocks.Length - 1 -> $"#{Stage.Block}[{k}]" ] ]
                |> Seq.concat
                |> dict

            fun name ->
                match places.TryGetValue name with
                | true, place -> place
                | _ -> invalidArg (nameof model) $"'{name}' is neither a response nor a stimulus nor a parameter"

        let compile = StraightLine.compile width place (fun k -> Place.Register(layout.Own + blocks.Length + k))

        let prepare, numbers =
            StraightLine.compile LaneWidth.One place (fun k -> Place.Number(layout.Constants + batches.Length + k)) preparing

        let beginning, first = compile beginning
        let look, second = compile look
        let learn, third = compile learn

        let simplices =
            [| for name in model.Responses -> model.Simplices |> List.tryFindIndex (List.contains name) |> Option.defaultValue -1 |]

        let code =
            ModelCode(
                Stimuli = model.Stimuli.Length,
                Responses = n,
                Parameters = model.Parameters.Length,
                Lower = [| for simplex, lower in Array.zip simplices (Array.ofList model.Lower) -> if simplex < 0 then lower else 0.0 |],
                Simplices = simplices,
                Upper = Array.ofList model.Upper,
                Ascends = [| for name in model.Responses -> List.contains name model.Ascending |],
                Stops = [| for stop in stops -> stop.Owner |],
                Bends = [| for k, l in bends -> struct (k, l) |],
                IsQuadratic = isQuadratic,
                ReadsInverse = not model.Inverse.IsEmpty,
                Totals = averaged.Length,
                Constants = batches.Length + numbers,
                Own = blocks.Length + List.max [ first; second; third ],
                Prepare = prepare,
                Begin = beginning,
                Look = look,
                Learn = learn
            )

        LaneProgram(model, ModelSolver.Create(code, layout, width), averaged.Length, means)

    /// The program of a model, for the registers of this machine.
    static member create(model: LaneModel) : LaneProgram = LaneProgram.createFor LaneWidth.Widest model
