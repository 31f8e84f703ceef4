namespace Interneuron.Experiments

open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas

/// The settings; with the pictures' files, if there are any, they determine the result.
type FrontierSettings =
    {
        /// The pictures.
        Sources: Source list
        /// The vertical offset d of the pairs, in pixels.
        Offset: int
        /// The potentials F.
        Potentials: Potential list
        /// The numbers of interneurons K, ascending.
        Interneurons: int list
        /// How they learn; its own potential, number of interneurons and choice of what learns are not used.
        Learning: Learning
        /// How many seeds, from the learning's own on.
        Seeds: int
    }

/// What circuits of one family and size leave.
type FrontierPoint =
    {
        /// K.
        Interneurons: int
        /// What is left, picture by picture and for each a value a seed; without those that learning failed for.
        Left: FrontierLeft list list
        /// How many failed.
        Failed: int
        /// The circuit of the first picture and seed.
        Trained: Trained
    }

/// The result.
type FrontierResult =
    {
        /// The settings that led to it.
        Settings: FrontierSettings
        /// What is left without a circuit, a value a picture: of raw pairs, and after layers of RBIG.
        References: (string * FrontierLeft list) list
        /// The estimates for pairs of independent normal numbers, as many as are measured.
        Independent: FrontierLeft list
        /// The families, each with its points in the order of K.
        Families: (FrontierFamily * FrontierPoint list) list
    }
