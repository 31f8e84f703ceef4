namespace Interneuron.Cli

open System

/// Progress as lines for a log: one after another ten percent, though none within three seconds of another, and one after ten seconds in
/// any case. `now` is the time in seconds, and `say` writes a line.
[<Sealed>]
type ProgressLines(now: unit -> float, say: string -> unit) =
    let turn = obj ()
    let mutable share = 0.0
    let mutable description = "preparing"
    // Between one thing and the next.
    let mutable isBetween = true
    // When the current part began, and when the last line was written and at which share.
    let mutable began = now ()
    let mutable lastSaid = now ()
    let mutable shareSaid = 0.0

    let duration (seconds: float) =
        let span = TimeSpan.FromSeconds(Math.Min(seconds, 1e9))

        if span.TotalMinutes < 1.0 then
            $"{span.Seconds} s"
        elif span.TotalHours < 1.0 then
            $"{span.Minutes} min {span.Seconds} s"
        else
            $"{int span.TotalHours} h {span.Minutes} min"

    let line time =
        let elapsed = time - began

        if share > 0.0 && share < 1.0 then
            $"{description}: {floor (100.0 * share)} %% done, {duration (elapsed * (1.0 - share) / share)} left"
        else
            $"{description}: {duration elapsed} so far"

    let sayIfDue () =
        let time = now ()
        let since = time - lastSaid

        if since >= 10.0 || since >= 3.0 && share - shareSaid >= 0.1 then
            say (line time)
            lastSaid <- time
            shareSaid <- share

    /// The share that is done of what is going on; a smaller one than before is of something new, and after the whole of one thing others
    /// are measured.
    member _.Report(portion: float, what: string) =
        lock turn (fun () ->
            let isWhole = portion >= 1.0

            if isBetween || isWhole || portion < share then
                began <- now ()
                shareSaid <- 0.0

            isBetween <- isWhole
            share <- if isWhole then 0.0 else portion
            description <- if isWhole then "measuring" else what
            sayIfDue ())

    /// Writes a line if one is due.
    member _.Tick() = lock turn sayIfDue

    /// Names the task before any share is reported.
    member _.Begin(what: string) =
        lock turn (fun () -> description <- what)
