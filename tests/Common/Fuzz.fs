/// Generated input against what reads it: each is read or refused within 2 s of processor time and 500 MB of memory, and nothing else
/// happens. INTERNEURON_FUZZ_SECONDS lets every fuzz test go on for that long, with new seeds each time; without it each tries a few fixed
/// ones. INTERNEURON_FUZZ_SEED is the first seed: that of a failure repeats it. An input that fails, or ends the program, is kept.
module Interneuron.Tests.Fuzz

open System
open System.Collections.Generic
open System.Diagnostics
open System.IO
open System.Threading
open Expecto

/// One of a list.
let pick (random: Random) (items: 'item list) : 'item = items[random.Next items.Length]

/// Numbers at which arithmetic of 8, 16 and 32 bits overflows.
let edges =
    [ 0L
      1L
      2L
      127L
      128L
      255L
      256L
      32767L
      32768L
      65535L
      65536L
      0x7fffffffL
      0x80000000L
      0xffffffffL ]

/// Bytes replaced, cut out, doubled, or made one of the edges, in one to four places.
let damaged (random: Random) (bytes: byte[]) : byte[] =
    let mutable result = Array.copy bytes

    for _ in 0 .. random.Next 4 do
        if result.Length > 8 then
            let at = random.Next result.Length

            match random.Next 6 with
            | 0 -> result[at] <- byte (random.Next 256)
            | 1 -> result[at] <- result[at] ^^^ (1uy <<< random.Next 8)
            | 2 -> result <- result[.. at - 1]
            | 3 ->
                let length = min (random.Next 64) (result.Length - at)
                result <- Array.concat [ result[.. at - 1]; result[at + length ..] ]
            | 4 ->
                let length = min (random.Next 64) (result.Length - at)
                result <- Array.concat [ result[.. at + length - 1]; result[at..] ]
            | _ ->
                let value = BitConverter.GetBytes(pick random edges)
                let size = pick random [ 1; 2; 4 ]

                let ordered =
                    if random.Next 2 = 0 then
                        value[.. size - 1]
                    else
                        Array.rev value[.. size - 1]

                Array.blit ordered 0 result at (min size (result.Length - at))

    result

/// How the memory of an input is measured.
type Memory =
    /// By every byte that is allocated for it, kept or not: the same on any machine.
    | Allocated
    /// By what the process grows to, where most of what is allocated is given back at once.
    | Growth

let private mostTime = TimeSpan.FromSeconds 2.0
let private mostBytes = 500_000_000L

// What waits, and takes no processor time, hangs too.
let private mostWait = TimeSpan.FromMinutes 15.0

let private setting (name: string) (read: string -> 'value) : 'value option =
    match Environment.GetEnvironmentVariable name with
    | null
    | "" -> None
    | text -> Some(read text)

let private seconds = setting "INTERNEURON_FUZZ_SECONDS" float

let private firstSeed =
    setting "INTERNEURON_FUZZ_SEED" int
    |> Option.defaultWith (fun () ->
        if seconds.IsSome then
            Environment.TickCount &&& 0x7fffffff
        else
            0)

let private peak () =
    use ``process`` = Process.GetCurrentProcess()
    ``process``.PeakWorkingSet64

/// One parser's inputs, one after the other, on a thread whose stack is as small as a host's may be, and a watch over it.
type private Course(name: string, memory: Memory, few: int, write: Random -> string -> unit, attempt: string -> string) =
    let folder = Directory.CreateTempSubdirectory "interneuron-fuzz-"
    let path = Path.Combine(folder.FullName, name.Replace(' ', '-'))
    let clock = Stopwatch.StartNew()
    let outcomes = SortedDictionary<string, int>()
    let mutable count = 0
    let mutable slowest, largest = (TimeSpan.Zero, 0), (0L, 0)
    let mutable reports = 0
    let mutable failure: string option = None

    // When the input that is tried began, by the processor and by the clock.
    let mutable began = struct (TimeSpan.Zero, TimeSpan.Zero)

    // The process's, which nothing else uses meanwhile: it does not grow when the machine is busy, and counts the collection of garbage.
    let processorTime () = Environment.CpuUsage.TotalTime

    let goesOn () =
        failure.IsNone
        && match seconds with
           | Some seconds -> clock.Elapsed.TotalSeconds < seconds
           | None -> count < few

    let report () =
        let each = String.Join(", ", [ for o in outcomes -> $"{o.Value} {o.Key}" ])
        let time, slow = slowest
        let bytes, large = largest

        printfn
            $"{name}: {clock.Elapsed.TotalSeconds:F0} s ({processorTime().TotalSeconds:F0} s of processor), {count} inputs from seed \
            {firstSeed}: {each}; at most {time.TotalSeconds:F2} s (seed {slow}) and {bytes / 1_000_000L} MB (seed {large})"

    let fail seed problem =
        let kept = $"{path}-{seed}"
        File.Copy(path, kept, true)
        failure <- Some $"{kept} (INTERNEURON_FUZZ_SEED={seed}): {problem}"

    // What takes too long is tried once more: the first time, code is compiled too, and that is not the input's doing.
    let rec tryOne isAgain seed =
        write (Random seed) path
        let before, peakBefore = Environment.WorkingSet, peak ()
        let allocated = GC.GetAllocatedBytesForCurrentThread()
        let start = processorTime ()
        began <- struct (start, clock.Elapsed)

        let outcome =
            try
                Ok(attempt path)
            with error ->
                Error error

        let time = processorTime () - start

        let bytes =
            match memory with
            | Allocated -> GC.GetAllocatedBytesForCurrentThread() - allocated
            | Growth ->
                let peak = peak ()
                if peak > peakBefore then peak - before else 0L

        match outcome with
        | Ok _ when time > mostTime && not isAgain -> tryOne true seed
        | _ ->
            slowest <- max slowest (time, seed)
            largest <- max largest (bytes, seed)

            match outcome with
            | Error error -> fail seed (string error)
            | Ok _ when time > mostTime -> fail seed $"{time.TotalSeconds:F1} s of processor time"
            | Ok _ when bytes > mostBytes -> fail seed $"{bytes / 1_000_000L} MB"
            | Ok word ->
                let _, before = outcomes.TryGetValue word
                outcomes[word] <- before + 1

    let work () =
        while goesOn () do
            tryOne false (firstSeed + count)
            count <- count + 1

            match seconds with
            | Some seconds when clock.Elapsed.TotalSeconds > float (reports + 1) * seconds / 20.0 ->
                reports <- reports + 1
                report ()
            | _ -> ()

    /// Tries them all; fails at the first that fails.
    member _.Run() =
        began <- struct (processorTime (), clock.Elapsed)
        let worker = Thread(work, 1536 * 1024, IsBackground = true)
        worker.Start()

        while failure.IsNone && not (worker.Join 100) do
            let struct (processor, wall) = began

            if processorTime () - processor > 3.0 * mostTime || clock.Elapsed - wall > mostWait then
                fail (firstSeed + count) "it does not end"

        match failure with
        | Some failure -> failtest failure
        | None ->
            if seconds.IsSome then
                report ()

            folder.Delete true

/// A test of `few` inputs, or of as many as there is time for. `write` makes the input of a seed as a file; `attempt` reads the file, says
/// in a word what came of it, and throws where what came of it is wrong.
let test (name: string) memory (few: int) (write: Random -> string -> unit) (attempt: string -> string) : Test =
    testSequenced
    <| testCase name (fun () -> Course(name, memory, few, write, attempt).Run())
