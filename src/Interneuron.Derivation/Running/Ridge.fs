namespace Interneuron.Derivation.Running

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules

/// An energy sum_i g_i F(theta_i, w_i . r) + lambda |r|^2/2 - s . r, taken apart: what the circuit of theory section 1 is made of.
type Ridge =
    {
        /// F, of the parameters that each interneuron has besides its gain.
        Potential: Potential
        /// The parameter that is its factor, if there is one.
        Gain: Learned option
        /// The synapses W.
        Synapses: Learned
        /// lambda.
        Leak: float
        /// The terms of the energy that F is the sum of, each with its part of F.
        Terms: (Indexed * Expr) list
    }

/// Recognises energies that the fast engine knows.
[<RequireQualifiedAccess>]
module Ridge =
    /// A formula of z, of parameters of one interneuron and of constants, as a formula of z and the parameters' names; None if there is
    /// anything else in it.
    let internal scalar (model: Model) (input: InterneuronInput) (e: Indexed) : Expr option =
        e
        |> Indexed.scalar (fun name indices ->
            match indices with
            | [ _ ] when name = input.Name -> Some Potential.z
            | [] -> model.Constants.TryFind name |> Option.map Expr.constant
            | [ single ] when
                single.Over = input.Index.Over
                && model.Learned |> List.exists (fun p -> p.Name = name)
                ->
                Some(Expr.var name)
            | _ -> None)

    let private parameter (p: Learned) =
        let lower, upper = p.Interval

        let initial =
            match p.Start with
            | Among(first, last) -> System.Math.Clamp(first, lower, upper), System.Math.Clamp(last, lower, upper)
            | All x -> System.Math.Clamp(x, lower, upper), System.Math.Clamp(x, lower, upper)
            | AtRandom
            | Identity
            | Table _ -> Parameter.usualStart lower upper

        Parameter.define p.Name lower upper initial

    type private Piece =
        | Stimulus
        | LeakOf of float
        | Of of Indexed list
        | Other

    /// The parts of a ridge energy; None for any other.
    let tryOf (derivation: Derivation) : Ridge option =
        let model = derivation.Model

        match derivation.Inputs, model.Inputs, model.Variables with
        | [ input ],
          [ { Previous = None } as s ],
          [ { Domain = Domain.Whole
              Settling = Minimises } as r ] ->
            let responding b = Symbol(r.Name, [ b ])

            let synapses =
                match input.Form with
                | Total(b, Times [ Symbol(w, [ x; _ ]); y ])
                | Total(b, Times [ y; Symbol(w, [ x; _ ]) ]) when x = b && y = responding b ->
                    model.Learned |> List.tryFind (fun p -> p.Name = w)
                | _ -> None

            let number e =
                scalar model input e
                |> Option.bind (fun e ->
                    match e.Node with
                    | Constant c -> Some c
                    | _ -> None)

            let piece term =
                match
                    Indexed.factors term
                    |> List.partition (function
                        | Total _ -> true
                        | _ -> false)
                with
                | [ Total(b, Times parts) ], [ Number -1.0 ] when parts = Indexed.factors (responding b * Symbol(s.Name, [ b ])) -> Stimulus
                | [ Total(b, Times [ x; y ]) ], constants when x = responding b && y = x ->
                    match number (Times constants) with
                    | Some half -> LeakOf(2.0 * half)
                    | None -> Other
                | [ Total(j, body) ], constants when j.Over = input.Index.Over -> Of(constants @ Indexed.factors body)
                | _ -> Other

            let terms = Indexed.addends derivation.Energy
            let pieces = List.map piece terms

            let bodies =
                pieces
                |> List.choose (function
                    | Of factors -> Some factors
                    | _ -> None)

            // The gain is a factor of every term, and nowhere else.
            let gain =
                model.Learned
                |> List.tryFind (fun p ->
                    not bodies.IsEmpty
                    && bodies
                       |> List.forall (fun factors ->
                           let isIt =
                               function
                               | Symbol(name, _) -> name = p.Name
                               | _ -> false

                           List.length (List.filter isIt factors) = 1
                           && factors
                              |> List.filter (isIt >> not)
                              |> List.forall (fun f -> not ((Indexed.symbols f).Contains p.Name))))

            let withoutGain factors =
                factors
                |> List.filter (function
                    | Symbol(name, _) -> Some name <> (gain |> Option.map _.Name)
                    | _ -> true)

            let formulas = bodies |> List.map (withoutGain >> Times >> scalar model input)

            let leak =
                pieces
                |> List.sumBy (function
                    | LeakOf c -> c
                    | _ -> 0.0)

            match synapses with
            | Some w when
                List.contains Stimulus pieces
                && not (List.contains Other pieces)
                && not formulas.IsEmpty
                && List.forall Option.isSome formulas
                ->
                let formula = Expr.sum (List.choose id formulas)

                let own =
                    model.Learned
                    |> List.filter (fun p -> List.contains p.Name (Expr.variables formula))

                Some
                    { Potential = Potential.ofFormula "F" (List.map parameter own) formula
                      Gain = gain
                      Synapses = w
                      Leak = leak
                      Terms =
                        List.zip
                            [ for term, piece in List.zip terms pieces do
                                  if piece.IsOf then
                                      term ]
                            (List.choose id formulas) }
            | _ -> None
        | _ -> None

    /// The parts of a circuit that the fast engine trains: a ridge energy with gains and a leak that are not negative, unit columns, no
    /// slow cost and no loss, and no start of its own but of the potential's parameters, each of them anywhere between two numbers.
    let trained (derivation: Derivation) : Ridge option =
        let model = derivation.Model

        let starts (ridge: Ridge) (p: Learned) =
            match p.Start with
            | AtRandom -> true
            | Among _
            | All _ -> ridge.Potential.Parameters |> List.exists (fun q -> q.Name = p.Name)
            | Identity
            | Table _ -> false

        match tryOf derivation with
        | Some ridge when
            (ridge.Gain |> Option.map _.Constraints) = Some [ NonNegative ]
            && ridge.Leak >= 0.0
            && ridge.Synapses.Constraints = [ UnitColumns ]
            && model.Cost = Number 0.0
            && model.Objective.IsTransport
            && model.Learned |> List.forall (fun p -> p.Role = Descends && starts ridge p)
            ->
            Some ridge
        | _ -> None
