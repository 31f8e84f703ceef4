namespace Interneuron.Derivation.Running

open System
open System.Collections.Generic
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// How an average over the target is taken.
type AverageBy =
    /// By quadrature along the one direction that matters, split where the formula has kinks.
    | Line
    /// By quadrature over the plane of two directions, both split.
    | Plane
    /// By all samples of the target, or so many points of it, other ones each time.
    | Points of count: int

/// Averages over the target of formulas of the responses and parameters, taken numerically: the reference for formulas of such averages,
/// and what stands in for them where there are none. Terms of the same directions are averaged together.
[<Sealed>]
type TargetMean(target: Target, responses: string list, parameters: string list, formulas: Expr list) =
    let n = responses.Length
    let forms = LinearForms responses

    // Of a symmetric target, what is linear has the mean 0.
    let least = if Target.isSymmetric target then 2 else 1
    let groups = TermGroups.ofFormulas least forms formulas
    let formsOf = TermGroups.formsOf forms
    let names = forms.Names
    let place = names |> List.mapi (fun k name -> name, k) |> Map.ofList
    let count = names.Length
    let variables = parameters @ names
    let offset = parameters.Length

    let coefficients =
        Scalar.compile parameters (Differentiate.jacobian responses forms.Forms |> List.concat)

    /// Where a group of formulas breaks: as (form, value) where a condition is of one form, else as (coefficients of all forms, value).
    let breaking (outputs: (int * Expr) list) =
        let places = Kinks.find forms.IsForm (List.map snd outputs)

        [ for u in places do
              let slopes = Differentiate.grad names u

              if slopes |> List.forall (formsOf >> Set.isEmpty) then
                  let atZero =
                      u
                      |> Expr.substitute (fun v -> if forms.IsForm v then Some(Expr.constant 0.0) else None)

                  Choice1Of2(Scalar.compile parameters (atZero :: slopes))
              else
                  match Set.toList (formsOf u) with
                  | [ single ] -> Choice2Of2(place[single], Scalar.compile variables [ u ])
                  | _ -> () ]

    let compiled =
        [ for group in groups ->
              let at = Set.toList >> List.map (fun name -> place[name])
              let used = group.Outputs |> List.map (snd >> formsOf) |> Set.unionMany
              let isUsed = [| for name in names -> used.Contains name |]

              at group.Functions,
              at group.Polynomials,
              group.Degree,
              isUsed,
              [| for k, _ in group.Outputs -> k |],
              Scalar.compile variables (List.map snd group.Outputs),
              breaking group.Outputs,
              // What is exact for the polynomials of the group.
              lazy (Quadrature.polynomial target (group.Degree / 2 + 1)) ]

    let line = lazy (Quadrature.between target 80)
    let unbroken = lazy (line.Value [])
    let coarse = lazy (Quadrature.between target 48)

    let points seed : (float array * float) seq =
        match target with
        | OfSamples samples when samples.Count <= TargetMean.PointCount ->
            seq { for i in 0 .. samples.Count - 1 -> [| for a in 0 .. n - 1 -> samples[i, a] |], 1.0 / float samples.Count }
        | _ ->
            Initial.sampleTarget target n TargetMean.PointCount seed
            |> Array.chunkBySize n
            |> Seq.map (fun r -> r, 1.0 / float TargetMean.PointCount)

    /// How many points an average is taken over where quadrature does not reach, and up to how many samples of a target are all taken.
    static member PointCount = 2000

    /// The averages of the formulas at parameters, and how they were taken. Points are drawn by the seed, where there are any.
    member _.Evaluate(packed: float array, seed: int) : float array * AverageBy =
        let rows =
            let out = Array.zeroCreate (count * n)
            coefficients.Invoke(packed, out)
            Array.chunkBySize n out

        let means = Array.zeroCreate formulas.Length
        let inputs = Array.append packed (Array.zeroCreate count)
        let mutable worst = Line

        let noting by =
            match worst, by with
            | Points _, _
            | Plane, Line -> ()
            | _ -> worst <- by

        for functions, polynomials, degree, isUsed, outputs, program, breaking, gauss in compiled do
            let values = Array.zeroCreate outputs.Length

            /// Adds what the formulas are at a point, given the forms there.
            let add weight =
                program.Invoke(inputs, values)

                for m in 0 .. outputs.Length - 1 do
                    means[outputs[m]] <- means[outputs[m]] + weight * values[m]

            let atPoint (r: float array) weight =
                for k in 0 .. count - 1 do
                    inputs[offset + k] <- Directions.dot rows[k] r

                add weight

            let byPoints () =
                noting (Points TargetMean.PointCount)

                for r, weight in points seed do
                    atPoint r weight

            match target with
            | OfSamples _ -> byPoints ()
            | _ ->
                let directions = Directions.spanning target n [ for k in functions -> rows[k] ] []

                let others =
                    if degree >= least then
                        Directions.spanning target n [ for k in polynomials -> rows[k] ] directions
                    else
                        []

                let order = degree / 2 + 1

                if directions.Length > 2 || float order ** float others.Length > 4096.0 then
                    byPoints ()
                else
                    let small = if others.IsEmpty then [||] else gauss.Value

                    // Every form along every direction.
                    let all = directions @ others |> Array.ofList
                    let along = [| for row in rows -> [| for d in all -> Directions.dot row d |] |]

                    let used =
                        [| for k in 0 .. count - 1 do
                               if isUsed[k] then
                                   k |]

                    let x = Array.zeroCreate all.Length

                    let rec over dimension weight =
                        if dimension = all.Length then
                            for k in used do
                                inputs[offset + k] <- Directions.dot along[k] x

                            add weight
                        else
                            for node, w in small do
                                x[dimension] <- node
                                over (dimension + 1) (weight * w)

                    /// Breaks as lines: coefficients along the directions, and a value.
                    let lines =
                        [ for condition in breaking do
                              match condition with
                              | Choice1Of2 affine ->
                                  let u = Array.zeroCreate (1 + count)
                                  affine.Invoke(packed, u)

                                  [| for d in 0 .. directions.Length - 1 ->
                                         Seq.sum (seq { for k in 0 .. count - 1 -> u[1 + k] * along[k][d] }) |],
                                  -u[0]
                              | Choice2Of2(k, condition) ->
                                  let out = Array.zeroCreate 1

                                  let f v =
                                      inputs[offset + k] <- v
                                      condition.Invoke(inputs, out)
                                      out[0]

                                  for value in Directions.zeros f (Directions.length rows[k] * Quadrature.reach target) [] do
                                      along[k][.. directions.Length - 1], value ]

                    match directions.Length with
                    | 0 -> over 0 1.0
                    | 1 ->
                        let breaks =
                            [ for a, t in lines do
                                  if a[0] <> 0.0 then
                                      t / a[0] ]

                        for node, w in (if breaks.IsEmpty then unbroken.Value else line.Value breaks) do
                            x[0] <- node
                            over 1 w
                    | _ ->
                        noting Plane

                        let lines =
                            [ for a, t in lines do
                                  let size = Directions.length a

                                  if size > 0.0 then
                                      a[0] / size, a[1] / size, t / size ]
                            |> List.distinct

                        let last = Quadrature.reach target

                        // The density of the second coordinate breaks at 0 and at its ends, as lines do.
                        let crossed = (0.0, 1.0, 0.0) :: (0.0, 1.0, last) :: (0.0, 1.0, -last) :: lines

                        let outer =
                            [ for i, (a, b, t) in List.indexed crossed do
                                  for c, d, u in List.skip (i + 1) crossed do
                                      let determinant = a * d - b * c

                                      if Math.Abs determinant > 1e-9 then
                                          (t * d - u * b) / determinant ]

                        for first, w in coarse.Value outer do
                            if w > 1e-20 then
                                x[0] <- first

                                let inner =
                                    [ for a, b, t in lines do
                                          if Math.Abs b > 1e-9 then
                                              (t - a * first) / b ]

                                for second, v in coarse.Value inner do
                                    if w * v > 1e-18 then
                                        x[1] <- second
                                        over 2 (w * v)

        means, worst
