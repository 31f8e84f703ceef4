namespace Interneuron.Core.Circuits

/// What takes stimuli to responses, and back.
type Transform =
    {
        /// N, the numbers of a stimulus.
        Primaries: int
        /// The numbers of a response: N for circuits.
        Responses: int
        /// The responses (one a row) to stimuli (n x N); rows of NaN where one has none.
        Respond: float array -> float array
        /// log p(s) of stimuli (n x N), n numbers; NaN where one has no response.
        LogDensity: float array -> float array
        /// So many stimuli (n x N) drawn by a seed.
        Sample: int -> int -> float array
    }

/// Transforms.
[<RequireQualifiedAccess>]
module Transform =
    /// A circuit's.
    let ofCircuit (circuit: Circuit) : Transform =
        { Primaries = circuit.Primaries
          Responses = circuit.Primaries
          Respond = fun s -> (Response.solve circuit s).R
          LogDensity = Response.logDensity circuit
          Sample = Response.sample circuit }
