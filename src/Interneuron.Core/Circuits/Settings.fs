namespace Interneuron.Core.Circuits

/// What learns, and at what pace: multiples of the rates of the schedule, 0 for what keeps still.
type Learns =
    {
        /// Of g.
        Gains: float
        /// Of theta.
        Parameters: float
        /// Of W.
        Synapses: float
    }

/// How large the steps are.
type Schedule =
    /// The published settings: fixed rates for all interneurons, the gain step multiplied by g, no averaging.
    | Published
    /// Each interneuron's steps are measured by what its own terms do at the target, the rates decay as (1 + t/2000)^-1/2, and the result
    /// is the average circuit over the second half of the steps. Nothing has to be tuned to the stimuli.
    | Scaled

/// The settings of a learner; with the seed they determine the result.
type Settings =
    {
        /// Which learning rule.
        Rule: RuleOrigin
        /// The size of the steps.
        Schedule: Schedule
        /// What learns, and at what pace.
        Learns: Learns
        /// The number of steps.
        Steps: int
        /// Stimuli in a step.
        Batch: int
        /// Seed of the draws.
        Seed: int
        /// Whether the gains end as those of least J over all stimuli at once (`Optimum.gains`), after the steps.
        BatchOptimum: bool
        /// Steps up the log-likelihood of the stimuli (`Likelihood.ascend`), after all others; 0 for none.
        Likelihood: int
    }

/// Where a run stands.
type Progress =
    {
        /// Steps made.
        Step: int
        /// Steps to make.
        Steps: int
        /// J over a fixed part of the stimuli.
        J: float
    }

/// A circuit on its way, for figures of learning.
type Snapshot =
    {
        /// Steps made.
        Step: int
        /// J over a fixed part of the stimuli.
        J: float
        /// g.
        Gains: float array
        /// theta, K rows of P.
        Theta: float array array
        /// W, K columns of N.
        W: float array array
    }

/// What became of a run.
type Ending =
    /// All steps were made.
    | Finished
    /// The caller asked to stop; the circuit is what had been learned.
    | Interrupted
    /// The next step's stimulus of this row had no response; the circuit is what had been learned.
    | NoResponse of row: int
    /// J or a gain went beyond all bounds, as it does where the target gives an interneuron nothing to balance (too few samples); the
    /// circuit is the last with a finite J.
    | Diverged

/// A trained circuit with its history.
type Trained =
    {
        /// What was learned.
        Circuit: Circuit
        /// How.
        Settings: Settings
        /// Steps made.
        Steps: int
        /// How the run ended.
        Ending: Ending
        /// Time in the learning loop, in seconds.
        Seconds: float
        /// The circuit at about a hundred steps from the first to the last.
        Trajectory: Snapshot list
    }
