/// Models from texts.
[<AutoOpen>]
module Interneuron.Derivation.Tests.Texts

open Expecto
open Interneuron.Derivation.Models

/// The model of a text that is right.
let parse (text: string) : Model =
    match ModelText.parse text with
    | Ok model -> model
    | Error e -> failtest $"{e}\n{text}"

/// A model of the library.
let library (name: string) : Model =
    parse (Option.get (ModelLibrary.tryText name))
