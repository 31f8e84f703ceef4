// What a leak does where interneurons are few, and what costs of synapses and of gains trade: the library's model costly-synapses.
//
//   dotnet fsi scripts/costs.fsx [quick]
//
// Scene 1, three coefficients 16 rows apart, 9,000 steps of 10 for each of 19 circuits (quick: 1,200 for four). With two interneurons for
// three primary neurons the leak answers in the direction that the synapses leave out: responses there are the stimuli over lambda. Expect
// the leak to pay for it elsewhere: along the spanned directions KS rises from 0.03 to 0.14 as lambda rises from 0.1 to 1, since no
// response rises faster than 1/lambda, while left out it is least, 0.09, for lambda about 0.4. With six interneurons and growing mu, |W|^2
// falls from 4.1 to 0.4, the gains take its place (sum 0.4 to 6) and J rises by 0.07; with growing nu the gains fall from 1.2 to 0.26, the
// synapses take their place, and J even falls: along longer synapses this potential bends more, which learning without costs finds slowly.
// All gains but three end at zero, as many as there are primary neurons, from nu = 0.01 on. The figure is in artifacts/costs.

#load "load.fsx"

open Interneuron.Experiments

Load.run Costs.experiment
