// Populations of threshold-linear interneurons whose thresholds learn, against as many whose thresholds stay evenly spaced.
//
//   dotnet fsi scripts/thresholds.fsx [quick]
//
// Scene 1, seed 1, the library's model threshold-population, 200,000 steps of 10 coefficients (quick: 5,000, up to four interneurons).
// Expect learning to be worth most where interneurons are few: the transport gap, which is what the rule descends, falls tenfold for one
// and two (0.107 to 0.010, 0.0112 to 0.0013), fourfold for four and by a quarter or less for eight and sixteen. KS falls with it up to four
// (0.096 to 0.065 for two); from eight on evenly spaced thresholds leave less (0.012 against 0.016), since they lie closer where most
// responses are. The figure is in artifacts/thresholds.

#load "load.fsx"

open Interneuron.Experiments

Load.run Thresholds.experiment
