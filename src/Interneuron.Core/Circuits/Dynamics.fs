namespace Interneuron.Core.Circuits

open System

/// A response over time, from the onset of a stimulus.
type Transient =
    {
        /// Times since onset, in units of tau, starting at 0.
        Times: float array
        /// r at each time, N values.
        Responses: float array array
    }

/// The fast dynamics as an ordinary differential equation, tau dr/dt = s - grad phi(r) (theory, section 2), with time in units of tau.
[<RequireQualifiedAccess>]
module Dynamics =
    // The pair of orders 5 and 4 of Dormand and Prince (J. Comp. Appl. Math. 6, 1980, table 2).
    let private stages =
        [| [| 1.0 / 5.0 |]
           [| 3.0 / 40.0; 9.0 / 40.0 |]
           [| 44.0 / 45.0; -56.0 / 15.0; 32.0 / 9.0 |]
           [| 19372.0 / 6561.0; -25360.0 / 2187.0; 64448.0 / 6561.0; -212.0 / 729.0 |]
           [| 9017.0 / 3168.0
              -355.0 / 33.0
              46732.0 / 5247.0
              49.0 / 176.0
              -5103.0 / 18656.0 |]
           [| 35.0 / 384.0
              0.0
              500.0 / 1113.0
              125.0 / 192.0
              -2187.0 / 6784.0
              11.0 / 84.0 |] |]

    let private errorWeights =
        [| 71.0 / 57600.0
           0.0
           -71.0 / 16695.0
           71.0 / 1920.0
           -17253.0 / 339200.0
           22.0 / 525.0
           -1.0 / 40.0 |]

    let private combine (y: float array) (h: float) (weights: float array) (slopes: float array list) =
        y
        |> Array.mapi (fun a value ->
            let mutable total = 0.0
            slopes |> List.iteri (fun j k -> total <- total + weights[j] * k[a])
            value + h * total)

    /// The response to a stimulus switched on at time 0 when the circuit was at `start`, until `duration`; steps adapt to a local error of
    /// `tolerance`. A jump of f (a step of f') costs small steps there, not accuracy.
    let transient (circuit: Circuit) (stimulus: float array) (start: float array) (duration: float) (tolerance: float) : Transient =
        if stimulus.Length <> circuit.Primaries || start.Length <> circuit.Primaries then
            invalidArg
                (nameof stimulus)
                $"the stimulus has {stimulus.Length} values and the start {start.Length}, for {circuit.Primaries} primary neurons"

        if not (duration > 0.0 && tolerance > 0.0) then
            invalidArg (nameof duration) $"the duration is {duration} and the tolerance {tolerance}; both are positive"

        let velocity (r: float array) =
            Array.map2 (-) stimulus (Circuit.stimulusOf circuit r)

        let times = ResizeArray [ 0.0 ]
        let responses = ResizeArray [ Array.copy start ]

        let rec advance (t: float) (r: float array) (k1: float array) (h: float) =
            if t < duration then
                let h = Math.Min(h, duration - t)

                let slopes =
                    stages
                    |> Array.fold (fun slopes weights -> slopes @ [ velocity (combine r h weights slopes) ]) [ k1 ]

                let next = combine r h stages[5] (List.truncate 6 slopes)

                let error =
                    combine (Array.zeroCreate r.Length) h errorWeights slopes
                    |> Array.map2 (fun (x: float) e -> Math.Abs e / (1.0 + Math.Abs x)) next
                    |> Array.max

                let factor =
                    if error = 0.0 then
                        5.0
                    else
                        Math.Clamp(0.9 * Math.Pow(tolerance / error, 0.2), 0.2, 5.0)

                if error <= tolerance then
                    times.Add(t + h)
                    responses.Add next
                    advance (t + h) next (List.last slopes) (h * factor)
                elif t + h * factor > t then
                    advance t r k1 (h * factor)
                else
                    invalidArg
                        (nameof stimulus)
                        $"the dynamics cannot be followed beyond t = {t} tau: the stimulus or the start is not finite"

        advance 0.0 start (velocity start) (Math.Min(1e-3, duration))

        { Times = times.ToArray()
          Responses = responses.ToArray() }
