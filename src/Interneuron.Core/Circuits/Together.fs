namespace Interneuron.Core.Circuits

open System
open System.Runtime.ExceptionServices
open System.Threading
open System.Threading.Tasks
open Interneuron.Statistics
open Interneuron.Kernels

/// What one circuit of several learns from, and how.
type Lesson =
    {
        /// The circuit to start from.
        Circuit: Circuit
        /// How it learns.
        Settings: Settings
        /// n x N, row-major; several circuits may share them.
        Stimuli: ReadOnlyMemory<float>
    }

/// Learning many circuits: those of one shape, with one or two primary neurons, side by side in the lanes of the registers, at about
/// twice the speed of one after the other; groups of them, and larger circuits, shared among the cores. Each becomes what `Learner.trainOn`
/// makes of it alone, bit for bit.
[<RequireQualifiedAccess>]
module Together =
    /// A circuit of a group on its way.
    type private Pupil(index: int, lesson: Lesson, progress: Progress -> unit, late: CancellationToken, group: TrainerGroup) =
        let most = snd (Monitoring.monitored lesson.Settings lesson.Circuit.Primaries)
        let part = Samples.evenlyFrom lesson.Circuit.Primaries most lesson.Stimuli
        let snapshots = ResizeArray<Snapshot>()
        let reported = Diagnostics.Stopwatch.StartNew()
        let mutable cost = 0.0

        member val Ending: Ending option = None with get, set
        member _.Steps = int (group.Steps index)

        /// Evaluates the circuit, keeps the result as a snapshot if asked to, and reports it. False if it is not finite.
        member this.Keep(wanted: bool) =
            let clock = Diagnostics.Stopwatch.StartNew()
            let seen = Monitoring.look late lesson.Circuit part (group.Answer index)
            cost <- clock.Elapsed.TotalSeconds

            match seen with
            | None -> false
            | Some(here, j) ->
                if wanted then
                    snapshots.Add(Monitoring.snapshot this.Steps here j)

                progress (Monitoring.reportOf lesson.Settings this.Steps j)
                reported.Restart()
                true

        /// Whether a report is due between snapshots.
        member _.IsQuiet =
            reported.Elapsed.TotalSeconds > max Monitoring.patience (20.0 * cost)

        member this.End(ending: Ending) =
            this.Ending <- Some ending
            group.Leave index

        /// What was learned, with the group's time shared among its circuits.
        member this.Trained (cancellation: CancellationToken) (seconds: float) : Trained =
            let ending = Option.defaultValue Finished this.Ending

            let learned =
                Monitoring.learnedBy ending snapshots lesson.Circuit (group.Answer index)

            let clock = Diagnostics.Stopwatch.StartNew()

            let learned, ending =
                if this.Ending = Some Finished && lesson.Settings.BatchOptimum then
                    Monitoring.finish lesson.Settings progress cancellation learned lesson.Stimuli
                else
                    learned, ending

            let learned, ending =
                Monitoring.climb lesson.Settings progress cancellation learned ending lesson.Stimuli

            { Circuit = learned
              Settings = lesson.Settings
              Steps = this.Steps
              Ending = ending
              Seconds = seconds + clock.Elapsed.TotalSeconds
              Trajectory = List.ofSeq snapshots }

    /// A lesson with its place, whom to report to, and what the engine learns it with.
    type private Enrolled =
        { Index: int
          Lesson: Lesson
          Report: Progress -> unit
          Engine: Engine
          Nodes: TargetNodes
          Rule: LearningRule }

        /// What circuits of one group have in common.
        member this.Kind =
            let circuit, settings = this.Lesson.Circuit, this.Lesson.Settings
            let shape = struct (circuit.Primaries, circuit.Interneurons, circuit.Leak)

            let forms =
                struct (this.Rule.ThetaStepTimesGain, this.Rule.SynapseStepTimesGain, settings.Schedule)

            this.Engine, struct (shape, forms, settings.Steps, settings.Batch), circuit.Target

    let private learnGroup (cancellation: CancellationToken) (lessons: Enrolled list) : Trained list =
        let first = lessons.Head
        let settings = first.Lesson.Settings

        let members =
            [| for one in lessons do
                   let lesson = one.Lesson
                   let tolerance = Response.toleranceFor lesson.Stimuli.Span
                   GroupMember(Engines.state lesson.Circuit, lesson.Stimuli, one.Rule, uint64 lesson.Settings.Seed, tolerance) |]

        let group = first.Engine.Train(members, first.Nodes, settings.Batch)
        use late = new CancellationTokenSource()
        use _ = cancellation.Register(fun () -> late.CancelAfter Monitoring.grace)

        let pupils =
            lessons
            |> List.mapi (fun index one -> Pupil(index, one.Lesson, one.Report, late.Token, group))

        let learning () =
            pupils |> List.filter (fun pupil -> pupil.Ending.IsNone)

        for pupil in pupils do
            if not (pupil.Keep true) then
                pupil.End Diverged

        let clock = Diagnostics.Stopwatch()
        let looks = fst (Monitoring.monitored settings first.Lesson.Circuit.Primaries)
        let chunk = max 1 (settings.Steps / looks)

        let rec go (made: int) (steps: int64) (next: int) =
            let all = learning ()

            if all.IsEmpty then
                ()
            elif made >= settings.Steps then
                for pupil in all do
                    pupil.End Finished
            elif cancellation.IsCancellationRequested then
                for pupil in all do
                    pupil.End Interrupted
            else
                let before = clock.Elapsed
                clock.Start()
                let outcomes = group.Run(int (min steps (int64 (next - made))), late.Token)
                clock.Stop()
                let seconds = (clock.Elapsed - before).TotalSeconds
                let here = int group.Made

                for index, pupil in List.indexed pupils do
                    if pupil.Ending.IsNone then
                        let response = outcomes[index].Response
                        let failed = not response.IsConverged

                        let isFinite =
                            if here = next || failed || cancellation.IsCancellationRequested then
                                pupil.Keep true
                            else
                                not pupil.IsQuiet || pupil.Keep false

                        if not isFinite then
                            pupil.End Diverged
                        elif failed then
                            pupil.End(NoResponse response.FirstFailure)

                go
                    here
                    (Monitoring.pace steps seconds)
                    (if here = next then
                         next + min chunk (settings.Steps - next)
                     else
                         next)

        go 0 1L (min settings.Steps chunk)
        let share = clock.Elapsed.TotalSeconds / float pupils.Length
        [ for pupil in pupils -> pupil.Trained cancellation share ]

    /// Learns circuits from stimuli of their own, with settings of their own: seeds, rules, rates, what learns, steps. Those go side by
    /// side that have the potential, the target, the sizes, the leak, the rule, the schedule, the batch and the steps in common. Reports
    /// name the lesson by its place, from several threads, one at a time; cancellation stops all of them within a second, each with what
    /// it has learned.
    let train (progress: int -> Progress -> unit) (cancellation: CancellationToken) (lessons: Lesson list) : Trained list =
        for lesson in lessons do
            Monitoring.admit lesson.Settings lesson.Circuit lesson.Stimuli

        let gate = obj ()

        let groups =
            lessons
            |> List.mapi (fun index lesson ->
                let engine, nodes, rule = Learner.means lesson.Settings lesson.Circuit

                { Index = index
                  Lesson = lesson
                  Report = fun at -> lock gate (fun () -> progress index at)
                  Engine = engine
                  Nodes = nodes
                  Rule = rule })
            |> List.groupBy _.Kind
            |> List.collect (fun (_, alike) ->
                let first = alike.Head
                List.chunkBySize (first.Engine.Together first.Lesson.Circuit.Primaries) alike)
            |> Array.ofList

        let results: Trained option array = Array.replicate lessons.Length None

        let learn (group: Enrolled list) =
            let trained =
                match group with
                | [ one ] -> [ Learner.trainOn one.Lesson.Settings one.Report cancellation one.Lesson.Circuit one.Lesson.Stimuli ]
                | several -> learnGroup cancellation several

            for one, result in List.zip group trained do
                results[one.Index] <- Some result

        try
            Parallel.ForEach(groups, Processors.Options, learn) |> ignore
        with :? AggregateException as failed ->
            ExceptionDispatchInfo.Throw(failed.InnerExceptions[0])

        [ for result in results -> Option.get result ]
