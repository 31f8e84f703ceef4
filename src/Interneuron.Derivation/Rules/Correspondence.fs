namespace Interneuron.Derivation.Rules

open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models

/// What the quantities of one model are called in another.
type Correspondence =
    {
        /// Populations: theirs, and ours.
        Populations: (Population * Population) list
        /// Inputs, variables, parameters and constants: theirs, and ours.
        Names: (string * string) list
        /// Those of two indices whose rows are our columns.
        Turned: Set<string>
    }

    /// Those that are called otherwise: populations and quantities.
    member this.Renamed: (string * string) list =
        [ for theirs, ours in this.Populations do
              if theirs.Name <> ours.Name then
                  theirs.Name, ours.Name
          for theirs, ours in this.Names do
              if theirs <> ours || this.Turned.Contains theirs then
                  theirs, ours ]

/// Another model in the names of one: a renaming of populations, indices, variables, inputs, parameters and constants under which as much
/// of the two as can be is the same.
[<RequireQualifiedAccess>]
module Correspondence =
    // Renamings that are tried, before those are taken that keep most names.
    let private most = 500

    /// Letters of bound and free indices by population; the n-th of theirs is the n-th of ours, whatever they are called.
    let private letter (ours: Population) (theirs: Index) : Index =
        // Those apart from all letters stay so.
        if theirs.Name.StartsWith '#' then
            { theirs with Over = ours }
        else
            let place = Index.all theirs.Over |> Seq.findIndex ((=) theirs)
            Index.all ours |> Seq.item place

    /// A formula of theirs in our names.
    let rename (c: Correspondence) (e: Indexed) : Indexed =
        let populations = dict [ for theirs, ours in c.Populations -> theirs, ours ]
        let names = dict c.Names

        let index (i: Index) =
            match populations.TryGetValue i.Over with
            | true, ours -> letter ours i
            | _ -> i

        let name (n: string) =
            let of' (prefix: string) =
                if n.StartsWith(prefix, System.StringComparison.Ordinal) then
                    match names.TryGetValue(n.Substring prefix.Length) with
                    | true, ours -> Some(prefix + ours)
                    | _ -> None
                else
                    None

            match names.TryGetValue n with
            | true, ours -> ours
            | _ ->
                [ "previous "; "logdet "; "inverse " ]
                |> List.tryPick of'
                |> Option.defaultValue n

        let isTurned (n: string) =
            c.Turned.Contains n
            || n.StartsWith("inverse ", System.StringComparison.Ordinal)
               && c.Turned.Contains(n.Substring 8)

        let rec go (e: Indexed) : Indexed =
            match e.Layer with
            | Layer.Number _ -> e
            | Layer.Symbol(n, at) -> Symbol(name n, (if isTurned n then List.rev at else at) |> List.map index)
            | Layer.Delta(i, j) -> Delta(index i, index j)
            | Layer.Plus parts -> Plus(List.map go parts)
            | Layer.Times parts -> Times(List.map go parts)
            | Layer.Call(f, parts) -> Call(f, List.map go parts)
            | Layer.Total(i, body) -> Total(index i, go body)
            | Layer.Average inside -> Average(go inside)

        go e

    /// All ways of taking as many of the second as there are of the first, those that keep names first; those of the first that find none
    /// go without.
    let rec private assignments (fits: 'a -> 'b -> bool) (keeps: 'a -> 'b -> bool) (theirs: 'a list) (ours: 'b list) : ('a * 'b) list seq =
        match theirs with
        | [] -> Seq.singleton []
        | first :: others ->
            let possible =
                ours
                |> List.filter (fits first)
                |> List.sortBy (fun o -> if keeps first o then 0 else 1)

            seq {
                for o in possible do
                    for rest in assignments fits keeps others (List.filter (fun p -> not (obj.ReferenceEquals(p, o))) ours) do
                        (first, o) :: rest

                if possible.IsEmpty then
                    yield! assignments fits keeps others ours
            }

    /// How many terms two formulas share.
    let private shared (one: Indexed) (other: Indexed) : int =
        let theirs = System.Collections.Generic.HashSet(Indexed.addends other)
        Indexed.addends one |> List.filter theirs.Contains |> List.length

    /// The renaming of another model under which it shares most with one: terms of the energy, of the loss and of the cost, then names.
    let find (model: Model) (other: Model) : Correspondence =
        let quantities (m: Model) =
            let site (indices: Index list) = List.map _.Over indices

            {| Inputs = [ for x in m.Inputs -> x.Name, x.Index.Over, x.Previous.IsSome ]
               Variables = [ for v in m.Variables -> v.Name, v.Index.Over, v.Domain, v.Settling ]
               Learned = [ for p in m.Learned -> p.Name, site p.Site, p.Role.IsFollows ]
               Constants = [ for KeyValue(name, value) in m.Constants -> name, value ] |}

        let own, their = quantities model, quantities other

        // What a population is for.
        let kind (m: Model) (population: Population) =
            m.Inputs |> List.exists (fun x -> x.Index.Over = population), m.Variables |> List.exists (fun v -> v.Index.Over = population)

        let populations =
            assignments
                (fun theirs ours -> kind other theirs = kind model ours)
                (fun (theirs: Population) ours -> theirs.Name = ours.Name)
                other.Populations
                model.Populations

        let candidates =
            seq {
                for populations in populations do
                    let into = dict populations

                    let isOver (theirs: Population) ours =
                        match into.TryGetValue theirs with
                        | true, p -> p = ours
                        | _ -> false

                    let sameName (a: string) (b: string) = a = b

                    for inputs in
                        assignments
                            (fun (_, over, previous) (_, ours, before) -> isOver over ours && previous = before)
                            (fun (a, _, _) (b, _, _) -> sameName a b)
                            their.Inputs
                            own.Inputs do
                        for variables in
                            assignments
                                (fun (_, over, domain, settling) (_, ours, d, s) -> isOver over ours && domain = d && settling = s)
                                (fun (a, _, _, _) (b, _, _, _) -> sameName a b)
                                their.Variables
                                own.Variables do
                            for learned in
                                assignments
                                    (fun (_, site, follows) (_, ours, isAverage) ->
                                        follows = isAverage
                                        && List.length site = List.length ours
                                        && (List.forall2 isOver site ours
                                            || site.Length = 2 && List.forall2 isOver (List.rev site) ours))
                                    (fun (a, _, _) (b, _, _) -> sameName a b)
                                    their.Learned
                                    own.Learned do
                                for constants in
                                    assignments
                                        (fun (_, a: float) (_, b) -> a = b)
                                        (fun (a, _) (b, _) -> sameName a b)
                                        their.Constants
                                        own.Constants do
                                    { Populations = populations
                                      Names =
                                        [ for (theirs, _, _), (ours, _, _) in inputs -> theirs, ours
                                          for (theirs, _, _, _), (ours, _, _, _) in variables -> theirs, ours
                                          for (theirs, _, _), (ours, _, _) in learned -> theirs, ours
                                          for (theirs, _), (ours, _) in constants -> theirs, ours ]
                                      Turned =
                                        Set.ofList
                                            [ for (theirs, site, _), (_, ours, _) in learned do
                                                  if site.Length = 2 && not (List.forall2 isOver site ours) then
                                                      theirs ] }
            }

        let score (c: Correspondence) =
            let of' ours theirs = shared ours (rename c theirs)

            let objectives =
                match model.Loss, other.Loss with
                | Some ours, Some theirs -> of' ours theirs
                | _ -> 0

            of' model.Energy other.Energy + objectives + of' model.Cost other.Cost,
            c.Names |> List.filter (fun (a, b) -> a = b) |> List.length,
            c.Names.Length

        match List.ofSeq (Seq.truncate most candidates) with
        | [] ->
            { Populations = []
              Names = []
              Turned = Set.empty }
        | all -> List.maxBy score all
