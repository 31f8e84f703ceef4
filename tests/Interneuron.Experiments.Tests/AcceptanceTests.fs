/// What the toolkit promises on photographs: default settings that nothing is tuned for.
module Interneuron.Experiments.Tests.AcceptanceTests

open System.Threading
open Expecto
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Experiments
open Interneuron.Core.Files

let private learn image (potential: Potential) =
    let source = Source.Image(Interneuron.Tests.Common.shared $"images/{image}.ras")

    let settings: Gaussianise.Settings =
        { Source = source
          Learning =
            { Learning.standard with
                Potential = potential } }

    Gaussianise.run settings ignore CancellationToken.None

[<Tests>]
let tests =
    testList
        "Acceptance"
        [
          // Offline optima of populations of thresholds: KS 0.004 to 0.008 (theory, section 5); one power-mixture interneuron stays near
          // 0.1 on some of these.
          for image in [ "01"; "02"; "03"; "04"; "05"; "06"; "07"; "08" ] do
              testCase $"a population of thresholds makes photograph {image} Gaussian"
              <| fun () ->
                  let result = learn image Potentials.thresholdLinear
                  Expect.equal result.Trained.Ending Finished "ending"
                  Expect.isLessThanOrEqual result.Ks 0.01 "KS"

          // The optimum over g and theta by quasi-Newton: g 0.182, theta 2.262. The valley around it is flat: 0.01 in g along it costs less
          // than 1e-5 of J.
          testCase "one power-mixture interneuron converges on photograph 05"
          <| fun () ->
              let result = learn "05" Potentials.powerMixture
              let circuit = result.Trained.Circuit
              Expect.isLessThan (abs (circuit.Gains[0] - 0.182)) 0.01 "g"
              Expect.isLessThan (abs (circuit.Theta[0][0] - 2.262)) 0.01 "theta"
              Expect.isLessThanOrEqual result.TransportGap 4e-4 "transport gap" ]
