/// The few ways in which these tests compare.
[<RequireQualifiedAccess>]
module Interneuron.Core.Tests.Check

open System
open System.IO
open Expecto
open FsCheck
open FsCheck.FSharp

/// |actual - expected| <= relative |expected| + absolute; equal infinities and NaN with NaN agree.
let near (relative: float) (absolute: float) (actual: float) (expected: float) (what: string) =
    let same = actual = expected || (Double.IsNaN actual && Double.IsNaN expected)

    if not (same || abs (actual - expected) <= relative * abs expected + absolute) then
        failtest $"{what}: {actual:R} is not {expected:R} (difference {abs (actual - expected):E1})"

/// A law over generated values.
let law name (count: int) (gen: Gen<'A>) (holds: 'A -> unit) =
    let config =
        { FsCheckConfig.defaultConfig with
            maxTest = count }

    testPropertyWithConfig config name (Prop.forAll (Arb.fromGen gen) holds)

/// A number of [low, high], uniform.
let between (low: float) (high: float) : Gen<float> =
    Gen.choose (0, 1_000_000)
    |> Gen.map (fun n -> low + (high - low) * float n / 1e6)

/// The call is refused with an ArgumentException that says so: each part of the message is there.
let refused (parts: string list) (call: unit -> 'A) =
    match
        (try
            call () |> ignore
            None
         with :? ArgumentException as e ->
             Some e.Message)
    with
    | None -> failtest "was not refused"
    | Some message ->
        for part in parts do
            Expect.stringContains message part "the message names what is wrong"

/// The text agrees, line by line, with golden/NAME as it was read and approved. Where it does not, the text that came out is left
/// beside it as NAME.actual, to look at and, if it is right, to rename.
let golden (name: string) (lines: string list) =
    let path =
        Path.Combine(Interneuron.Tests.Common.root, "tests", "Interneuron.Core.Tests", "golden", name)

    let expected =
        if File.Exists path then
            File.ReadAllLines path |> List.ofArray
        else
            []

    let rec firstDifference n (a: string list) (b: string list) =
        match a, b with
        | [], [] -> None
        | x :: a, y :: b when x = y -> firstDifference (n + 1) a b
        | _ -> Some(n, List.tryHead a |> Option.defaultValue "(nothing)", List.tryHead b |> Option.defaultValue "(nothing)")

    match firstDifference 1 lines expected with
    | None -> ()
    | Some(n, actual, expected) ->
        File.WriteAllLines(path + ".actual", lines)

        failtest
            $"golden/{name} differs first in line {n}:\n  expected {expected}\n  actual   {actual}\nAll that came out is in {name}.actual."
