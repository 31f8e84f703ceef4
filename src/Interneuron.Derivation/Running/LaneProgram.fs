namespace Interneuron.Derivation.Running

open System
open Interneuron.Kernels
open Interneuron.Core.Symbolic

/// Places of an online formula's parts: the total that is averaged, and factor and offset among the constants; -1 for none.
[<Struct>]
type private OnlinePlaces =
    { Total: int; Factor: int; Offset: int }

/// A model as machine code over registers, a stimulus a lane: it finds the responses of a batch, and averages what they contribute to the
/// steps. What is of the parameters alone is evaluated once for a batch, in particular what is constant of the Hessian. It has a workspace
/// of its own: one thread at a time.
[<Sealed>]
type LaneProgram private (model: LaneModel, solver: ModelSolver, totals: int, online: OnlinePlaces array) =
    let sums: float array = Array.zeroCreate totals

    let constant (place: int) (otherwise: float) =
        if place < 0 then otherwise else solver.Constant place

    /// The model.
    member _.Model = model

    /// The responses to B stimuli (B x m, row-major), from first guesses (B x n) that they overwrite. `reached` says of each of the B
    /// whether it settled: 0 is within 1e-10 of the subdifferential, relative to the largest sum of the magnitudes of a component's terms.
    /// A response that a kink of several of its components holds, |y[0] - y[1]|, is not reached here.
    member _.Respond(parameters: float array, stimuli: float array, responses: float array, reached: bool array) : unit =
        solver.Respond(parameters, stimuli, responses, reached)

    /// The same, with the mean over the responses that were reached of what they contribute to each number. How many there were; where
    /// there were none the mean is 0.
    member _.Learn(parameters: float array, stimuli: float array, responses: float array, reached: bool array, mean: float array) : int =
        solver.Learn(parameters, stimuli, responses, reached, sums)
        let mutable count = 0

        for isReached in reached do
            if isReached then
                count <- count + 1

        if count = 0 then
            Array.Clear mean
        else
            let part = 1.0 / float count

            for m in 0 .. online.Length - 1 do
                let places = online[m]
                let total = if places.Total < 0 then 0.0 else part * sums[places.Total]
                mean[m] <- constant places.Offset 0.0 + constant places.Factor 1.0 * total

        count

    /// The program of a model, for registers of a width.
    static member createFor (width: LaneWidth) (model: LaneModel) : LaneProgram =
        let width = LaneWidths.Resolve width
        let n = model.Responses.Length

        let stages =
            let known =
                dict
                    [ for name in model.Parameters -> name, Stage.Batch
                      for name in model.Stimuli -> name, Stage.Block ]

            Stages(fun name ->
                match known.TryGetValue name with
                | true, stage -> stage
                | _ -> Stage.Iteration)

        let formulas = LaneFormulas.ofModel stages model
        let zero = Expr.constant 0.0

        let averaged =
            formulas.Online
            |> List.map _.Averaged
            |> List.filter ((<>) zero)
            |> List.distinct

        let layout =
            ModelLayout(
                model.Stimuli.Length,
                n,
                model.Parameters.Length,
                model.Simplices.Length,
                formulas.Stops.Length,
                formulas.Bends.Length,
                averaged.Length
            )

        let online =
            let totalOf = averaged |> List.mapi (fun t e -> e, t) |> dict

            let constant (neutral: float) e =
                if e = Expr.constant neutral then -1 else stages.Number e

            [| for formula in formulas.Online ->
                   { Total =
                       (match totalOf.TryGetValue formula.Averaged with
                        | true, t -> t
                        | _ -> -1)
                     Factor = constant 1.0 formula.Factor
                     Offset = constant 0.0 formula.Offset } |]

        let magnitude (e: Expr) =
            match e.Node with
            | Sum terms -> Expr.sum (List.map Expr.abs terms)
            | _ -> Expr.abs e

        let numbered start es =
            es |> List.mapi (fun k e -> e, start + k)

        let known, moving =
            [ yield! numbered layout.Rest formulas.Rest
              yield! numbered layout.Sizes (List.map magnitude formulas.Rest)
              yield! numbered layout.Jumps formulas.Jumps
              yield! numbered layout.Bends (List.map snd formulas.Bends)
              if not formulas.IsQuadratic then
                  formulas.Energy, layout.Energy ]
            |> List.partition (fun (e, _) -> stages.Of e < Stage.Iteration)

        let places = numbered layout.Places [ for stop in formulas.Stops -> stop.Place ]

        let at stage =
            List.map (fun (e, register) -> stages.At(stage, e), Sink.Put(Place.Register register))

        let look = at Stage.Iteration moving

        let learn =
            numbered layout.Totals averaged
            |> List.map (fun (e, register) -> stages.At(Stage.Iteration, e), Sink.Total(register, layout.Live))

        // Whatever comes before has named what it needs by now.
        let starting = at Stage.Block (known @ places)
        let blocks = stages.Parts Stage.Block
        let batches = stages.Parts Stage.Batch

        let beginning =
            starting
            @ [ for e, register in numbered layout.Own blocks -> e, Sink.Put(Place.Register register) ]

        let preparing =
            [ for (k, l), e in formulas.Hessian do
                  for place in List.distinct [ k * n + l; l * n + k ] do
                      e, Sink.Put(Place.Number(layout.Hessian + place))
              for e, number in numbered layout.Constants batches do
                  e, Sink.Put(Place.Number number) ]

        let placeOf =
            let all start toPlace names =
                numbered start names |> List.map (fun (name, at) -> name, toPlace at)

            let places =
                [ all 0 Place.Number model.Parameters
                  all layout.Constants Place.Number (stages.Names Stage.Batch)
                  all layout.Stimuli Place.Register model.Stimuli
                  all layout.Responses Place.Register model.Responses
                  all layout.Sides Place.Register [ for stop in formulas.Stops -> stop.Side ]
                  all layout.Inverse Place.Register model.Inverse
                  all layout.Own Place.Register (stages.Names Stage.Block) ]
                |> List.concat
                |> dict

            fun name ->
                match places.TryGetValue name with
                | true, place -> place
                | _ -> invalidArg (nameof model) $"'{name}' is neither a response nor a stimulus nor a parameter"

        let prepare, numbers =
            StraightLine.compile LaneWidth.One placeOf (fun k -> Place.Number(layout.Constants + batches.Length + k)) preparing

        let compile =
            StraightLine.compile width placeOf (fun k -> Place.Register(layout.Own + blocks.Length + k))

        let beginning, first = compile beginning
        let look, second = compile look
        let learn, third = compile learn

        let simplices =
            [ for name in model.Responses ->
                  model.Simplices
                  |> List.tryFindIndex (List.contains name)
                  |> Option.defaultValue -1 ]

        let code =
            ModelCode(
                Stimuli = model.Stimuli.Length,
                Responses = n,
                Parameters = model.Parameters.Length,
                Lower = Array.ofList (List.map2 (fun simplex lower -> if simplex < 0 then lower else 0.0) simplices model.Lower),
                Upper = Array.ofList model.Upper,
                Ascends = [| for name in model.Responses -> List.contains name model.Ascending |],
                Simplices = Array.ofList simplices,
                Stops = [| for stop in formulas.Stops -> stop.Owner |],
                Bends = [| for (k, l), _ in formulas.Bends -> struct (k, l) |],
                IsQuadratic = formulas.IsQuadratic,
                ReadsInverse = not model.Inverse.IsEmpty,
                Totals = averaged.Length,
                Constants = batches.Length + numbers,
                Own = blocks.Length + List.max [ first; second; third ],
                Prepare = prepare,
                Begin = beginning,
                Look = look,
                Learn = learn
            )

        LaneProgram(model, ModelSolver.Create(code, layout, width), averaged.Length, online)

    /// The program of a model, for the registers of this machine.
    static member create(model: LaneModel) : LaneProgram =
        LaneProgram.createFor LaneWidth.Widest model
