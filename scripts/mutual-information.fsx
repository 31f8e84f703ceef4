// Mutual information of pairs of filter coefficients against their vertical offset: raw, whitened, as responses of circuits with 2, 3 and 4
// interneurons, and after 20 layers of rotation-based iterative Gaussianisation.
//
//   dotnet fsi scripts/mutual-information.fsx [quick]
//
// Scene 1, offsets from 1 to 64 pixels, 200,000 steps of 10 pairs each with three seeds, some minutes (quick: offsets 2 and 16, 20,000
// steps, one seed). Expect the information of raw pairs to fall with their distance, 0.6 to 0.001 nats, and whitening to help at the first
// two pixels only; the responses of three and four interneurons to have a tenth of it or so up to offset 4 and a fifth at 8, those of two
// interneurons more than raw pairs have at 8 and 16, as do three at 16 with two of the three seeds, which end with two directions on the
// axes; RBIG to leave least. The figure is in artifacts/mutual-information (quick: artifacts/quick/mutual-information).

#load "load.fsx"

open Interneuron.Experiments

Load.run MutualInformation.experiment
