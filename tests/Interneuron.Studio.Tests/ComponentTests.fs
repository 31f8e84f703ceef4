module Interneuron.Studio.Tests.ComponentTests

open System
open Bunit
open Expecto
open Microsoft.AspNetCore.Components
open Microsoft.Extensions.DependencyInjection
open Interneuron
open Interneuron.Studio
open Interneuron.Studio.Components
open Interneuron.Studio.Pages
open Interneuron.Studio.Tests.Scene

let private context () =
    let context = new BunitContext()
    context.JSInterop.Mode <- JSRuntimeMode.Loose

    context.Services.AddSingleton<Uploads>().AddSingleton(store).AddSingleton<Turns>().AddScoped<Presence>()
    |> ignore

    context

let private find (page: IRenderedComponent<'T>) (selector: string) : AngleSharp.Dom.IElement =
    RenderedComponentExtensions.Find<'T>(page, selector)

let private shown (page: IRenderedComponent<'T>) (selector: string) (text: string) =
    page.WaitForAssertion((fun () -> Expect.stringContains (find page selector).InnerHtml text selector), TimeSpan.FromSeconds 20.0)

[<Tests>]
let tests =
    testSequenced
    <| testList
        "Component"
        [ test "a model typed becomes mathematics" {
              use context = context ()
              let page = context.Render<DerivePage>()

              (find page "#model").Input
                  "potential F(theta, z) = log(cosh(theta*z))/theta^2\nparameter g[i] >= 0 ; theta[i] in [0.5, 4] ; W[a,i] unit \
                  columns\nconstant leak = 1\nenergy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, \
                  s[a]*r[a])"

              shown page "#rules" "<mi>θ</mi>"
              shown page "section[aria-label=Energy]" "<mi>F</mi>"
              shown page "#learn" "Learn with it"
          }

          test "what is wrong with a model is said under its place, and what was right before stays" {
              use context = context ()
              let page = context.Render<DerivePage>()
              shown page "#rules" "<mi>W</mi>"
              (find page "#model").Input "title x\nenergy sum(a, r[a]^2) - sum(a, s[a]*q[a])"
              shown page "#model-wrong" "line 2, column 37: unknown symbol"
              Expect.stringContains (string ((find page ".place").GetAttribute "style")) "top: calc(2 *" "its line"
              Expect.stringContains (string ((find page ".place").GetAttribute "style")) "left: calc(36 *" "its column"
              shown page "#rules" "<mi>W</mi>"
          }

          test "every published model is shown" {
              use context = context ()
              let page = context.Render<DerivePage>()

              for name in Model.Library do
                  (find page "#published").Change name

                  let title () =
                      (find page "section[aria-label=Energy] h2").TextContent

                  page.WaitForAssertion((fun () -> Expect.equal (title ()) (Model.FromLibrary(name).Title) name), TimeSpan.FromSeconds 20.0)
          }

          test "a potential typed shows its activation, a wrong one where it is wrong" {
              use context = context ()
              let mutable chosen = StudioState()

              let fields =
                  context.Render<PotentialFields>(fun (parameters: ComponentParameterCollectionBuilder<PotentialFields>) ->
                      parameters
                          .Add((fun p -> p.State), StudioState())
                          .Add((fun p -> p.Changed), Action<StudioState>(fun state -> chosen <- state))
                      |> ignore)

              (find fields "#parameters").Input "theta in [0.5,4]"
              (find fields "#formula").Input "log(cosh(theta*z))/theta^2"
              shown fields ".rules" "<mi>tanh</mi>"
              (find fields "#formula").Change "log(cosh(theta*z))/theta^2"
              fields.WaitForAssertion(fun () -> Expect.equal chosen.Potential "log(cosh(theta*z))/theta^2" "chosen")
              (find fields "#formula").Input "log(cosh(thta*z))"
              shown fields "#formula-wrong" "column 10: unknown name 'thta'"
              Expect.equal ((find fields "#formula").GetAttribute "aria-invalid") "true" "said to be wrong"
              shown fields ".rules" "<mi>tanh</mi>"
          }

          test "numbers out of range are not taken" {
              use context = context ()
              let mutable taken = []

              let field =
                  context.Render<NumberField>(fun (parameters: ComponentParameterCollectionBuilder<NumberField>) ->
                      parameters
                          .Add((fun p -> p.Id), "k")
                          .Add((fun p -> p.Label), "K")
                          .Add((fun p -> p.Least), 1.0)
                          .Add((fun p -> p.Most), 9.0)
                          .Add((fun p -> p.Changed), Action<Nullable<float>>(fun value -> taken <- value :: taken))
                      |> ignore)

              for text in [ "0"; "10"; "2.5"; "NaN"; "x"; ""; "3" ] do
                  (find field "#k").Change text

              Expect.equal taken [ Nullable 3.0 ] "taken"
          }

          test "an experiment runs with progress, shows its figure, and can be stopped" {
              use context = context ()
              let page = context.Render<ExperimentsPage>()
              (find page "#run").Click()

              page.WaitForAssertion(
                  (fun () -> Expect.stringContains (find page "#told").TextContent "done" "done"),
                  TimeSpan.FromSeconds 60.0
              )

              Expect.stringContains (find page ".figure svg").InnerHtml "learned transform" "figure"
              (find page "#run").Click()
              page.WaitForState((fun () -> page.Markup.Contains "id=\"stop\""), TimeSpan.FromSeconds 10.0)
              (find page "#stop").Click()

              page.WaitForAssertion(
                  (fun () -> Expect.stringContains (find page "#told").TextContent "stopped" "stopped"),
                  TimeSpan.FromSeconds 20.0
              )
          } ]
