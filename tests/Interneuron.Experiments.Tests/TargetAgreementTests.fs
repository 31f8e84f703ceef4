/// The generalised Gaussian is written twice, in Core (as a target) and in Statistics (as a distribution of stimuli), floors that do not
/// see one another.
module Interneuron.Experiments.Tests.TargetAgreementTests

open Expecto
open Interneuron.Statistics
open Interneuron.Core.Transport

[<Tests>]
let tests =
    testList
        "Target and GeneralisedGaussian"
        [ testCase "both have the same quantiles, probabilities and lower means"
          <| fun () ->
              for beta in [ 0.05; 0.3; 0.7; 1.0; 1.5; 2.0; 4.0; 8.0; 64.0; 1e4 ] do
                  let target = Target.generalisedGaussian beta
                  let d = GeneralisedGaussian.unitVariance beta

                  // Core counts mass from the middle, to 1e-16 of it: a millionth is known to 1e-10 of itself.
                  for p in [ 1e-6; 0.01; 0.2; 0.3; 0.4; 0.4999; 0.6; 0.75; 0.999 ] do
                      let near what (a: float) (b: float) =
                          Expect.isLessThanOrEqual (abs (a - b)) (1e-9 * abs b) $"{what} at beta {beta}, p {p}: {a}, {b}"

                      let x = GeneralisedGaussian.quantile d p
                      near "quantile" (Target.quantile target p) x
                      near "cdf" (Target.cdf target x) p
                      near "lower mean" (Target.quantileIntegral target p) (GeneralisedGaussian.lowerMean d p) ]
