namespace Interneuron.Experiments

open System
open System.Threading
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules
open Interneuron.Stimuli
open Interneuron.Statistics

/// A trained circuit that learning goes on from, and its file.
type Beginning = { Path: string; Circuit: Circuit }

/// What is learned and how: the choices that every experiment shares. Where one is None, the potential or the rule decides.
type Learning =
    {
        /// F.
        Potential: Potential
        /// What the responses are driven to.
        Target: Target
        /// lambda.
        Leak: float
        /// K.
        Interneurons: int option
        /// The learning rule; with the published one come its rates, number of steps and initial values (theory, sections 6 and 7).
        Rule: RuleOrigin
        /// The number of steps.
        Steps: int option
        /// Stimuli in a step.
        Batch: int option
        /// What learns.
        Learns: Learns option
        /// Whether the gains end as those of least J over all stimuli at once. Where only gains learn, that takes the place of steps,
        /// unless their number is given; populations that saturate learn so where neither is said.
        BatchOptimum: bool
        /// Steps up the log-likelihood of the stimuli, after all others.
        Likelihood: int
        /// Seed of the initial values and of the draws.
        Seed: int
        /// The circuit that learning goes on from, whose potential, leak and K are those above; None for a new one.
        From: Beginning option
    }

/// From stimuli to a trained circuit.
[<RequireQualifiedAccess>]
module Learning =
    /// The paper's potential and target, the derived rule, and the defaults of these.
    let standard =
        { Potential = Potentials.powerMixture
          Target = StandardGaussian
          Leak = 0.0
          Interneurons = None
          Rule = RuleOrigin.Derived
          Steps = None
          Batch = None
          Learns = None
          BatchOptimum = false
          Likelihood = 0
          Seed = 1
          From = None }

    let private isPublished (learning: Learning) = learning.Rule = RuleOrigin.Published

    /// The learner's settings for N primary neurons.
    let settings (n: int) (learning: Learning) : Settings =
        let defaults =
            if isPublished learning then
                Learner.published n
            else
                Learner.defaultsFor learning.Potential

        let learns = defaultArg learning.Learns defaults.Learns

        let ofGainsOnly =
            learns.Gains > 0.0 && learns.Parameters = 0.0 && learns.Synapses = 0.0

        let isBatch =
            learning.BatchOptimum
            || learning.Steps.IsNone
               && ofGainsOnly
               && not (isPublished learning)
               && (Initial.layout learning.Potential).Saturates

        let steps = if isBatch && ofGainsOnly then 0 else defaults.Steps

        { defaults with
            Rule = learning.Rule
            Steps = defaultArg learning.Steps steps
            Batch = defaultArg learning.Batch defaults.Batch
            Learns = learns
            Seed = learning.Seed
            BatchOptimum = isBatch
            Likelihood = learning.Likelihood }

    /// The same learning by steps, where the batch optimum would take their place: for what is measured on the way.
    let online (learning: Learning) : Learning =
        { learning with
            BatchOptimum = false
            Steps =
                learning.Steps
                |> Option.orElse (
                    if isPublished learning then
                        None
                    else
                        Some (Learner.defaultsFor learning.Potential).Steps
                ) }

    /// What was chosen, with what the potential decides for N primary neurons, as names and values for people.
    let describe (n: int) (learning: Learning) : (string * string) list =
        let settings = settings n learning

        [ "potential", learning.Potential.Name
          "target", Target.name learning.Target
          "leak", Output.short learning.Leak
          "rule", learning.Rule.Name
          "learns", String.Join(", ", Names.ofLearns settings.Learns)
          if settings.Steps > 0 || not settings.BatchOptimum then
              "steps", $"{Output.count settings.Steps} of {Output.count settings.Batch} stimuli"

          if settings.BatchOptimum then
              "gains", "of least J over all stimuli"

          if settings.Likelihood > 0 then
              "likelihood", $"{Output.count settings.Likelihood} steps of {Output.count Likelihood.batch} stimuli"

          for from in Option.toList learning.From do
              "from", from.Path

          "seed", string learning.Seed ]

    /// What was chosen, as members of a JSON object.
    let members (learning: Learning) : (string * Json) list =
        [ "potential", Json.Text learning.Potential.Name
          "target", Json.Text(Target.name learning.Target)
          "leak", Json.Number learning.Leak
          for from in Option.toList learning.From do
              "from", Json.Text from.Path ]

    /// What a circuit has learned, as members of a JSON object.
    let parameterMembers (circuit: Circuit) : (string * Json) list =
        [ "g", Json.numbers circuit.Gains
          "theta", Json.rows circuit.Theta
          "W", Json.rows (CircuitFile.weightRows circuit) ]

    /// The choices that reproduce a trained circuit.
    let ofCircuit (circuit: Circuit) (settings: Settings) : Learning =
        { Potential = circuit.Potential
          Target = circuit.Target
          Leak = circuit.Leak
          Interneurons = Some circuit.Interneurons
          Rule = settings.Rule
          Steps = Some settings.Steps
          Batch = Some settings.Batch
          Learns = Some settings.Learns
          BatchOptimum = settings.BatchOptimum
          Likelihood = settings.Likelihood
          Seed = settings.Seed
          From = None }

    /// The choices that go on from a circuit, where nothing else is said.
    let goingOn (from: Beginning) (learning: Learning) : Learning =
        let circuit = from.Circuit

        { learning with
            Potential = circuit.Potential
            Target = circuit.Target
            Leak = circuit.Leak
            Interneurons = Some circuit.Interneurons
            From = Some from }

    // A new circuit.
    let private fresh (learning: Learning) (stimuli: Grid) : Circuit =
        let n = stimuli.Columns
        let k = defaultArg learning.Interneurons (Initial.defaultCount learning.Potential n)

        if k < 1 then
            Refusal.argument (nameof learning) $"the number of interneurons is {k}; it is at least 1"

        if isPublished learning then
            Initial.published learning.Potential learning.Target learning.Leak n k learning.Seed
        else
            let mutable squares = 0.0

            for s in stimuli.Values do
                squares <- squares + s * s

            let power = squares / float stimuli.Rows
            Initial.circuit learning.Potential learning.Target learning.Leak n k power learning.Seed

    /// The circuit that learning starts from, for stimuli s (n x N): a new one, or that which it goes on from, driven to the target.
    /// Refusal where that one has another N. ArgumentException when K interneurons cannot give every stimulus a response, or the stimuli
    /// are all zero.
    let start (learning: Learning) (stimuli: Grid) : Circuit =
        match learning.From with
        | Some { Path = path; Circuit = circuit } when circuit.Primaries <> stimuli.Columns ->
            raise (Refusal $"{path}: has N = {circuit.Primaries} primary neurons; the stimuli are of {stimuli.Columns} values each.")
        | Some { Circuit = circuit } -> Circuit.create circuit.Potential learning.Target circuit.Leak circuit.Gains circuit.Theta circuit.W
        | None -> fresh learning stimuli

    /// A trained circuit as it is saved.
    let saved (learning: Learning) (source: Source) (samples: int) (trained: Trained) : SavedCircuit =
        let saved = CircuitFile.ofTrained source samples trained

        match learning.From with
        | Some from -> CircuitFile.goneOnFrom from.Path saved
        | None -> saved

    /// What kept learning from its end, other than cancellation, in a line.
    let failure (trained: Trained) : string option =
        match trained.Ending with
        | NoResponse row -> Some $"learning ended at step {trained.Steps}, since the stimulus in row {row} found no response."
        | Diverged ->
            Some
                $"learning ended at step {trained.Steps}, since J or a gain went beyond all bounds: the target has too few samples, or too \
                narrow ones, for these interneurons."
        | Finished
        | Interrupted -> None

    /// Learns on from a circuit, to the end or until `cancellation` asks to stop. NotConvergedException when a stimulus has no response, or
    /// learning diverges.
    let runFrom
        (circuit: Circuit)
        (settings: Settings)
        (progress: Progress -> unit)
        (cancellation: CancellationToken)
        (stimuli: Grid)
        : Trained =
        let trained =
            Checkpoints.train settings progress cancellation circuit stimuli.Memory

        match failure trained with
        | Some message -> raise (NotConvergedException message)
        | None -> trained

    /// Learns from stimuli s (n x N), to the end or until `cancellation` asks to stop. The same choices and stimuli give the same circuit.
    /// ArgumentException as `start`, and for a batch or steps that cannot be; NotConvergedException as `runFrom`.
    let run (learning: Learning) (progress: Progress -> unit) (cancellation: CancellationToken) (stimuli: Grid) : Trained =
        runFrom (start learning stimuli) (settings stimuli.Columns learning) progress cancellation stimuli

    /// The same, and where learning fails on the way, what had been learned: `failure` says why. NotConvergedException when nothing had.
    let runAsFar (learning: Learning) (progress: Progress -> unit) (cancellation: CancellationToken) (stimuli: Grid) : Trained =
        let trained =
            Checkpoints.train (settings stimuli.Columns learning) progress cancellation (start learning stimuli) stimuli.Memory

        match failure trained with
        | Some message when trained.Steps = 0 -> raise (NotConvergedException message)
        | _ -> trained

    // Values in a part: eight megabytes.
    let private partLength = 1 <<< 20

    /// J over all stimuli s (n x N), a part of them at a time.
    let objective (circuit: Circuit) (stimuli: Grid) : float =
        let length = max 1 (partLength / stimuli.Columns) * stimuli.Columns

        let parts =
            [ for from in 0..length .. stimuli.Memory.Length - 1 -> stimuli.Memory.Slice(from, min length (stimuli.Memory.Length - from)) ]

        match parts with
        | [ whole ] -> Objective.value circuit (whole.ToArray())
        | parts ->
            (parts
             |> List.sumBy (fun part -> float part.Length * Objective.value circuit (part.ToArray())))
            / float stimuli.Memory.Length

    /// Stimuli that a distance to the target is measured on, at most.
    let judged = 2_000

    /// The largest Kolmogorov-Smirnov distance of a coordinate of the responses to the target, over at most 2,000 stimuli (n x N), evenly
    /// from all; None where one of them has no response.
    let distance (circuit: Circuit) (stimuli: Grid) : float option =
        let n = stimuli.Columns
        let response = Response.solve circuit (Samples.evenlyFrom n judged stimuli.Memory)

        match response.Outcome with
        | Converged ->
            let cdf = Target.cdf circuit.Target
            Some(Seq.max (seq { for a in 0 .. n - 1 -> Ks.toTarget cdf (Samples.column n a response.R) }))
        | NotConverged _ -> None

    /// Stimuli learned from in a second.
    let samplesPerSecond (trained: Trained) : float =
        float trained.Steps * float trained.Settings.Batch
        / Math.Max(trained.Seconds, 1e-9)

    /// The responses (n x N) to stimuli (n x N) of a source, which the message names: NotConvergedException when one has none.
    let responses (source: string) (circuit: Circuit) (stimuli: float array) : float array =
        let response = Response.solve circuit stimuli

        match response.Outcome with
        | Converged -> response.R
        | NotConverged(_, row, residual) -> raise (NotConvergedException.NoResponse(source, int64 row, residual))
