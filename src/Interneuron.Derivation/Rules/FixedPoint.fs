namespace Interneuron.Derivation.Rules

open Interneuron.Core.Symbolic
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// Formulas of responses at the fixed point, where the force on every free variable vanishes: a sum that it has may be written as minus
/// its other terms.
[<RequireQualifiedAccess>]
module internal FixedPoint =
    /// A sum of the forces, and what it equals at the fixed point, both at an index of their own.
    type Equation =
        { Index: Index
          Sum: Indexed
          Rest: Indexed }

    /// A formula over factors that are not 0: those that a term has are taken away, of others 1 over them stays.
    let private over (factors: Indexed list) (e: Indexed) : Indexed =
        let divided (term: Indexed) (by: Indexed) =
            let all = Indexed.factors term

            match List.tryFindIndex ((=) by) all with
            | Some at -> Times(List.removeAt at all)
            | None ->
                match tryInverse by with
                | Some inverse -> inverse * term
                | None -> term * Indexed.formula (1.0 / Expr.var "x") [ "x", by ]

        Plus [ for term in Indexed.addends e -> List.fold divided term factors ]

    /// The equations of a model: one for every term of a force that is a number and what is private to the neuron times a sum. What bounds
    /// may hold has none, since inequalities are no equations.
    let equations (model: Model) : Equation list =
        [ for v in model.Variables do
              if v.Domain = Domain.Whole then
                  let force =
                      TargetAverage.constrained model (Indexed.diff v.Name [ v.Index ] model.Energy)

                  let terms = Indexed.addends force

                  for term in terms do
                      let sums, others =
                          Indexed.factors term
                          |> List.partition (function
                              | Total _ -> true
                              | _ -> false)

                      let isPrivate (factor: Indexed) =
                          match factor with
                          | Number _ -> true
                          | Symbol(name, at) -> at.Length < 2 && not (List.contains name model.Activities)
                          | _ -> false

                      match sums with
                      | [ sum ] when Set.toList sum.Free = [ v.Index ] && List.forall isPrivate others ->
                          { Index = v.Index
                            Sum = sum
                            Rest = over others (term - force) }
                      | _ -> () ]

    /// The equation that a sum is of, with the index that it has there.
    let private isOf (equation: Equation) (part: Indexed) : Index option =
        match Set.toList part.Free with
        | [ x ] when
            x.Over = equation.Index.Over
            && part = Indexed.rename equation.Index x equation.Sum
            ->
            Some x
        | _ -> None

    let private restAt (equation: Equation) (x: Index) =
        Indexed.rename equation.Index x equation.Rest

    /// Two sums inside each other that the form has the other way round: sum_b x_b sum_l W_la W_lb is of sum_b W_lb x_b.
    let private turned (equation: Equation) (b: Index) (body: Indexed) : Indexed option =
        let outer = Indexed.factors body

        outer
        |> List.tryPick (fun part ->
            match part with
            | Total(l, inside) when l.Over = equation.Index.Over ->
                let all = List.except [ part ] outer @ Indexed.factors inside
                let own, others = all |> List.partition (fun factor -> factor.Free.Contains b)

                if
                    own
                    |> List.forall (fun factor -> Set.isSubset factor.Free (Set.ofList [ b; l ]))
                then
                    Total(b, Times own)
                    |> isOf equation
                    |> Option.filter ((=) l)
                    |> Option.map (fun l -> Total(l, Times others * restAt equation l))
                else
                    None
            | _ -> None)

    /// A formula with the sum of an equation written as what it equals, wherever it stands; z and n by their names.
    let apply (model: Model) (inputs: InterneuronInput list) (equation: Equation) (e: Indexed) : Indexed =
        Inputs.expand inputs e
        |> Indexed.replace (fun part ->
            match part with
            | Total(b, body) ->
                match isOf equation part with
                | Some x -> Some(restAt equation x)
                | None -> turned equation b body
            | _ -> None)
        |> Inputs.named model inputs
        |> TargetAverage.constrained model

    /// A formula written at the fixed point, where that has fewer sums.
    let shortest (model: Model) (inputs: InterneuronInput list) (e: Indexed) : Indexed =
        let sums =
            Indexed.collect (function
                | Total _ -> [ () ]
                | _ -> [])
            >> List.length

        e :: [ for equation in equations model -> apply model inputs equation e ]
        |> List.minBy sums

    // Each takes another sum away.
    let private most = 3

    // Parts of a rule times equations that are tried: a fraction of a second.
    let private work = 2_000

    /// The best verdict on the parts of a rule that writing them at the fixed point leads to, with the parts so written.
    let simplest (model: Model) (inputs: InterneuronInput list) (verdict: Indexed list -> Locality) (parts: Indexed list) =
        let rec improve left (best: Locality, parts: Indexed list) known =
            if left = 0 || best = Local then
                best, parts
            else
                let better =
                    known
                    |> List.map (fun equation ->
                        let written = parts |> List.map (apply model inputs equation)
                        verdict written, written)
                    |> List.filter (fun (other, _) -> Locality.isBetter other best)

                match better with
                | [] -> best, parts
                | first :: others ->
                    let next =
                        (first, others)
                        ||> List.fold (fun best next ->
                            if Locality.isBetter (fst next) (fst best) then
                                next
                            else
                                best)

                    improve (left - 1) next known

        match verdict parts with
        | Local -> Local, parts
        | best ->
            let size = parts |> List.sumBy (Indexed.collect List.singleton >> List.length)
            improve most (best, parts) (List.truncate (work / (1 + size)) (equations model))
