namespace Interneuron.Cli

open Argu

/// An argument with its value. Verbs share this one union, so that an option is declared, and means, the same for each.
type Argument =
    | [<Unique>] Image of FILE: string
    | [<Unique>] Images of DIR: string
    | [<Unique>] Scene of SEED: int
    | [<Unique>] Input of FILE: string
    | [<Unique>] Centre
    | [<Unique>] Standardise
    | [<Unique>] Interneurons of K: int list
    | [<Unique>] Potential of NAME: string
    | [<Unique>] Target of NAME: string
    | [<Unique>] Leak of L: float
    | [<Unique>] Rule of NAME: string
    | [<Unique>] Learn of LIST: string
    | [<Unique>] Steps of N: int
    | [<Unique>] Batch of B: int
    | [<Unique>] Seed of S: int
    | [<Unique>] Circuit of FILE: string
    | [<Unique>] Count of N: int64
    | [<Unique>] Offset of D: int list
    | [<Unique>] Optimum
    | [<Unique>] Seeds of N: int
    | [<Unique>] Scale of I: int
    | [<Unique>] Orientation of J: int
    | [<Unique>] Model of FILE: string
    | Parameter of TEXT: string
    | [<Unique>] Primaries of N: int
    | [<Unique>] Circuits of N: int
    | [<Unique>] Report of DIR: string
    | [<Unique>] Train
    | [<Unique>] Out of PATH: string
    | [<Unique>] Trajectory
    | [<Unique>] Json

    /// The option that this is an argument of.
    member this.Flag =
        match this with
        | Image _ -> Options.image
        | Images _ -> Options.images
        | Scene _ -> Options.scene
        | Input _ -> Options.input
        | Centre -> Options.centre
        | Standardise -> Options.standardise
        | Interneurons _ -> Options.interneurons
        | Potential _ -> Options.potential
        | Target _ -> Options.target
        | Leak _ -> Options.leak
        | Rule _ -> Options.rule
        | Learn _ -> Options.learn
        | Steps _ -> Options.steps
        | Batch _ -> Options.batch
        | Seed _ -> Options.seed
        | Circuit _ -> Options.circuit
        | Count _ -> Options.count
        | Offset _ -> Options.offset
        | Optimum -> Options.optimum
        | Seeds _ -> Options.seeds
        | Scale _ -> Options.scale
        | Orientation _ -> Options.orientation
        | Model _ -> Options.model
        | Parameter _ -> Options.parameter
        | Primaries _ -> Options.primaries
        | Circuits _ -> Options.circuits
        | Report _ -> Options.report
        | Train -> Options.train
        | Out _ -> Options.outFile
        | Trajectory -> Options.trajectory
        | Json -> Options.json

    interface IArgParserTemplate with
        member this.Usage = this.Flag.Text
