namespace Interneuron.Derivation.Checks

open System
open Interneuron.Derivation.Models
open Interneuron.Derivation.Running

/// The objective itself, with the inner problem solved as globally as starts from many places make it, and its central differences.
[<RequireQualifiedAccess>]
module internal Differences =
    let private energyOf (instance: Instance) packed s r =
        let struct (energy, _) = instance.Values(packed, s, r)
        energy

    /// The lowest of some minima.
    let private lowest (instance: Instance) packed s (found: float array list) : float array option =
        match found with
        | [] -> None
        | [ one ] -> Some one
        | several -> Some(several |> List.minBy (energyOf instance packed s))

    /// The global minimum of E over r as far as starts from all sides find it; an error where there is none: where no start leads to a
    /// minimum, or E falls below it far out.
    let response (random: Random) (instance: Instance) (packed: float array) (s: float array) : Result<float array, string> =
        let n = instance.Responses
        let size = 1.0 + (s |> Array.map abs |> Array.fold max 0.0)

        let around scale =
            Array.init n (fun _ -> scale * size * (2.0 * random.NextDouble() - 1.0))

        let guesses =
            [ Array.zeroCreate n
              if s.Length = n then
                  s
                  Array.map (~-) s
              around 1.0
              around 1.0
              around 3.0 ]

        let found =
            if instance.HasStart then
                instance.Respond(packed, s, Array.zeroCreate n)
            else
                guesses
                |> List.choose (fun guess -> instance.RespondFrom(packed, s, guess))
                |> lowest instance packed s

        match found with
        | None -> Error "a stimulus has no response"
        | Some r ->
            let here = energyOf instance packed s r

            let directions =
                [ for a in 0 .. n - 1 do
                      for side in [ 1.0; -1.0 ] -> Array.init n (fun b -> if a = b then side else 0.0) ]
                @ List.init 12 (fun _ -> around (1.0 / size))

            // A saddle falls to one side and rises to the other.
            let falls =
                not instance.IsSaddle
                && directions
                   |> List.exists (fun d ->
                       [ 1e1; 1e3; 1e5 ]
                       |> List.exists (fun t ->
                           let e =
                               energyOf instance packed s (instance.Inside(Array.map2 (fun x y -> x + t * size * y) r d))

                           e < here - 1e-6 * (1.0 + abs here)))

            if falls then
                Error "the energy is unbounded below"
            else
                Ok r

    /// Where the minima of parameters near by are looked for: at the response of training, and at the global minimum where that is another.
    let starts (instance: Instance) packed s (response: float array) (globally: float array) : float array list =
        let here, lowest =
            energyOf instance packed s response, energyOf instance packed s globally

        if not instance.IsSaddle && lowest < here - 1e-9 * (1.0 + abs here) then
            [ response; globally ]
        else
            [ response ]

    /// The objective over stimuli with starts for their minima, J's part over the target by quadrature, and the cost, with running
    /// averages at the means of what they follow. NaN where a stimulus has no response.
    let objective (instance: Instance) (packed: float array) (stimuli: (float array * float array list) list) (seed: int) : float =
        let found =
            stimuli
            |> List.map (fun (s, starts) ->
                s,
                starts
                |> List.choose (fun start -> instance.Respond(packed, s, start))
                |> lowest instance packed s)

        if found |> List.exists (snd >> Option.isNone) then
            nan
        else
            let responses = [ for s, y in found -> s, Option.get y ]

            let driven =
                responses |> List.averageBy (fun (s, y) -> instance.Driven(packed, s, y))

            let target =
                if instance.Derivation.Model.Objective.IsTransport then
                    fst (instance.Slow.TargetValue(packed, seed))
                else
                    0.0

            driven + target + instance.CostOf(instance.WithAverages(packed, responses))

    /// -dJ/dp of one number by central differences of three steps, extrapolated twice (Richardson), with an estimate of its error. The
    /// steps are made shorter where J bends within them. `room` is how far p may move.
    let slope (room: float) (objective: float array -> float) (packed: float array) (number: int) (scale: float) : float * float =
        let central h =
            let moved step =
                let p = Array.copy packed
                p[number] <- p[number] + step
                // What the step is after rounding.
                objective p, p[number] - packed[number]

            let (above, up), (below, down) = moved h, moved -h
            -(above - below) / (up - down)

        let extrapolated h =
            let wide, middle, narrow = central h, central (0.5 * h), central (0.25 * h)
            let first, second = (4.0 * middle - wide) / 3.0, (4.0 * narrow - middle) / 3.0
            (16.0 * second - first) / 15.0, abs (second - first)

        let rec shorter h best left =
            // What is not a number stays so.
            if not (snd best > 1e-8 * scale) || left = 0 then
                best
            else
                let next = extrapolated h
                shorter (h / 8.0) (if snd next < snd best then next else best) (left - 1)

        let h = min (4e-3 * (1.0 + abs packed[number])) (0.5 * room)
        shorter (h / 8.0) (extrapolated h) 3
