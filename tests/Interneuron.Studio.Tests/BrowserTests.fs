module Interneuron.Studio.Tests.BrowserTests

open System
open System.Globalization
open System.IO
open Expecto
open PuppeteerSharp
open Interneuron.Studio.Tests.Scene
open Interneuron.Studio.Tests.Browser

let private number (text: string) =
    Double.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture)

let private ready (page: Page) =
    page.Wait "dl.numbers"
    page.Until "!document.querySelector('#start')?.disabled"

let private learnFast (page: Page) =
    page.Choose "#pace" ""
    page.Click "#start"
    page.Until @"/^([0-9,]+) of \1 steps((?!learning).)*$/.test(document.querySelector('#where').textContent)"

let private axe =
    Path.Combine(Interneuron.Tests.Common.root, "artifacts", "npm", "node_modules", "axe-core", "axe.min.js")

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Browser"
        [ test "a formula typed has its rules as mathematics, a bad one its message at its place" {
              studio (fun openPage ->
                  let page = openPage ()
                  page.Go ""
                  ready page
                  page.Type "#parameters" "theta in [0.5,4]"
                  page.Type "#formula" "log(cosh(theta*z))/theta^2"
                  page.Until "[...document.querySelectorAll('.rules math mi')].some(e => e.textContent == 'tanh')"
                  Expect.equal (page.Ask "document.querySelector('.rules math').namespaceURI") "http://www.w3.org/1998/Math/MathML" "set"
                  page.Type "#formula" "log(cosh(thta*z))"
                  page.Until "document.querySelector('#formula-wrong').textContent.includes(\"unknown name 'thta'\")"
                  Expect.stringContains (page.Text "#formula-wrong") "column 10" "place"
                  Expect.isEmpty page.Errors "console")
          }

          test "learning on scene 1 brings KS below 0.02 and the page shows it; contrast changed, it adapts; a link restores" {
              studio (fun openPage ->
                  let page = openPage ()
                  page.Go ""
                  ready page
                  Expect.isGreaterThan (number (page.Text "#KS")) 0.05 "before"
                  learnFast page
                  Expect.isLessThan (number (page.Text "#KS")) 0.02 "learned"
                  page.Enter "#contrast" "3"
                  page.Until "document.querySelector('#where').textContent.includes('phase 2')"
                  ready page
                  Expect.isGreaterThan (number (page.Text "#KS")) 0.05 "another contrast"
                  learnFast page
                  Expect.isLessThan (number (page.Text "#KS")) 0.02 "adapted"

                  let numbers, link =
                      page.Text "dl.numbers", page.Ask "document.querySelector('#link').getAttribute('href')"

                  Expect.equal (page.Ask "location.pathname + location.search") link "the address is the link"
                  let other = openPage ()
                  other.Go(link.Substring 1)
                  ready other
                  Expect.equal (other.Text "dl.numbers") numbers "restored"
                  Expect.isEmpty (page.Errors @ other.Errors) "console")
          }

          test "two pages do not disturb each other, and one that is closed learns no more" {
              studio (fun openPage ->
                  let first, second = openPage (), openPage ()
                  first.Go "?phase=scene%3A1%7C1%7Cgaussian%7C100000000"
                  ready first
                  second.Go "?phase=scene%3A2%7C1%7Claplace%7C3000"
                  ready second
                  first.Choose "#pace" ""
                  first.Click "#start"
                  first.Until "document.querySelector('#where').textContent.includes('learning')"
                  learnFast second
                  let numbers = second.Text "dl.numbers"
                  second.Click "#reset"
                  second.Until "document.querySelector('#where').textContent.startsWith('0 of')"
                  learnFast second
                  Expect.equal (second.Text "dl.numbers") numbers "the same again"
                  Expect.stringContains (first.Text "#where") "learning" "the other goes on"

                  let moves () =
                      let before = second.Turns
                      Threading.Thread.Sleep 500
                      second.Turns > before

                  Expect.isTrue (moves ()) "while it learns"
                  wait (first.Puppet.CloseAsync())
                  Threading.Thread.Sleep 1_500
                  Expect.isFalse (moves ()) "after it was closed")
          }

          test "the page can be used by keyboard, and a stimulus typed has its response over time" {
              studio (fun openPage ->
                  let page = openPage ()
                  page.Go "?phase=scene%3A1%7C1%7Cgaussian%7C500"
                  ready page
                  wait (page.Puppet.FocusAsync "#start")
                  wait (page.Puppet.Keyboard.PressAsync "Enter")
                  page.Until "document.querySelector('#where').textContent.startsWith('500 of')"
                  page.Enter "#stimulus-1" "1.5"
                  page.Until "[...document.querySelectorAll('figcaption')].some(e => e.textContent == 'Response over time')"

                  let reached =
                      [ for _ in 1..60 do
                            wait (page.Puppet.Keyboard.PressAsync "Tab")
                            page.Ask "document.activeElement.id || document.activeElement.tagName" ]

                  Expect.containsAll
                      reached
                      [ "kind"
                        "target"
                        "formula"
                        "primaries"
                        "start"
                        "reset"
                        "pace"
                        "link"
                        "command" ]
                      "in reach"

                  Expect.isEmpty page.Errors "console")
          }

          test "a model is derived, and leads to the page on which it learns" {
              studio (fun openPage ->
                  let page = openPage ()
                  page.Go "derive"
                  page.Wait "#rules"
                  page.Choose "#published" "threshold-population"
                  page.Wait "#learn"
                  page.Click "#learn"
                  ready page
                  learnFast page
                  Expect.equal (page.Text "#problem") "" "learns"
                  Expect.isEmpty page.Errors "console")
          }

          test "an experiment runs and can be stopped; its figure is zoomed in its own letters, and a link chooses it" {
              studio (fun openPage ->
                  let page = openPage ()
                  page.Go "experiments?name=schematic"
                  page.Until "!(document.querySelector('#run')?.disabled ?? true)"
                  Expect.equal (page.Ask "document.querySelector('#experiment').value") "schematic" "the link's"
                  page.Choose "#experiment" "gaussianise"
                  page.Until "location.search == '?name=gaussianise'"
                  page.Click "#run"
                  page.Until "document.querySelector('.figure svg text')"
                  page.Until "document.fonts.check('12px Liberation Sans')"

                  let width () =
                      float (page.Ask "document.querySelector('.figure svg').getBoundingClientRect().width")

                  let before = width ()
                  wait (page.Puppet.FocusAsync "#zoom")

                  for _ in 1..4 do
                      wait (page.Puppet.Keyboard.PressAsync "ArrowRight")

                  page.Until $"document.querySelector('.figure svg').getBoundingClientRect().width > {1.9 * before}"
                  Expect.stringContains (page.Text "details") "Density of the responses" "its caption"
                  page.Choose "#experiment" "targets"
                  page.Click "#run"
                  page.Wait "progress"
                  page.Click "#stop"
                  page.Until "document.querySelector('#told').textContent.startsWith('stopped')"
                  Expect.isEmpty page.Errors "console")
          }

          test "the pages fit a desk and a hand, and axe finds no serious fault" {
              studio (fun openPage ->
                  let page = openPage ()

                  for width, height in [ 1280, 800; 390, 844 ] do
                      page.Size width height

                      for name, path, seen in
                          [ "circuit", "", "dl.numbers"
                            "pairs", "?primaries=2", "dl.numbers"
                            "derive", "derive", "#rules"
                            "experiments", "experiments", "#run" ] do
                          page.Go path
                          page.Wait seen

                          if seen = "dl.numbers" then
                              page.Until "document.querySelectorAll('.chart .main-svg').length > 3"

                          page.Picture $"{name}-{width}"

                          Expect.isLessThanOrEqual
                              (int (page.Ask "document.documentElement.scrollWidth"))
                              width
                              $"{name} at {width}: nothing beyond the edge"

                          if File.Exists axe then
                              wait (page.Puppet.EvaluateExpressionAsync(File.ReadAllText axe))

                              let faults =
                                  result (
                                      page.Puppet.EvaluateExpressionAsync<string>
                                          "axe.run().then(r => r.violations.filter(v => v.impact == 'serious' || v.impact == \
                                          'critical').map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' ')).join('\\n'))"
                                  )

                              Expect.equal faults "" $"{name} at {width}"

                  if not (File.Exists axe) then
                      skiptest "sizes are right; faults are looked for where axe-core is in artifacts/npm")
          } ]
