namespace Interneuron.Core

open MathNet.Numerics.LinearAlgebra

/// The numbers of a model's parameters: for each, its values row-major over its site (g: K; W: N x K).
type Values = Map<string, float array>

/// A model for populations of definite sizes, as compiled scalar code.
[<Sealed>]
type Instance internal (derivation: Derivation, n: int, k: int) =
    let model = derivation.Model

    let size neurons =
        match neurons with
        | Primary -> n
        | Interneurons -> k

    let name (symbol: string) (places: int list) =
        let inside = places |> List.map string |> String.concat ","
        $"{symbol}[{inside}]"

    let count (site: Index list) =
        site |> List.map (fun index -> size index.Over) |> List.fold (*) 1

    let places (site: Index list) : int list list =
        List.foldBack
            (fun (index: Index) tails ->
                [ for p in 0 .. size index.Over - 1 do
                      for tail in tails -> p :: tail ])
            site
            [ [] ]

    let reading: Operations<Expr> =
        { Constant = Expr.constant
          Add = (+)
          Multiply = (*)
          Power = Expr.power
          Exp = exp
          Log = log
          LogOrZero = Expr.logOrZero
          Abs = Expr.abs
          Sign = Expr.sign
          Step = Expr.step
          Max = Expr.max
          Min = Expr.min
          Tanh = tanh
          Cosh = cosh
          LogCosh = Expr.logCosh
          Softplus = Expr.softplus
          Erfc = Expr.erfc
          Gamma = Expr.gamma
          LogGamma = Expr.logGamma
          Polygamma = Expr.polygamma
          IfLess = Expr.ifLess }

    /// A formula of the symbols at definite places.
    let flat (place: (Index * int) list) (e: Indexed) : Expr =
        let value symbol at =
            match model.Constants.TryFind symbol with
            | Some c -> Expr.constant c
            | None -> Expr.var (name symbol at)

        Indexed.interpret
            reading
            size
            value
            (fun index -> place |> List.find (fun (i, _) -> i = index) |> snd)
            (Inputs.expand derivation.Inputs e)

    let vector symbol =
        [ for p in 0 .. n - 1 -> name symbol [ p ] ]

    let r = vector "r"
    let s = vector "s"

    let learned =
        [ for p in model.Learned do
              for at in places p.Site -> name p.Name at ]

    let inverse =
        [ for p in 0 .. n - 1 do
              for q in 0 .. n - 1 -> name "Hinv" [ p; q ] ]

    let variables = r @ s @ learned
    let energy = flat [] derivation.Energy
    let force = Differentiate.grad r energy
    let hessian = Differentiate.jacobian r force |> List.concat
    let fast = Scalar.compile variables (energy :: force @ hessian)

    let each (p: Learned) formula =
        [ for at in places p.Site -> flat (List.zip p.Site at) formula ]

    let slow (formula: DerivedRule -> Indexed) =
        Scalar.compile
            (variables @ inverse)
            [ for rule in derivation.Rules do
                  yield! each rule.Parameter (formula rule) ]

    let online = slow _.Online

    // Where the target term is closed it is a formula of the parameters; where it is not, the online term is averaged over samples of the target.
    let fixedPart =
        slow (fun rule ->
            match rule.TargetTerm with
            | Closed mean -> mean + rule.Cost
            | Absent
            | Averaged _ -> rule.Cost)

    let costGradient = slow _.Cost

    let isAveraged =
        [| for rule in derivation.Rules do
               for _ in places rule.Parameter.Site -> rule.TargetTerm.IsAveraged |]

    let objective =
        Scalar.compile
            variables
            [ energy
              (match model.Loss with
               | Some loss -> flat [] loss
               | None -> energy) ]

    let cost = Scalar.compile variables [ flat [] model.Cost ]

    /// What was derived.
    member _.Derivation = derivation
    /// N.
    member _.Primaries = n
    /// K.
    member _.Interneurons = k
    /// How many numbers learn.
    member _.Size = learned.Length
    member internal _.Variables = variables
    member internal _.Learned = learned
    member internal _.Energy = energy
    member internal _.Flat(e: Indexed) = flat [] e
    member internal _.Loss = model.Loss |> Option.map (flat [])
    member internal _.Cost = flat [] model.Cost
    member internal _.IsAveraged = isAveraged

    /// The numbers of the parameters one after the other.
    member _.Pack(values: Values) : float array =
        [| for p in model.Learned do
               match values.TryFind p.Name with
               | Some given when given.Length = count p.Site -> yield! given
               | Some given ->
                   invalidArg (nameof values) $"{p.Name} has {given.Length} numbers; for N = {n} and K = {k} it has {count p.Site}"
               | None -> invalidArg (nameof values) $"there is no value for {p.Name}" |]

    /// The inverse of Pack.
    member _.Unpack(packed: float array) : Values =
        let mutable start = 0

        Map.ofList
            [ for p in model.Learned do
                  let length = count p.Site
                  p.Name, Array.sub packed start length
                  start <- start + length ]

    member private _.At(r: float array, s: float array, p: float array) = Array.concat [ r; s; p ]

    member private this.Derivatives(r: float array, s: float array, p: float array) =
        let out = Array.zeroCreate (1 + n + n * n)
        fast.Invoke(this.At(r, s, p), out)
        out[0], Vector<float>.Build.Dense out[1..n], Matrix<float>.Build.Dense(n, n, fun i j -> out[1 + n + i * n + j])

    /// The response to a stimulus: the minimum of E over r from a first guess, by damped Newton; None where it does not reach |dE/dr| <= 1e-10 with
    /// a positive definite Hessian.
    member this.Respond(packed: float array, s: float array, guess: float array) : float array option =
        let rec go (r: float array) (e: float, g: Vector<float>, h: Matrix<float>) left =
            let residual = g.InfinityNorm()

            if not (System.Double.IsFinite residual) then
                None
            elif residual <= 1e-12 || (left = 0 && residual <= 1e-10) then
                Some r
            elif left = 0 then
                None
            else
                // Where the Hessian is not positive definite it is lifted until it is.
                let rec direction lift =
                    let lifted =
                        if lift = 0.0 then
                            h
                        else
                            h + lift * Matrix<float>.Build.DenseIdentity n

                    match
                        (try
                            Some(lifted.Cholesky())
                         with :? System.ArgumentException ->
                             None)
                    with
                    | Some factor -> Some(factor.Solve(-g))
                    | None when lift > 1e6 -> None
                    | None -> direction (System.Math.Max(2.0 * lift, 1e-6 * (1.0 + h.InfinityNorm())))

                match direction 0.0 with
                | None -> None
                | Some step ->
                    let slope = step * g

                    let rec search t =
                        let next = Array.mapi (fun a x -> x + t * step[a]) r
                        let value, gradient, curvature = this.Derivatives(next, s, packed)
                        // Near the minimum E no longer tells; there the residual does.
                        let better =
                            value <= e + 1e-4 * t * slope
                            || gradient.InfinityNorm() < residual && value <= e + 1e-12 * (1.0 + abs e)

                        if better then Some(next, (value, gradient, curvature))
                        elif t < 1e-10 then None
                        else search (0.5 * t)

                    match search 1.0 with
                    | Some(next, state) -> go next state (left - 1)
                    | None when residual <= 1e-10 -> Some r
                    | None -> None

        go guess (this.Derivatives(guess, s, packed)) 200

    /// The inverse Hessian of E at a response.
    member internal this.InverseHessian(packed, s, r) =
        let _, _, h = this.Derivatives(r, s, packed)
        h.Inverse()

    /// What a response to a stimulus contributes to the step of each number.
    member this.Online(packed: float array, s: float array, r: float array) : float array =
        let out = Array.zeroCreate learned.Length

        let inverse =
            match model.Loss with
            | Some _ -> (this.InverseHessian(packed, s, r)).Transpose().ToColumnMajorArray()
            | None -> Array.zeroCreate (n * n)

        online.Invoke(Array.append (this.At(r, s, packed)) inverse, out)
        out

    /// The derivative of the slow cost by each number.
    member this.CostGradient(packed: float array) : float array = this.OfParameters(costGradient, packed)

    /// What is subtracted from each step: the closed target terms and the cost's.
    member this.Fixed(packed: float array) : float array = this.OfParameters(fixedPart, packed)

    member private this.OfParameters(formulas: System.Action<float array, float array>, packed) =
        let out = Array.zeroCreate learned.Length
        let zeros = Array.zeroCreate n
        formulas.Invoke(Array.append (this.At(zeros, zeros, packed)) (Array.zeroCreate (n * n)), out)
        out

    /// The energy of a response and the loss.
    member this.Values(packed: float array, s: float array, r: float array) : struct (float * float) =
        let out = Array.zeroCreate 2
        objective.Invoke(this.At(r, s, packed), out)
        struct (out[0], out[1])

    /// The slow cost of the parameters.
    member this.CostOf(packed: float array) : float =
        let out = Array.zeroCreate 1
        let zeros = Array.zeroCreate n
        cost.Invoke(this.At(zeros, zeros, packed), out)
        out[0]

/// Models as numbers.
[<RequireQualifiedAccess>]
module Instance =
    /// Compiles a derivation for N primary neurons and K interneurons. Refuses sizes below 1.
    let create (derivation: Derivation) (n: int) (k: int) : Instance =
        if n < 1 || k < 1 then
            invalidArg (nameof n) $"N = {n} and K = {k}: both are at least 1"

        Instance(derivation, n, k)
