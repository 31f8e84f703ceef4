namespace Interneuron.Derivation.Checks

open MathNet.Numerics.LinearAlgebra
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Running

/// A rule as it is printed, with inputs and outputs written out.
type internal PrintedRule =
    { Rule: DerivedRule
      Online: Indexed
      Closed: Indexed
      Cost: Indexed }

/// The steps that training makes, against rules read as they are printed: number by number, without any code that training runs.
[<RequireQualifiedAccess>]
module internal StepEvidence =
    /// The rules of a derivation.
    let rules (derivation: Derivation) : PrintedRule list =
        let expand = Inputs.expand derivation.Inputs

        [ for rule in derivation.Rules ->
              { Rule = rule
                Online = expand rule.Online
                Closed =
                  (match rule.TargetTerm with
                   | Closed mean -> expand mean
                   | Averaged _
                   | Absent -> Number 0.0)
                Cost = expand rule.Cost } ]

    /// A formula at definite places, read over numbers.
    let private read (instance: Instance) (packed: float array) (s: float array) (r: float array) (inverse: int -> int -> float) =
        let derivation = instance.Derivation
        let model = derivation.Model
        let size = Sizes.count instance.Sizes

        let numbers =
            readOnlyDict [ for p, first, _ in instance.Parts -> p.Name, (p.Site, first) ]

        /// Where the numbers of each activity begin.
        let starts (activities: (string * Index) list) =
            let counts = activities |> List.map (fun (_, index) -> size index.Over)

            readOnlyDict (List.zip (List.map fst activities) (List.scan (+) 0 counts |> List.take counts.Length))

        let ofVariables = starts [ for v in model.Variables -> v.Name, v.Index ]
        let ofInputs = starts [ for x in model.Inputs -> x.Name, x.Index ]

        let inverses =
            readOnlyDict
                [ for v in model.Variables do
                      for w in model.Variables -> Model.inverseHessian model v w, (ofVariables[v.Name], ofVariables[w.Name]) ]

        let value symbol (at: int list) =
            match symbol, at with
            | _, [ a ] when ofVariables.ContainsKey symbol -> r[ofVariables[symbol] + a]
            | _, [ a ] when ofInputs.ContainsKey symbol -> s[ofInputs[symbol] + a]
            | _, _ when Indexed.isOfWhole symbol ->
                let w = symbol.Substring(symbol.IndexOf ' ' + 1)
                let site, first = numbers[w]
                let columns = size site[1].Over

                let matrix =
                    Matrix<float>.Build.Dense(size site[0].Over, columns, fun i j -> packed[first + i * columns + j])

                match at with
                | [ k; a ] -> matrix.Inverse()[a, k]
                | _ -> log (abs (matrix.Determinant()))
            | _, [ a; b ] when inverses.ContainsKey symbol -> let v, w = inverses[symbol] in inverse (v + a) (w + b)
            | _ ->
                match model.Constants.TryFind symbol with
                | Some c -> c
                | None ->
                    let site, first = numbers[symbol]

                    packed[first
                           + ((0, at, site)
                              |||> List.fold2 (fun place index over -> place * size over.Over + index))]

        fun (place: (Index * int) list) (e: Indexed) ->
            Indexed.interpret Floats.operations size value (fun index -> place |> List.find (fun (i, _) -> i = index) |> snd) e

    let private sites (instance: Instance) (site: Index list) =
        (site, [ [] ])
        ||> List.foldBack (fun (index: Index) tails ->
            [ for p in 0 .. Sizes.count instance.Sizes index.Over - 1 do
                  for tail in tails -> (index, p) :: tail ])

    /// The online terms of each parameter as printed.
    let private online (instance: Instance) packed (s, r) : PrintedRule -> float array =
        let inverse =
            let h = lazy (instance.InverseHessian(packed, s, r))
            fun a b -> h.Value[a, b]

        let at = read instance packed s r inverse
        fun rule -> [| for place in sites instance rule.Rule.Parameter.Site -> at place rule.Online |]

    /// The steps of a running average: what it follows at a response, as the model states it, less its own numbers.
    let following (instance: Instance) packed (s, r) (p: Learned) (e: Indexed) : float array =
        let at = read instance packed s r (fun _ _ -> 0.0)
        let step = e - Indexed.symbol p.Name p.Site
        [| for place in sites instance p.Site -> at place step |]

    /// What is subtracted from them, as printed; averages without a formula are given.
    let private subtracted (instance: Instance) (averages: float array) packed : PrintedRule -> float array =
        let still =
            read instance packed (Array.zeroCreate instance.Stimuli) (Array.zeroCreate instance.Responses) (fun _ _ -> 0.0)

        fun rule ->
            let p = rule.Rule.Parameter
            let _, first, _ = instance.Parts |> List.find (fun (q, _, _) -> q.Name = p.Name)

            let fixed' place =
                still place rule.Cost + still place rule.Closed

            [| for m, place in List.indexed (sites instance p.Site) -> fixed' place + averages[first + m] |]

    /// The largest difference of each parameter's step as `Simulation.step` makes it from the printed one, relative to the terms of the
    /// step.
    let simulation
        (instance: Instance)
        (rules: PrintedRule list)
        (packed: float array)
        (s: float array, r: float array)
        (seed: int)
        : Map<string, float> =
        let after = Simulation.step instance seed packed [| s, r |]
        let averages = instance.Averages(packed, seed)
        let onlineOf = online instance packed (s, r)

        // As printed: in the order of the parameters, what is subtracted sees what has moved before it.
        let moved = Array.copy packed

        Map.ofList
            [ for rule in rules do
                  let p = rule.Rule.Parameter

                  let _, first, length =
                      instance.Parts |> List.find (fun (q, _, _) -> q.Name = p.Name)

                  let numbers = [ first .. first + length - 1 ]
                  let online, subtracted = onlineOf rule, subtracted instance averages moved rule

                  let held = Array.copy moved

                  if p.Rate > 0.0 then
                      for m in numbers do
                          held[m] <- held[m] + p.Rate * (online[m - first] - subtracted[m - first])

                      Simulation.hold instance p held first length

                  let terms = Seq.append online subtracted |> Seq.map abs |> Seq.max

                  let size = p.Rate * terms + (numbers |> List.map (fun m -> abs held[m]) |> List.max)

                  let error = numbers |> List.map (fun m -> abs (held[m] - after[m])) |> List.max

                  for m in numbers do
                      moved[m] <- after[m]

                  p.Name, error / max size 1e-300 ]

    let private dot (x: float array) (y: float array) =
        Array.fold2 (fun total a b -> total + a * b) 0.0 x y

    /// How far the fast engine's steps from two stimuli are from one positive factor times the printed rules, which does not depend on the
    /// stimuli, relative to the terms: gains step in their logarithm, synapses across their column. Empty for models that the engine does
    /// not train, which have no ridge.
    let engine
        (ridge: Ridge option)
        (instance: Instance)
        (rules: PrintedRule list)
        (packed: float array)
        (stimuli: (float array * float array) list)
        (seed: int)
        : Map<string, float> =
        let derivation = instance.Derivation

        match ridge, stimuli with
        | Some ridge, first :: second :: _ ->
            let n, k =
                instance.Responses, Sizes.count instance.Sizes ridge.Synapses.Site[1].Over

            let values = instance.Unpack packed
            let synapses = values[ridge.Synapses.Name]
            let gain = Option.get ridge.Gain
            let isSpherical = Target.isSpherical derivation.Model.Target

            let column (w: float array) i =
                [| for a in 0 .. n - 1 -> w[a * k + i] |]

            // The engine takes no circuit in which some stimulus has no response, though these have one.
            let circuit =
                try
                    Circuit.create
                        ridge.Potential
                        derivation.Model.Target
                        ridge.Leak
                        values[gain.Name]
                        [| for i in 0 .. k - 1 -> [| for p in ridge.Potential.Parameters -> values[p.Name][i] |] |]
                        [| for i in 0 .. k - 1 -> column synapses i |]
                    |> Ok
                with :? Refusal ->
                    Error()

            let settings =
                { Learner.defaultsFor ridge.Potential with
                    Steps = 1000
                    Learns =
                        { Gains = 1.0
                          Parameters = 1.0
                          Synapses = 1.0 } }

            match
                circuit
                |> Result.map (fun circuit -> circuit, Learner.steps settings circuit [ fst first; fst second ])
            with
            | Ok(circuit, [ Ok one; Ok two ]) ->
                let online1, online2 = online instance packed first, online instance packed second
                let subtracted = subtracted instance (instance.Averages(packed, seed)) packed

                // Two steps are one positive factor times two directions.
                let mismatch (a: float) (da: float) (b: float) (db: float) (ta: float) (tb: float) =
                    let scale = abs a * tb + abs b * ta

                    if scale = 0.0 then
                        0.0
                    elif a * da < -1e-6 * abs a * ta || b * db < -1e-6 * abs b * tb then
                        1.0
                    else
                        abs (a * db - b * da) / scale

                Map.ofList
                    [ for rule in rules do
                          let p = rule.Rule.Parameter
                          let terms = Array.map2 (fun (a: float) b -> abs a + abs b)
                          let o1, o2, fixed' = online1 rule, online2 rule, subtracted rule

                          let d1, d2, t1, t2 =
                              Array.map2 (-) o1 fixed', Array.map2 (-) o2 fixed', terms o1 fixed', terms o2 fixed'

                          let errors =
                              [ for i in 0 .. k - 1 do
                                    if p.Name = gain.Name then
                                        let a, b =
                                            log (one.Gains[i] / circuit.Gains[i]), log (two.Gains[i] / circuit.Gains[i])

                                        if max (abs a) (abs b) < 0.999 * Learner.gainClip then
                                            mismatch a d1[i] b d2[i] t1[i] t2[i]
                                    elif p.Name = ridge.Synapses.Name then
                                        let w = column synapses i

                                        /// What is across the column.
                                        let across (v: float array) =
                                            Array.map2 (fun x y -> x - dot v w * y) v w

                                        /// The step that was made before the column was divided by its length: across the column, and how
                                        /// long it was. The engine leaves out the part of a spherical target: that is along the column.
                                        let turned (c: Circuit) (online: float array) (full: float array) =
                                            let q = across (Array.map (fun x -> x / dot c.W[i] w) c.W[i])
                                            let made = column (if isSpherical then online else full) i
                                            let full = across (column full i)
                                            let rate = dot q full / dot full full
                                            let stretched = 1.0 - rate * dot made w
                                            q |> Array.map (fun x -> x / stretched), abs (rate / stretched) * sqrt (dot made made)

                                        let (a, first), (b, second) = turned one o1 d1, turned two o2 d2
                                        let isClipped = max first second >= 0.999 * Learner.synapseClip
                                        let da, db = across (column d1 i), across (column d2 i)
                                        let ta, tb = Array.max (column t1 i), Array.max (column t2 i)

                                        for c in 0 .. n - 1 do
                                            for d in 0 .. n - 1 do
                                                if n > 1 && not isClipped then
                                                    mismatch a[c] da[c] b[d] db[d] ta tb
                                    else
                                        match ridge.Potential.Parameters |> List.tryFindIndex (fun q -> q.Name = p.Name) with
                                        | None -> ()
                                        | Some m ->
                                            let moved (c: Circuit) = c.Theta[i].[m] - circuit.Theta[i].[m]
                                            let a, b = moved one, moved two

                                            if
                                                max (abs a) (abs b) <
                                                    0.999
                                                    * Learner.parameterClip
                                                    * Learner.parameterUnit ridge.Potential.Parameters[m]
                                            then
                                                mismatch a d1[i] b d2[i] t1[i] t2[i] ]

                          p.Name, (if errors.IsEmpty then 0.0 else List.max errors) ]
            | _ -> Map.empty
        | _ -> Map.empty
