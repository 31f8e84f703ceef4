module Interneuron.Stimuli.Tests.MessageTests

open System
open Expecto
open Interneuron.Statistics
open Interneuron.Stimuli

[<Tests>]
let tests =
    testList
        "Message"
        [ test "What steers a terminal, ends a line or turns the text is written as an escape" {
              for text, line in
                  [ "plain 'text', å, 𝜃", "plain 'text', å, 𝜃"
                    "\u001b]0;owned\u0007\u001b[31mRED", @"\x1b]0;owned\x07\x1b[31mRED"
                    "a\nb\r\tc\u0000\u007f\u009b2J", @"a\nb\r\tc\x00\x7f\x9b2J"
                    "\u2028\u2029\u202egnp.exe\ufeff", @"\u2028\u2029\u202egnp.exe\ufeff"
                    "\U000e0041", @"\U000e0041"
                    "lone " + string (char 0xd835) + " half", @"lone \ud835 half"
                    "", "" ] do
                  Expect.equal (Message.oneLine text) line line
          }

          test "A quoted piece is cut after sixty characters" {
              Expect.equal (Message.quote "<f8\u001b") @"'<f8\x1b'" "short"
              Expect.equal (Message.quote (String('a', 60))) ("'" + String('a', 60) + "'") "sixty"
              Expect.equal (Message.quote (String('a', 61))) ("'" + String('a', 60) + "...'") "sixty-one"
              // A character beyond the first plane is one, though .NET stores two.
              Expect.equal (Message.quote (String.replicate 61 "𝜃")) ("'" + String.replicate 60 "𝜃" + "...'") "in characters"
          }

          testProperty "One line is left as it is, and holds nothing that steers" (fun (text: string) ->
              let line = Message.oneLine (string text)
              Expect.equal (Message.oneLine line) line "again"
              Expect.isFalse (line |> Seq.exists Char.IsControl) "no control characters")

          test "The message of bad input is one line, whatever the file is called" {
              let error = Refusal "\u001b[2J\n.npy: no such file."
              Expect.equal error.Message @"\x1b[2J\n.npy: no such file." "message"
          } ]
