module Interneuron.Statistics.Tests.RefusalTests

open System
open Expecto
open Interneuron.Statistics

let private refused (action: unit -> unit) : Refusal =
    try
        action ()
        failtest "was not refused"
    with :? Refusal as refusal ->
        refusal

[<Tests>]
let tests =
    testList
        "Refusal"
        [ test "a message is one line: where from the outside in, what is wrong, what would be right" {
              let refusal =
                  refused (fun () ->
                      Refusal.within (Where.named "m.json") (fun () ->
                          Refusal.within (Where.into "model" Where.unknown) (fun () ->
                              Refusal.at (Where.at (Some { Line = 3; Column = 7 })) "unknown symbol 'q'" "did you mean 'g'?")))

              Expect.equal refusal.Message "m.json: model: line 3, column 7: unknown symbol 'q'; did you mean 'g'?" "message"
              Expect.equal refusal.Where.Within [ "m.json"; "model" ] "within"
              Expect.equal refusal.Where.Position (Some { Line = 3; Column = 7 }) "position"
              Expect.equal (refusal.What, refusal.Right) ("unknown symbol 'q'", Some "did you mean 'g'?") "what and right"
              Expect.equal (Refusal "two\nlines").Message "two\\nlines" "one line"
          }

          test "a position further inside is the one that counts" {
              let refusal =
                  refused (fun () ->
                      Refusal.within (Where.at (Some { Line = 1; Column = 1 })) (fun () ->
                          Refusal.at (Where.at (Some { Line = 2; Column = 5 })) "a" "b"))

              Expect.equal refusal.Message "line 2, column 5: a; b" "message"
          }

          test "an argument that somebody chose has its name, which the message does not repeat" {
              let refusal =
                  refused (fun () -> Refusal.argument "leak" "the leak is -1; it is at least 0")

              Expect.equal (refusal.ParamName, refusal.Message) ("leak", "the leak is -1; it is at least 0") "as it is"

              let inside =
                  refused (fun () -> Refusal.within (Where.named "c.json") (fun () -> raise refusal))

              Expect.equal (inside.ParamName, inside.Message) ("leak", "c.json: the leak is -1; it is at least 0") "in a file"
          }

          test "why a file cannot be read is kept on the way out" {
              let failure = IO.IOException "no permission"

              let refusal =
                  refused (fun () -> Refusal.within (Where.named "c.json") (fun () -> raise (Refusal("cannot be read", failure))))

              Expect.isTrue (obj.ReferenceEquals(refusal.InnerException, failure)) "the first exception"
          }

          test "a fault of the program passes through as it is" {
              let fault = ArgumentException "List lengths differ"

              try
                  Refusal.within (Where.named "c.json") (fun () -> raise fault)
                  failtest "passed"
              with
              | :? Refusal as refusal -> failtest refusal.Message
              | error -> Expect.isTrue (obj.ReferenceEquals(error, fault)) "the same"
          } ]
