module Interneuron.Core.Tests.NumeralTests

open System
open System.Globalization
open System.Threading
open Expecto
open Interneuron.Core.Symbolic

[<Tests>]
let tests =
    testList
        "Numeral"
        [ testCase "numbers that .NET, NumPy and people write in digits are read as they are, in any culture"
          <| fun () ->
              // As in German.
              let other = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
              other.NumberFormat.NumberDecimalSeparator <- ","
              other.NumberFormat.NumberGroupSeparator <- "."
              let culture = Thread.CurrentThread.CurrentCulture

              try
                  for here in [ CultureInfo.InvariantCulture; other ] do
                      Thread.CurrentThread.CurrentCulture <- here

                      for text, value in
                          [ "0", 0.0
                            "-0.5", -0.5
                            ".5", 0.5
                            "12", 12.0
                            "007", 7.0
                            "1e3", 1000.0
                            "1.5E-3", 0.0015
                            "2e+2", 200.0
                            "1.7976931348623157e308", Double.MaxValue
                            "5e-324", Double.Epsilon
                            "0e999", 0.0 ] do
                          Expect.equal (Numeral.read text) (Ok value) text
              finally
                  Thread.CurrentThread.CurrentCulture <- culture

          testCase "what is written in another form is refused, with the form that is right where that is plain"
          <| fun () ->
              for text, right in
                  [ "0,5", "write 0.5"
                    "1_000", "write 1000"
                    "1 000", "write 1000"
                    "+5", "write 5"
                    " 5\n", "write 5"
                    "5.", "write 5"
                    ",5", "write 0.5"
                    ".", "write one as 0.5 or 1e-3"
                    ".e5", "write one as 0.5 or 1e-3"
                    "٣", "write 3"
                    "１２", "write 12"
                    "", "write one as 0.5 or 1e-3"
                    "-", "write one as 0.5 or 1e-3"
                    "--5", "write one as 0.5 or 1e-3"
                    "1.000,5", "write one as 0.5 or 1e-3"
                    "1.2.3", "write one as 0.5 or 1e-3"
                    "0x10", "write one as 0.5 or 1e-3"
                    "1e", "write one as 0.5 or 1e-3"
                    "NaN", "write one as 0.5 or 1e-3"
                    "Infinity", "write one as 0.5 or 1e-3"
                    "½", "write one as 0.5 or 1e-3"
                    "1e309", "the largest is 1.8e308"
                    "1e-400", "the least above 0 is 4.9e-324" ] do
                  Expect.equal (Numeral.read text) (Error right) text

          testCase "whole numbers are digits alone"
          <| fun () ->
              Expect.equal (Numeral.readWhole "-12") (Ok -12L) "-12"
              Expect.equal (Numeral.readWhole (string Int64.MaxValue)) (Ok Int64.MaxValue) "the largest"

              for text, right in
                  [ "1,000", "write 1000"
                    "1_000", "write 1000"
                    "+1", "write 1"
                    "1.0", "write it in digits, as 12"
                    "1e3", "write it in digits, as 12"
                    "", "write it in digits, as 12"
                    "9223372036854775808", "the largest is 9223372036854775807" ] do
                  Expect.equal (Numeral.readWhole text) (Error right) text ]
