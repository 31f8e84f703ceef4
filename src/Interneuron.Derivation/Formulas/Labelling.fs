namespace Interneuron.Derivation.Formulas

open Interneuron.Core.Symbolic
open Interneuron.Core.Transport

/// What the ordering of bound indices needs to know of the factors that they are in.
type internal Labelled<'Factor, 'Image, 'Whole> =
    {
        /// The indices of a factor that are not summed over in it.
        Free: 'Factor -> Set<Slot>
        /// A factor with other indices in place of its own, as something to compare.
        Image: (Slot -> Slot) -> 'Factor -> 'Image
        /// The order of images.
        Compare: 'Image -> 'Image -> int
        /// The sum over an index, called by its new name, of factors and of the sums inside it.
        Bind: (Slot -> Slot) -> Slot -> 'Factor list -> 'Whole list -> 'Whole
        /// The order of sums.
        Order: 'Whole -> 'Whole -> int
        /// The n-th new name of an index.
        Named: int -> Slot -> Slot
        /// Called when too many orders are left to compare.
        TooMany: unit -> unit
    }

/// A product under several sums as nested sums, in an order that depends on the product alone: of indices that the factors tell apart by
/// colours (Weisfeiler and Leman 1968) the most connected one comes first, and where they are alike, each is tried and the least result
/// kept (McKay 1981).
[<RequireQualifiedAccess>]
module internal Labelling =
    // The most factors that are looked at.
    let private budget = 300_000

    /// The factors that each index is in.
    let private touching (within: 'Factor -> Slot list) (factors: 'Factor list) : Map<Slot, 'Factor list> =
        (Map.empty, List.rev factors)
        ||> List.fold (fun found factor ->
            (found, within factor)
            ||> List.fold (fun found index -> Map.add index (factor :: (Map.tryFind index found |> Option.defaultValue [])) found))

    /// The groups of indices that share factors, each with them.
    let private components (within: 'Factor -> Slot list) (bound: Slot list) (factors: 'Factor list) =
        let touched = touching within factors

        let rec grow (group: Set<Slot>) (pending: Slot list) =
            match pending with
            | [] -> group
            | index :: others ->
                let next =
                    touched.TryFind index
                    |> Option.defaultValue []
                    |> List.collect within
                    |> List.distinct
                    |> List.filter (fun other -> not (group.Contains other))

                grow (Set.union group (Set.ofList next)) (next @ others)

        let rec split (left: Slot list) =
            match left with
            | [] -> []
            | first :: _ ->
                let group = grow (Set.singleton first) [ first ]
                group :: split (left |> List.filter (fun index -> not (group.Contains index)))

        [ for group in split bound -> Set.toList group, factors |> List.filter (within >> List.exists group.Contains) ]

    /// Consecutive numbers for the classes of what is sorted by `order`.
    let private ranks (order: 'K -> 'K -> int) (keyed: (Slot * 'K) list) : Map<Slot, int> =
        let sorted = keyed |> List.sortWith (fun (_, a) (_, b) -> order a b)

        ((Map.empty, -1, None), sorted)
        ||> List.fold (fun (found, rank, last) (index, key) ->
            let rank =
                match last with
                | Some other when order other key = 0 -> rank
                | _ -> rank + 1

            Map.add index rank found, rank, Some key)
        |> fun (found, _, _) -> found

    let private countOf (colours: Map<Slot, int>) =
        colours.Values |> Seq.distinct |> Seq.length

    /// The nested sums of factors over bound indices that hang together.
    let nest (known: Labelled<'Factor, 'Image, 'Whole>) (bound: Slot list) (factors: 'Factor list) : 'Whole =
        let mutable looked = 0

        let within (bound: Set<Slot>) factor =
            known.Free factor |> Set.filter bound.Contains |> Set.toList

        // `named` gives the indices outside of those that are left their new names; `depth` of them have one.
        let rec go (named: Map<Slot, Slot>) (depth: int) (bound: Slot list) (factors: 'Factor list) : 'Whole =
            let within = within (Set.ofList bound)

            let outermost =
                match bound with
                | [ single ] -> [ single ]
                | _ -> candidates named depth bound factors

            outermost
            |> List.map (fun index ->
                let named = named.Add(index, known.Named depth index)
                let left = bound |> List.filter ((<>) index)
                let direct, others = factors |> List.partition (within >> List.forall ((=) index))

                let inside =
                    components (within >> List.filter ((<>) index)) left others
                    |> List.map (fun (group, theirs) -> go named (depth + 1) group theirs)

                let rename other =
                    named.TryFind other |> Option.defaultValue other

                known.Bind rename index direct inside)
            |> List.reduce (fun a b -> if known.Order a b <= 0 then a else b)

        /// The indices that may come first: alike in all that tells them apart, and one of those that may be swapped.
        and candidates named depth bound factors =
            let within = within (Set.ofList bound)
            let touched = touching within factors
            let theirs index = touched[index]

            let image (colour: Slot -> int option) factor =
                looked <- looked + 1

                if looked > budget then
                    known.TooMany()

                let rename index =
                    match colour index with
                    | Some c -> known.Named (depth + c) index
                    | None -> named.TryFind index |> Option.defaultValue index

                known.Image rename factor

            let first =
                [ for index in bound ->
                      let neighbours = theirs index |> List.collect within |> List.distinct |> List.length
                      index, (-neighbours, index.Over, -(theirs index).Length) ]
                |> ranks compare

            // The most connected ones, of which the fewest that are alike come first.
            let cell (colours: Map<Slot, int>) =
                bound
                |> List.filter (fun index -> first[index] = 0)
                |> List.groupBy (fun index -> colours[index])
                |> List.minBy (fun (colour, alike) -> alike.Length, colour)
                |> snd

            let rec refine (colours: Map<Slot, int>) =
                match cell colours with
                | [ _ ] as single -> single
                | alike ->
                    let finer =
                        [ for index in bound ->
                              // The index itself comes before all colours.
                              let colour other =
                                  if other = index then
                                      Some 0
                                  else
                                      colours.TryFind other |> Option.map ((+) 1)

                              let images = theirs index |> List.map (image colour) |> List.sortWith known.Compare
                              index, (colours[index], images) ]
                        |> ranks (fun (c, images) (d, others) ->
                            match compare c d with
                            | 0 -> List.compareWith known.Compare images others
                            | order -> order)

                    if countOf finer = countOf colours then
                        alike
                    else
                        refine finer

            // Whether swapping two indices leaves the product as it is.
            let places = bound |> List.mapi (fun place index -> index, place) |> Map.ofList

            let isTwin x y =
                let swap index =
                    if index = x then y
                    elif index = y then x
                    else index

                let both =
                    factors
                    |> List.filter (within >> List.exists (fun index -> index = x || index = y))

                let whole order =
                    both
                    |> List.map (image (order >> places.TryFind))
                    |> List.sortWith known.Compare

                List.compareWith known.Compare (whole swap) (whole id) = 0

            ([], refine first)
            ||> List.fold (fun kept index ->
                if kept |> List.exists (isTwin index) then
                    kept
                else
                    kept @ [ index ])

        go Map.empty 0 bound factors
