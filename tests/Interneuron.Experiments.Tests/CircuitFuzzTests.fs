/// Circuit files and model files grown from their grammar, or whole ones with damage: they are read, or refused in one line that names the
/// file.
module Interneuron.Experiments.Tests.CircuitFuzzTests

open System
open System.IO
open System.Text
open Expecto
open Interneuron.Statistics
open Interneuron.Core.Files
open Interneuron.Derivation.Running
open Interneuron.Experiments
open Interneuron.Tests
open Interneuron.Tests.Fuzz

let private quoted text = "\"" + text + "\""

let private listOf (items: string seq) = "[" + String.Join(", ", items) + "]"

let private object (members: (string * string) list) =
    "{"
    + String.Join(", ", [ for name, value in members -> quoted name + ": " + value ])
    + "}"

// A value of any kind, where another is asked for.
let rec private anything (random: Random) depth =
    let inner () = anything random (depth - 1)

    match random.Next(if depth > 0 then 9 else 6) with
    | 0 ->
        pick
            random
            [ "0"
              "-0"
              "1"
              "2"
              "-1"
              "1e999"
              "1e-999"
              "0.1"
              "2147483647"
              "2147483648"
              "1000000"
              String.replicate (random.Next 3_000) "9" ]
    | 1 ->
        pick
            random
            [ "\"\""
              "\"a\""
              "\"\\ud800\""
              "\"\\u0000\""
              "\"\\u001b[2J\""
              quoted (String.replicate (random.Next 5_000) "x") ]
    | 2 -> pick random [ "true"; "false"; "null" ]
    | 3 -> pick random [ "NaN"; "Infinity"; "nul"; "01"; "+1"; "'a'"; "//" ]
    | 4 -> String.replicate (random.Next 100) "[" + String.replicate (random.Next 100) "]"
    | 5 -> listOf (Seq.replicate (random.Next 20_000) "0")
    | 6 -> listOf (Seq.init (random.Next 4) (fun _ -> inner ()))
    | _ -> object [ for _ in 1 .. random.Next 4 -> pick random [ "g"; "name"; "samples"; "\\ud800"; "\\u0067"; "formula"; "" ], inner () ]

/// Now and then anything in place of what is right.
let private orAnything (random: Random) right =
    if random.Next 150 = 0 then anything random 2 else right

/// The members in another order, one of them missing, twice, or unknown.
let private shaken (random: Random) (members: (string * string) list) =
    let members =
        if random.Next 10 = 0 then
            members |> List.sortBy (fun _ -> random.Next())
        else
            members

    match random.Next 60 with
    | 0 -> members |> List.removeAt (random.Next members.Length)
    | 1 -> pick random members :: members
    | 2 -> ("gain", "1") :: members
    | 3 -> ("\\udc00", "1") :: members
    | _ -> members
    |> List.map (fun (name, value) -> name, orAnything random value)
    |> object

let private numbers (random: Random) count (from: float) (upTo: float) =
    Array.init count (fun _ -> from + (upTo - from) * random.NextDouble())

let private rowOf (random: Random) (values: float array) =
    values
    |> Array.map (fun v -> orAnything random (v.ToString("R", Globalization.CultureInfo.InvariantCulture)))
    |> listOf

let private standardised (random: Random) n =
    shaken
        random
        [ "mean", rowOf random (numbers random n -1.0 1.0)
          "unit", rowOf random (numbers random n 0.5 2.0) ]

let private source (random: Random) n =
    match random.Next 4 with
    | 0 -> [ "scene", "1" ]
    | 1 -> [ "image", "\"a.png\"" ]
    | 2 -> [ "input", "\"a.npy\"" ]
    | _ -> [ "input", "\"a.npy\""; "standardised", standardised random n ]

let private learned (random: Random) n =
    let usual =
        [ "rule", pick random [ "\"derived\""; "\"published\""; "\"hebb\"" ]
          "schedule", pick random [ "\"scaled\""; "\"published\""; "\"none\"" ]
          "learn", pick random [ "[]"; "[\"g\"]"; "[\"g\", \"theta\", \"w\"]"; "[\"g\", \"g\"]"; "[\"\"]" ]
          "steps", "10"
          "batch", "1"
          "seed", "1"
          "steps_made", "1"
          "samples", "3" ]

    shaken random (usual @ source random n)

let private circuit (random: Random) =
    let n, k = random.Next(1, 5), random.Next(1, 5)

    let potential, theta =
        match random.Next 6 with
        | 0 -> "\"power-mixture\"", [ 1.0, 3.0 ]
        | 1 -> "\"quadratic\"", []
        | 2 -> "\"threshold-linear\"", [ 0.0, 3.0 ]
        | 3 ->
            quoted (
                pick
                    random
                    [ "log-cosh"
                      "monomial"
                      "symmetric-threshold"
                      "saturating-threshold"
                      "none" ]
            ),
            [ 1.0, 2.0 ]
        | _ ->
            let formula =
                pick
                    random
                    [ "log(cosh(theta*z))/theta^2"
                      "theta*z^4"
                      "max(z-theta, 0)^2"
                      "z"
                      "log("
                      "-theta*z^2"
                      "theta*z^2.5"
                      "(1+theta*z^2)^1000000"
                      String.replicate (random.Next 200) "exp(" + "theta*z" + String.replicate 100 ")" ]

            let parameters =
                pick
                    random
                    [ "[\"theta in [1, 3]\"]"
                      "[\"theta in [1, 3] from 2\"]"
                      "[\"theta in [0, inf]\"]"
                      "[\"theta in [1, 3]\", \"theta in [1, 3]\"]"
                      "[]" ]

            shaken random [ "name", "\"own\""; "formula", quoted formula; "parameters", parameters ], [ 1.0, 3.0 ]

    let target =
        match random.Next 4 with
        | 0 ->
            let rows =
                Seq.init (random.Next 8) (fun _ -> rowOf random (numbers random n -2.0 2.0))

            shaken random [ "samples", listOf rows ]
        | 1 ->
            quoted (
                pick
                    random
                    [ "laplace"
                      "uniform"
                      "generalised-gaussian:1.5"
                      "generalised-gaussian:0"
                      "none" ]
            )
        | _ -> "\"gaussian\""

    // Columns of unit length.
    let columns =
        Array.init k (fun _ ->
            let column = numbers random n -1.0 1.0
            let length = sqrt (Array.sumBy (fun v -> v * v) column)
            Array.map (fun v -> v / length) column)

    let members =
        [ "format", "\"interneuron-circuit-1\""
          "potential", potential
          "target", target
          "leak", pick random [ "0"; "0.1"; "1e308"; "-1" ]
          "g", rowOf random (numbers random k 0.0 1.0)
          "theta", listOf [ for _ in 1..k -> rowOf random [| for lower, upper in theta -> lower + (upper - lower) * random.NextDouble() |] ]
          "W", listOf (Array.transpose columns |> Array.map (rowOf random)) ]

    shaken
        random
        (if random.Next 2 = 0 then
             members @ [ "learned", learned random n ]
         else
             members)

let private model (random: Random) =
    let n, k = random.Next(1, 4), random.Next(1, 4)

    let text =
        pick
            random
            [ "parameter g[i] >= 0 ; W[a,i] unit columns\\nenergy sum(i, g[i]*sum(a, W[a,i]*r[a])^2) + sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"
              "parameter M[a,b]\\nconstant leak = 0.1\\nenergy sum(a, sum(b, r[a]*M[a,b]*r[b])) + leak*sum(a, r[a]^4) - sum(a, s[a]*r[a])"
              "parameter g[i] >= 0 ; theta[i] in [1,3] ; W[a,i]\\nenergy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + sum(a, r[a]^2)/2 \
              - sum(a, s[a]*r[a])"
              "energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"
              "energy" ]

    let number () = rowOf random (numbers random 1 0.0 2.0)

    let parameters =
        [ if text.Contains "g[i]" then
              "g", rowOf random (numbers random k 0.0 1.0)
          if text.Contains "theta[i]" then
              "theta", rowOf random (numbers random k 1.0 3.0)
          if text.Contains "W[a,i]" then
              "W", listOf [ for _ in 1..n -> rowOf random (numbers random k -1.0 1.0) ]
          if text.Contains "M[a,b]" then
              "M", listOf [ for _ in 1..n -> rowOf random (numbers random n 0.0 1.0) ] ]

    let size usual =
        match random.Next 12 with
        | 0 -> pick random [ "0"; "-1"; "1000"; "100000"; "2147483647"; "1e9" ]
        | _ -> string (usual: int)

    shaken
        random
        [ "format", "\"interneuron-model-1\""
          "model", quoted text
          "primaries", size n
          "interneurons", size k
          "parameters",
          (if parameters.IsEmpty then
               "{}"
           else
               shaken random parameters)
          "j", number ()
          "ks", "null"
          "learned", shaken random ([ "steps", "1" ] @ source random n) ]

let private write (random: Random) (path: string) =
    let text = if random.Next 3 = 0 then model random else circuit random
    let bytes = Encoding.UTF8.GetBytes text
    File.WriteAllBytes(path, (if random.Next 4 = 0 then damaged random bytes else bytes))

// As the verbs that take either kind of file.
let private attempt (path: string) : string =
    try
        if ModelFile.isOne path then
            let saved = ModelFile.read path
            let transform = ModelTransform.create path saved.Instance saved.Values
            transform.Respond(Array.zeroCreate transform.Primaries) |> ignore
            "models"
        else
            CircuitFile.read path |> ignore
            "circuits"
    with :? Refusal as error ->
        Expect.isFalse (error.Message |> Seq.exists Char.IsControl) error.Message
        Expect.stringStarts error.Message path "names the file"
        "refused"

[<Tests>]
let tests = Fuzz.test "circuits" Allocated 500 write attempt
