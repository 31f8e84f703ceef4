namespace Interneuron.Benchmarks

open Interneuron.Core.Transport
open Interneuron.Core.Circuits

/// The first use of a potential: from its formula to a compiled kernel that has answered once.
module FirstUse =
    let private build (potential: Potential) =
        let circuit = Circuits.start potential 1 1
        Timing.seconds (fun () -> Learner.step (Circuits.settings 1 1) circuit [| 1.0; -0.5 |] |> ignore)

    /// Prints the table. The first row pays for what all potentials share.
    let run () =
        printfn "first use of a potential: building, emitting, compiling and one step, in ms"

        let rows =
            [ for p in Potentials.powerMixture :: Circuits.written -> [ p.Name; sprintf "%.0f" (1e3 * build p) ] ]

        Timing.table ([ "potential"; "ms" ] :: rows)
