namespace Interneuron.Experiments

open System
open Interneuron.Derivation.Checks

/// The phase portrait of a circuit whose response is one number or two.
[<RequireQualifiedAccess>]
module PhaseFigure =
    let private finite (points: (float * float) array) =
        points
        |> Array.filter (fun (x, y) -> Double.IsFinite x && Double.IsFinite y && abs x < 1e6 && abs y < 1e6)

    /// How far from the points of rest things are drawn.
    let private reach (planes: PhasePlane list) : float =
        planes
        |> List.choose _.Rest
        |> List.collect List.ofArray
        |> List.map abs
        |> List.fold max 0.5
        |> (*) 1.6

    let private letter (name: string) =
        let bracket = name.IndexOf '['
        let number = int (name.Substring(bracket + 1).TrimEnd ']') + 1
        $"_{RichText.plain (name.Substring(0, bracket))}_{RichText.index number}"

    let private rests (planes: PhasePlane list) (y: PhasePlane -> float array -> float) =
        [ for i, plane in List.indexed planes do
              match plane.Rest with
              | Some rest -> Plots.curve "" (Style.marks i) [| rest[0] |] [| y plane rest |]
              | None -> () ]

    /// The energy and the flow of a single number.
    let private ofOne (planes: PhasePlane list) : Panel list =
        let extent = reach planes
        let grid = Plots.spread 401 (-extent, extent)
        let name = letter planes.Head.Names.Head

        let panel label (value: PhasePlane -> float array -> float) =
            let curves =
                [ for i, plane in List.indexed planes ->
                      let points = grid |> Array.map (fun y -> y, value plane [| y |]) |> finite
                      Plots.curve $"stimulus {i + 1}" (Style.line i) (Array.map fst points) (Array.map snd points) ]

            let range = curves |> Seq.collect _.Y |> Plots.extremes |> Plots.padded 0.05

            Panel.Curves(Axis.linear $"response {name}" (-extent, extent), Axis.linear label range, curves @ rests planes value)

        [ panel "energy _E_" _.Energy
          panel $"_τ_ d{name}/d_t_" (fun plane y -> (plane.Flow y)[0]) ]

    /// Paths and points of rest of two numbers, a panel a stimulus.
    let private ofTwo (planes: PhasePlane list) : Panel list =
        let extent = reach planes

        let starts =
            [ for k in 0..11 ->
                  let angle = 2.0 * Math.PI * float k / 12.0
                  [| extent * cos angle; extent * sin angle |] ]

        [ for plane in planes ->
              let paths =
                  [ for start in starts ->
                        let points = plane.Path start |> Array.map (fun y -> y[0], y[1]) |> finite

                        Plots.curve "" { Style.circuit with Width = 0.7 } (Array.map fst points) (Array.map snd points) ]

              let grid = Plots.spread 81 (-extent, extent)

              // Where one number does not change.
              let nullcline k =
                  let heights = Array2D.init 81 81 (fun j i -> (plane.Flow [| grid[i]; grid[j] |])[k])

                  if heights |> Seq.cast<float> |> Seq.forall Double.IsFinite then
                      Contours.lines grid heights 0.0
                  else
                      []

              let nullclines =
                  [ for k, ink in [ 0, Style.fit; 1, Style.optimum ] do
                        for n, line in List.indexed (nullcline k) ->
                            Plots.curve
                                (if n = 0 then $"d{letter plane.Names[k]}/d_t_ = 0" else "")
                                ink
                                (Array.map fst line)
                                (Array.map snd line) ]

              Panel.Curves(
                  Axis.linear $"response {letter plane.Names[0]}" (-extent, extent),
                  Axis.linear $"response {letter plane.Names[1]}" (-extent, extent),
                  paths @ nullclines @ rests [ plane ] (fun _ rest -> rest[1])
              ) ]

    /// The figure; None for responses of more than two numbers.
    let figure (planes: PhasePlane list) : Figure option =
        match planes with
        | [] -> None
        | first :: _ ->
            let stimuli =
                [ for i, plane in List.indexed planes ->
                      let numbers = plane.Stimulus |> Array.map Output.small
                      $"stimulus {i + 1}", String.Join(", ", numbers) ]

            let title, panels =
                if first.Names.Length = 1 then
                    "The energy of the response to random stimuli, and the flow down it; marks are the responses. \
                    Parameters are those that learning starts from.",
                    [ "The energy against the response."; "How fast the response changes." ]
                else
                    "The fast dynamics for random stimuli: paths from twelve starts, the lines on which one number does not \
                    change, and the response that is found (mark). Parameters are those that learning starts from.",
                    [ for i in 1 .. planes.Length -> $"Stimulus {i}." ]

            Some
                { Caption =
                    { Title = title
                      Panels = panels
                      Settings = stimuli
                      Numbers = [] }
                  RowHeight = 200.0
                  Rows =
                    [ (if first.Names.Length = 1 then
                           ofOne planes
                       else
                           ofTwo planes) ] }
