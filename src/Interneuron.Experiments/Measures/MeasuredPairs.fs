namespace Interneuron.Experiments

open Interneuron.Statistics
open Interneuron.Stimuli

/// The pairs that are measured, with what rounding has made of them.
type MeasuredPairs =
    {
        /// They themselves, n x 2.
        Pairs: float array
        /// Those without copies, among which nearest neighbours are looked for: a copy's nearest neighbours are its copies.
        Once: float array
        /// The share of the numbers that occur more than once, of the coordinate that has more of them.
        Ties: float
        /// The share of the pairs that are copies of others.
        Copies: float
    }

/// Pairs whose numbers have been rounded.
[<RequireQualifiedAccess>]
module MeasuredPairs =
    // Fewer ties than this are chance, as among numbers of single precision.
    let private fewestTies = 0.01

    /// Whether numbers occur more than once, other than by chance.
    let haveTies (pairs: MeasuredPairs) : bool = pairs.Ties >= fewestTies

    /// Whether pairs are copies of others, other than by chance.
    let haveCopies (pairs: MeasuredPairs) : bool = pairs.Copies >= fewestTies

    /// The pairs of the stimuli that are measured. Where they have been rounded, a treatment makes another lattice of theirs, in which
    /// either coordinate tells the pair: they are spread over the cells of the lattice before they are treated.
    let ofStimuli (stimuli: Stimuli) : MeasuredPairs =
        let s = Source.measured stimuli
        let ties = Seq.max [ for j in 0..1 -> Ties.share (Samples.column 2 j s) ]

        if ties < fewestTies then
            { Pairs = s
              Once = s
              Ties = ties
              Copies = 0.0 }
        else
            let once = Ties.withoutCopies 2 s
            let copies = 1.0 - float once.Length / float s.Length
            let spread = Ties.spreadColumns 2 s

            { Pairs = spread
              Once =
                if copies < fewestTies then
                    spread
                else
                    Ties.spreadColumns 2 once
              Ties = ties
              Copies = copies }

    /// The same in standard deviations of each coordinate: what is compared with circuits knows no units. ArgumentException where a
    /// coordinate has none.
    let standardised (pairs: MeasuredPairs) : MeasuredPairs =
        { pairs with
            Pairs = Moments.standardise 2 pairs.Pairs
            Once = Moments.standardise 2 pairs.Once }

    /// Pairs that no rounding has made anything of, n x 2.
    let ofNumbers (pairs: float array) : MeasuredPairs =
        { Pairs = pairs
          Once = pairs
          Ties = 0.0
          Copies = 0.0 }

    /// The pairs after a treatment, and those of them among which nearest neighbours are looked for.
    let treated (treat: float array -> float array) (measured: MeasuredPairs) : float array * float array =
        let pairs = treat measured.Pairs

        let few =
            if measured.Once = measured.Pairs then
                Dependence.few pairs
            else
                treat (Dependence.few measured.Once)

        pairs, few
