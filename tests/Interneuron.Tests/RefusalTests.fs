/// Arguments that are refused: the exception names the argument of the method that was called.
module Interneuron.Facade.Tests.RefusalTests

open System
open Expecto
open Interneuron
open Interneuron.Facade.Tests.Make

let private one = grid [ [ 1.0 ] ]
let private two = grid [ [ 1.0; 2.0 ] ]
let private scene = Image.FromScene(1, 128)

let private circuit =
    Circuit.Create(Potentials.Monomial, row [ 1.0 ], grid [ [ 2.0 ] ], one)

let private pair =
    Circuit.Create(Potentials.Quadratic, row [ 1.0; 1.0 ], empty 2 0, grid [ [ 1.0; 0.0 ]; [ 0.0; 1.0 ] ])

let private ofSamples =
    Circuit.Create(Potentials.Quadratic, row [ 1.0 ], empty 1 0, one, Targets.OfSamples(grid [ [ 1.0 ]; [ -1.0 ] ]))

let private theta = Parameter("theta", 0.0, 1.0, struct (0.0, 1.0))

let private nothing<'T when 'T: not null and 'T: not struct> : 'T =
    Unchecked.defaultof<'T>

let private cases: (string * string * (unit -> obj | null)) list =
    let define name parameters formula () : obj | null =
        Potential.Define(name, (parameters: Parameter array), Func<_, _, _> formula)

    let create potential (gains: float array) theta w target leak () : obj | null =
        Circuit.Create(potential, gains, theta, w, target, leak)

    let start potential stimuli (options: CircuitOptions | null) () : obj | null =
        Circuit.Start(potential, stimuli, options)

    let train circuit stimuli options () : obj | null =
        Learner.Train(circuit, stimuli, options)

    let gaussian = Targets.StandardGaussian

    [ "a grid of fewer values", "values", (fun () -> Grid(2, 2, row [ 1.0 ]))
      "a grid of negative rows", "rows", (fun () -> empty -1 2)
      "a row beyond the grid", "row", (fun () -> one.Row(1).Length)
      "a column beyond the grid", "column", (fun () -> one.Column 1)
      "a grid of nothing", "values", (fun () -> Grid.op_Implicit nothing<float[,]>)
      "a parameter named z", "name", (fun () -> Parameter("z", 0.0, 1.0, struct (0.0, 1.0)))
      "a parameter without values", "upper", (fun () -> Parameter("a", 1.0, 0.0, struct (0.0, 1.0)))
      "a first value outside the interval", "initial", (fun () -> Parameter("a", 0.0, 1.0, struct (0.0, 2.0)))
      "an operand that is null", "x", (fun () -> Formula.Exp nothing)
      "a potential without a name", "name", define "" [||] (fun _ z -> z)
      "a formula that is null", "formula", define "f" [||] (fun _ _ -> nothing)
      "two parameters of one name", "parameters", define "f" [| theta; theta |] (fun _ z -> z)
      "a parameter that is null", "parameters", define "f" [| nothing |] (fun _ z -> z)
      "values for other parameters", "theta", (fun () -> Potentials.Monomial.Evaluate(Potentials.Monomial.Formula, row [], 1.0))
      "a formula of unknowns", "formula", (fun () -> Potentials.Quadratic.Evaluate(Potentials.Monomial.Formula, row [], 1.0))
      "an exponent of 0", "beta", (fun () -> Targets.GeneralisedGaussian 0.0)
      "a target of no samples", "samples", (fun () -> Targets.OfSamples(empty 0 1))
      "a target of samples not finite", "samples", (fun () -> Targets.OfSamples(grid [ [ nan ] ]))
      "no potential", "potential", create nothing [| 1.0 |] one one gaussian 0.0
      "a negative gain", "gains", create Potentials.Monomial [| -1.0 |] (grid [ [ 2.0 ] ]) one gaussian 0.0
      "theta outside its interval", "theta", create Potentials.Monomial [| 1.0 |] (grid [ [ 9.0 ] ]) one gaussian 0.0
      "theta of another shape", "theta", create Potentials.Monomial [| 1.0 |] two one gaussian 0.0
      "a column that is not of unit length", "w", create Potentials.Monomial [| 1.0 |] (grid [ [ 2.0 ] ]) (grid [ [ 2.0 ] ]) gaussian 0.0
      "columns that don't span", "w", create Potentials.Monomial [| 1.0 |] (grid [ [ 2.0 ] ]) (grid [ [ 1.0 ]; [ 0.0 ] ]) gaussian 0.0
      "a negative leak", "leak", create Potentials.Monomial [| 1.0 |] (grid [ [ 2.0 ] ]) one gaussian -1.0
      "a saturating activation without a leak", "leak", create Potentials.LogCosh [| 1.0 |] one one gaussian 0.0
      "a potential that is not convex",
      "potential",
      create (Potential.Define("concave", [||], Func<_, _, _>(fun _ z -> -(z * z)))) [| 1.0 |] (empty 1 0) one gaussian 1.0
      "a start of a potential that is not convex",
      "potential",
      start (Potential.Define("kinked", [||], Func<_, _, _>(fun _ z -> z * z - Formula.Abs z))) one (CircuitOptions(Leak = 1.0))
      "a target of another dimension", "target", create Potentials.Monomial [| 1.0 |] (grid [ [ 2.0 ] ]) one (Targets.OfSamples two) 0.0
      "a start from no stimuli", "stimuli", start Potentials.Monomial (empty 0 1) null
      "a start from silence", "stimuli", start Potentials.Monomial (grid [ [ 0.0 ] ]) null
      "a start with a negative leak", "options", start Potentials.Monomial one (CircuitOptions(Leak = -1.0))
      "a start without interneurons", "options", start Potentials.Monomial one (CircuitOptions(Interneurons = Nullable 0))
      "a start with too few interneurons", "options", start Potentials.Monomial two (CircuitOptions(Interneurons = Nullable 1))
      "a start without a target", "options", start Potentials.Monomial one (CircuitOptions(Target = nothing))
      "a saturating start without a leak", "options", start Potentials.LogCosh one null
      "stimuli of another dimension", "stimuli", (fun () -> circuit.Respond two)
      "a buffer that is too short", "responses", (fun () -> circuit.Respond(ReadOnlySpan [| 1.0; 2.0 |], Span [| 0.0 |]))
      "values that are no whole rows", "stimuli", (fun () -> pair.Respond(ReadOnlySpan [| 1.0 |], Span [| 0.0 |]))
      "responses of another dimension", "responses", (fun () -> circuit.StimulusOf two)
      "a negative number of samples", "count", (fun () -> circuit.Sample(-1, 1))
      "a transient of another dimension", "stimulus", (fun () -> circuit.Transient(ReadOnlySpan [| 1.0; 2.0 |], 1.0))
      "a transient from another dimension", "start", (fun () -> circuit.Transient(ReadOnlySpan [| 1.0 |], 1.0, ReadOnlySpan [| 1.0; 2.0 |]))
      "a transient of no time", "duration", (fun () -> circuit.Transient(ReadOnlySpan [| 1.0 |], 0.0))
      "a transient of no tolerance", "tolerance", (fun () -> circuit.Transient(ReadOnlySpan [| 1.0 |], 1.0, tolerance = 0.0))
      "a transient to a stimulus that is not finite", "stimulus", (fun () -> circuit.Transient(ReadOnlySpan [| nan |], 1.0))
      "learning from nothing", "stimuli", train circuit (empty 0 1) null
      "learning from other dimensions", "stimuli", train circuit two null
      "learning from what is not finite", "stimuli", train circuit (grid [ [ nan ] ]) null
      "learning in batches of none", "options", train circuit one (LearnerOptions(Batch = 0))
      "a learning rule that is not there", "options", train circuit one (LearnerOptions(Rule = enum 9))
      "a schedule that is not there", "options", train circuit one (LearnerOptions(Schedule = enum 9))
      "learning in negative steps", "options", train circuit one (LearnerOptions(Steps = -1))
      "published settings for no neurons", "primaries", (fun () -> LearnerOptions.Published 0)
      "a scene that is too small", "size", (fun () -> Image.FromScene(1, 64))
      "an image brighter than white", "intensities", (fun () -> Image(grid [ [ 1.5 ] ]))
      "an image of nothing", "intensities", (fun () -> Image(empty 0 0))
      "a square larger than the image", "size", (fun () -> scene.Centred 129)
      "a pyramid of a negative order", "order", (fun () -> Pyramid(scene, -1))
      "a pyramid that is too high", "height", (fun () -> Pyramid(scene, 2, Nullable 99))
      "a pyramid of a small image", "image", (fun () -> Pyramid(Image one))
      "a subband that is not there", "subband", (fun () -> Pyramid(scene).Band(Subband.Oriented(9, 0)))
      "a negative scale", "scale", (fun () -> Subband.Oriented(-1, 0))
      "subbands of another shape", "coefficients", (fun () -> Pyramid(scene).Reconstruct(fun _ -> one))
      "coefficients of a small image", "image", (fun () -> Coefficients.Single(Image one))
      "coefficients of a plain image", "image", (fun () -> Coefficients.Single(Image(Grid(64, 64, (Array.create 4096 0.5: float array)))))
      "an offset out of the image", "offset", (fun () -> Coefficients.Pairs(scene, 128))
      "samples that don't vary", "samples", (fun () -> Coefficients.UnitVariance(grid [ [ 1.0 ]; [ 1.0 ] ]))
      "no samples to measure", "samples", (fun () -> Measure.Ks(row [], gaussian))
      "an empty file name", "path", (fun () -> Npy.Read "")
      "an empty grid to write",
      "grid",
      (fun () ->
          Npy.Write("s.npy", empty 0 1)
          null) ]

[<Tests>]
let tests =
    testList
        "Refusals"
        [ for what, argument, call in cases do
              test $"{what} is refused, naming {argument}" {
                  let refused =
                      try
                          call () |> ignore
                          failtest "it was not refused"
                      with :? ArgumentException as refused ->
                          refused

                  Expect.equal refused.ParamName argument refused.Message
              }

          test "what a circuit cannot do is an invalid operation, not an argument" {
              Expect.throwsT<InvalidOperationException> (fun () -> pair.TransportGap two |> ignore) "a gap in two dimensions"
              Expect.throwsT<InvalidOperationException> (fun () -> ofSamples.LogDensity one |> ignore) "a density without one"
          }

          test "a message names its argument once" {
              try
                  Circuit.Create(Potentials.Monomial, row [ 1.0 ], grid [ [ 2.0 ] ], grid [ [ 2.0 ] ])
                  |> ignore

                  failtest "it was not refused"
              with :? ArgumentException as refused ->
                  Expect.stringEnds refused.Message "columns have unit length (Parameter 'w')" "message"
          } ]
