namespace Interneuron.Experiments

open System
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Core.Files
open Interneuron.Derivation.Formulas

/// All options, each described once.
[<RequireQualifiedAccess>]
module Options =
    let private refuse (name: string) (text: string) (problem: string) : 'T =
        raise (Refusal $"{name} {Message.quote text} {problem}")

    let private readWhole name (least: int64, most: int64) (text: string) : int64 =
        match Numeral.readWhole text with
        | Ok value when least <= value && value <= most -> value
        | Ok _ -> refuse name text $"is out of range: it is from {least} to {most}."
        | Error right -> refuse name text $"is not a whole number: {right}."

    let private readReal name (least: float) (text: string) : float =
        match Numeral.read text with
        | Ok value when value >= least -> value
        | Ok _ -> refuse name text $"is out of range: it is from {least} on."
        | Error right -> refuse name text $"is not a number: {right}."

    let private valued kind (read: string -> 'T) name value text =
        Flag<'T>(name, Some value, kind, text, List.head >> read)

    let private switch name text =
        Flag<unit>(name, None, Kind.Switch, text, ignore)

    let private file = valued Kind.File id
    let private folder = valued Kind.Folder id

    /// Names as people list them.
    let private oneOf (names: string list) =
        let last = names.Length - 1
        String.concat ", " (List.take last names) + " or " + names[last]

    let private named (names: string list) (read: string -> 'T) =
        valued (Kind.Name names) (American.toBritish names >> read)

    let private long least most name =
        valued (Kind.Whole(least, most)) (readWhole name (least, most)) name

    let private whole least most name =
        valued (Kind.Whole(least, most)) (readWhole name (least, most) >> int) name

    let private wholes least most name value text =
        Flag<int list>(name, Some value, Kind.Wholes(least, most), text, List.map (readWhole name (least, most) >> int))

    let private real least name =
        valued (Kind.Real least) (readReal name least) name

    let private anyInt = int64 Int32.MinValue, int64 Int32.MaxValue

    /// --image
    let image =
        file "--image" "FILE" "a photograph: PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM or Sun raster; its centred square is used"

    /// --images
    let images =
        folder "--images" "DIR" "a folder of photographs, all of which are taken"

    /// --scene
    let scene =
        whole 0L (snd anyInt) "--scene" "SEED" "a synthetic scene of occluding discs"

    /// --input
    let input =
        file
            "--input"
            "FILE"
            "an array of stimuli, n or n x N: .npy, .npz, HDF5, .mat, Parquet, .csv or .tsv; one of several in a file is named as \
            FILE:NAME, as are the \
            columns of a table, FILE:X,Y"

    /// --against
    let against =
        file "--against" "MODEL" "another model, whose rules the derived ones are compared with"

    /// --size
    let size =
        valued Kind.Repeated id "--size" "POPULATION=N" "the number of neurons of a population that the model declares; once for each"

    /// --start
    let start =
        valued Kind.Repeated id "--start" "PARAMETER=FILE.npy" "the numbers that a parameter of --model starts from; once for each"

    /// --centre
    let centre =
        switch "--centre" "subtract the mean of each column of --input; the circuit's file keeps it for respond, density and sample"

    /// --standardise
    let standardise =
        switch "--standardise" "also divide each column of --input by its standard deviation"

    /// --interneurons
    let interneurons =
        wholes
            1L
            100_000L
            "--interneurons"
            "K"
            "the number of interneurons (default: what the potential needs); several where circuits are compared"

    // A formula has more in it than letters, digits and the hyphens of names.
    let private isFormula (text: string) =
        text
        |> Seq.exists (fun letter -> not (Char.IsLetterOrDigit letter || letter = '-'))

    /// --potential: a name of the library, or a formula that --parameter completes
    let potential =
        let known =
            oneOf
                [ for p in Potentials.all ->
                      p.Name
                      + (if p = Potentials.powerMixture then
                             " (mostly the default)"
                         else
                             "") ]

        named
            [ for p in Potentials.all -> p.Name ]
            (fun text -> if isFormula text then text else (Names.potential text).Name)
            "--potential"
            "NAME"
            $"{known}, or a formula of z and parameters"

    /// --parameter
    let parameter =
        valued
            Kind.Repeated
            id
            "--parameter"
            "TEXT"
            "a parameter of the potential, such as \"theta in [0.5,4]\"; once for each, or all of them with ; between them"

    /// --from
    let from =
        file "--from" "FILE" "go on from a trained circuit in place of a new one; its potential, leak and interneurons stay"

    /// --target
    let target =
        named
            Target.names
            Names.target
            "--target"
            "NAME"
            "gaussian (default), laplace, uniform, logistic, generalised-gaussian:BETA, exponential, half-normal, student-t:NU or \
            \"density FORMULA, x in [a, b]\""

    /// --leak
    let leak =
        real 0.0 "--leak" "L" "the leak of the primary neurons (default 0); a potential that saturates on both sides needs one"

    /// --rule
    let rule =
        named
            [ for origin in Plasticity.origins -> origin.Name ]
            Names.rule
            "--rule"
            "NAME"
            "derived (default), or published: the rule, rates and start of the released code"

    /// --learn
    let learn =
        valued
            Kind.Text
            Names.learns
            "--learn"
            "LIST"
            "what learns: a list of g, theta and W, such as g,theta; at another pace as g=0.5,W=2 (default: by the potential)"

    /// --batch-optimum
    let batchOptimum =
        switch
            "--batch-optimum"
            "end with the gains of least J over all stimuli at once, in place of the steps where only gains learn; saturating populations \
            do, unless --steps is given"

    /// --likelihood
    let likelihood =
        whole 0L (snd anyInt) "--likelihood" "N" "after all others N steps up the log-likelihood of the stimuli (default 0, patches 250)"

    /// --steps
    let steps =
        whole 0L (snd anyInt) "--steps" "N" "learning steps (default 200000, costs 9000; published 20000, or 3000 for N > 1)"

    /// --batch
    let batch = whole 1L 1_000_000L "--batch" "B" "stimuli in a step (default 10)"

    /// --seed
    let seed =
        whole (fst anyInt) (snd anyInt) "--seed" "S" "seed of everything drawn at random (default 1)"

    /// --circuit
    let circuit =
        file "--circuit" "FILE" "a trained circuit, as train and gaussianise write it"

    /// --count
    let count = long 1L 1_000_000_000_000L "--count" "N" "how many stimuli to draw"

    /// --offset
    let offset =
        wholes 1L 100_000L "--offset" "D" "the vertical offset of the pairs, in pixels; several where offsets are compared"

    /// --seeds
    let seeds =
        whole 1L 1000L "--seeds" "N" "how many seeds to learn with, from --seed on (default 3)"

    /// --side
    let side = wholes 2L 16L "--side" "P" "the sides of the patches, in pixels"

    /// --patches
    let patches =
        whole 1000L 10_000_000L "--patches" "N" "the most patches to learn from, evenly from all"

    /// --scale
    let scale =
        whole 0L 30L "--scale" "I" "the scale of the subband, 0 the finest (default 0)"

    /// --orientation
    let orientation =
        whole 0L 2L "--orientation" "J" "the orientation of the subband, 0 to 2 (default 0)"

    /// --model
    let model =
        file
            "--model"
            "FILE"
            "a model as text (an energy, what learns, what holds it), or the name of one of the library; of several inputs each has its \
            own array, --input NAME=FILE.npy"

    /// --potential, by its formula
    let formula =
        valued
            Kind.Text
            id
            "--potential"
            "FORMULA"
            "the paper's circuit with this potential, a formula of z and parameters, or the name of one"

    /// --primaries
    let primaries =
        whole 1L 1000L "--primaries" "N" "the number of primary neurons (default 2)"

    /// --circuits
    let circuits =
        whole 1L 10_000L "--circuits" "N" "random circuits to check the rules on (default 27)"

    /// --report
    let report =
        folder "--report" "DIR" "the folder for the report as Markdown and LaTeX, with diagram, figure and certificate"

    /// --train
    let train =
        switch "--train" "also learn a circuit from --image, --scene (default 1) or --input, into the report's folder"

    /// --out, a file
    let outFile =
        file "--out" "FILE" "the file to write; it appears when it is complete"

    /// --out, a folder
    let outFolder =
        folder "--out" "DIR" "the folder to write to (default: named after the verb)"

    /// --resume
    let resume =
        switch "--resume" "go on with a run that was interrupted or killed, from what it kept beside its output"

    /// --checkpoint
    let checkpoint =
        real 0.0 "--checkpoint" "SECONDS" "how often the run keeps what --resume goes on from (default 30; 0 for never)"

    /// --trajectory
    let trajectory =
        switch "--trajectory" "also write J, g, theta and W over the steps, as arrays and a figure"

    /// --plan
    let plan =
        file "--plan" "PLAN.json" "what to run, as JSON: an experiment, the options of all cells, and a grid of options with values"

    let private list name value text = valued Kind.Text id name value text

    /// --offsets
    let offsets =
        list "--offsets" "LIST" "vertical offsets, such as 2,8,32 or 1..10: pairs are learned then, and not single coefficients"

    /// --potential, several
    let potentials =
        list
            "--potential"
            "LIST"
            "potentials, such as power-mixture,monomial (default for single coefficients: these two and threshold-linear)"

    /// --interneurons, several for a grid
    let interneuronCounts =
        list "--interneurons" "LIST" "numbers of interneurons, such as 2,3,4 (default: what the potential needs)"

    /// --seeds, by their numbers
    let seedList = list "--seeds" "LIST" "seeds, such as 1..10 (default 1)"

    /// --jobs
    let jobs =
        whole 1L 1024L "--jobs" "N" "how many cells run at once, each on a processor of its own (default: as many as this machine has)"

    /// --cells
    let cells =
        list
            "--cells"
            "A..B"
            "run some cells of the plan that the folder has, by their numbers, beside others at work there; as tasks of --slurm do"

    /// --x
    let x =
        list "--x" "COLUMN" "the column that the figure shows to the right (default: what the plan says)"

    /// --y
    let y =
        list "--y" "COLUMNS" "the columns that it shows upwards, a panel each, with commas between them"

    /// --by
    let by = list "--by" "COLUMN" "the column that its marks differ by"

    /// --without-times
    let withoutTimes =
        switch "--without-times" "leave out the columns of times, in which no two runs agree"

    /// --slurm
    let slurm =
        switch "--slurm" "submit the cells to Slurm as a job array, and return; status and collect work while it runs"

    /// --partition
    let partition = list "--partition" "NAME" "the partition of --slurm"

    /// --time
    let time =
        list
            "--time"
            "TIME"
            "the most time of a task of --slurm, such as 30 (minutes), 4:00:00 or 2-00; what it doesn't finish goes on in another"

    /// --cpus
    let cpus =
        whole 1L 1024L "--cpus" "C" "the processors of a task of --slurm, and so many cells at once (default 1)"

    /// --array-limit
    let arrayLimit =
        whole 1L 100_000L "--array-limit" "M" "the most tasks of --slurm at once"

    /// --block
    let block =
        whole 1L 1_000_000L "--block" "N" "the cells of a task of --slurm (default: one, or as many as a thousand tasks need)"

    /// --port
    let port =
        whole 0L 65535L "--port" "PORT" "the port of this machine that the page is served on, 0 for any that is free (default 5270)"

    /// --json
    let json = switch "--json" "print one JSON object instead of the table"

    /// Where stimuli come from.
    let sources: Flag list = [ image; scene; input; centre; standardise ]

    /// The choices of learning.
    let learning: Flag list =
        [ from
          interneurons
          potential
          parameter
          target
          leak
          rule
          learn
          batchOptimum
          likelihood
          steps
          batch
          seed ]

    /// How many stimuli are learned from, and which.
    let draws: Flag list = [ steps; batch; seed ]

    /// Where an experiment's findings go.
    let outputs: Flag list = [ outFolder; trajectory; resume; checkpoint; json ]
