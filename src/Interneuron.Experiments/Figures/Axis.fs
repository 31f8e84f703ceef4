namespace Interneuron.Experiments

open System

/// How an axis runs.
[<RequireQualifiedAccess>]
type Scale =
    /// Evenly.
    | Linear
    /// By decades; values that are not positive are not shown.
    | Log
    /// By doublings, each labelled as a number; values that are not positive are not shown.
    | Octaves

/// An axis of a panel.
type Axis =
    {
        /// What it shows, with its unit; `_s_` is an italic s.
        Label: string
        /// Least and largest value shown.
        Range: float * float
        /// How it runs.
        Scale: Scale
    }

/// Axes, and where their ticks stand.
[<RequireQualifiedAccess>]
module Axis =
    // What is all alike, as silence is, has a range of no length, in which there is no place for a tick.
    let private widened (least: float, most: float) =
        let size = max (abs least) (abs most)

        if not (Double.IsFinite size) then
            0.0, 1.0
        elif most - least > 1e-9 * size then
            least, most
        else
            least - max 0.5 (0.1 * size), most + max 0.5 (0.1 * size)

    /// A linear axis; a range of one value gets some room on either side.
    let linear (label: string) (range: float * float) : Axis =
        { Label = label
          Range = widened range
          Scale = Scale.Linear }

    /// An axis of decades.
    let log (label: string) (range: float * float) : Axis =
        { Label = label
          Range = range
          Scale = Scale.Log }

    /// An axis of doublings.
    let octaves (label: string) (range: float * float) : Axis =
        { Label = label
          Range = range
          Scale = Scale.Octaves }

    /// Where a value stands, in the units of `limits`.
    let internal position (axis: Axis) (value: float) : float =
        match axis.Scale with
        | Scale.Linear -> value
        | Scale.Log -> Math.Log10 value
        | Scale.Octaves -> Math.Log2 value

    /// Where the axis begins and ends.
    let internal limits (axis: Axis) : float * float =
        position axis (fst axis.Range), position axis (snd axis.Range)

    /// A number with a minus as in print.
    let internal minus (number: string) = number.Replace('-', '\u2212')

    // The smallest of the steps 1, 2 and 5 times a power of ten that makes at most six ticks.
    let private stepFor least most =
        let power = 10.0 ** floor (log10 ((most - least) / 6.0))

        [ 1.0; 2.0; 5.0; 10.0 ]
        |> List.map ((*) power)
        |> List.find (fun step -> (most - least) / step <= 6.0)

    /// The labelled ticks, where they stand in the limits and what they say, and the ticks between them.
    let internal ticks (axis: Axis) : (float * string) list * float list =
        let least, most = limits axis
        let within = List.filter (fun at -> at >= least - 1e-9 && at <= most + 1e-9)

        match axis.Scale with
        | Scale.Linear ->
            let step = stepFor least most
            let first, last = int64 (floor (least / step)), int64 (ceil (most / step))
            let multiples = [ for k in first..last -> float k * step ]

            let label at =
                minus (Output.grouped (Math.Round(at / step) * step))

            [ for at in within multiples -> at, label at ], within (multiples |> List.map (fun at -> at + step / 2.0))
        | Scale.Octaves -> [ for at in within [ for k in floor least .. ceil most -> k ] -> at, Output.grouped (2.0 ** at) ], []
        | Scale.Log when most - least < 2.0 ->
            // Less than two decades have too few powers of ten to be read: 1, 2 and 5 times these, or as many of them as there is room for.
            let mantissas =
                if most - least > 1.2 then
                    [ 1.0; 3.0 ]
                else
                    [ 1.0; 2.0; 5.0 ]

            let all =
                [ for k in floor least .. ceil most do
                      for m in 1.0 .. 9.0 -> k, m ]

            let at (k, m) = k + log10 m

            let label (k: float, m) =
                if abs k <= 3.0 then
                    Output.grouped (Math.Round(m * 10.0 ** k, 4))
                elif m = 1.0 then
                    $"10^{{{minus (string (int k))}}}"
                else
                    $"{m}·10^{{{minus (string (int k))}}}"

            let isShown k =
                at k >= least - 1e-9 && at k <= most + 1e-9

            let marked, between =
                all
                |> List.filter isShown
                |> List.partition (fun (_, m) -> List.contains m mantissas)

            [ for tick in marked -> at tick, label tick ], List.map at between
        | Scale.Log ->
            let decades = within [ for k in floor least .. ceil most -> k ]
            // Every decade while they are few, else every second or third.
            let every = (decades.Length + 6) / 7
            let marked, between = decades |> List.partition (fun k -> int k % every = 0)
            [ for k in marked -> k, $"10^{{{minus (string (int k))}}}" ], between
