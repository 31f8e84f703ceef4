module Interneuron.Derivation.Tests.WellPosedTests

open Expecto
open Interneuron.Core.Tests
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Models
open Interneuron.Derivation.Rules
open Interneuron.Derivation.Checks

let private convexity text =
    let m = parse text

    WellPosed.check (Derivation.derive m) m.Sizes
    |> List.find (fun f -> f.Condition.Contains "convex")

/// Interneurons with a potential, their gains held in one of several ways, and a leak.
let private ridge (gains: string) (potential: string) (leak: string) =
    $"potential F(theta, z) = {potential}\n"
    + $"parameter g[i]{gains} ; theta[i] in [0.5, 2] ; W[a,i] unit columns\n"
    + $"constant leak = {leak}\n"
    + "energy sum(i, g[i]*F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2*sum(a, r[a]^2) - sum(a, s[a]*r[a])"

let private stimulus = " - sum(a, s[a]*r[a])"

let private cases: (string * Verdict * string) list =
    [ "a kink that bends down", Fails, ridge " >= 0" "z^2/2 - theta*abs(z)" "0.2"
      "a jump", Fails, ridge " >= 0" "if(z < theta, z^2/2, z^2/2 + 3*z)" "0.2"
      "two wells", Fails, ridge " >= 0" "min((z - theta)^2, (z + theta)^2)/2" "0.2"
      "an absolute value", Proven, ridge " >= 0" "theta*abs(z)" "0.5"
      "a part that is concave, and a whole that is not", Proven, ridge " >= 0" "z^2/2 - log(cosh(theta*z))/(2*theta^2)" "0.3"
      "a concave term that the leak outweighs", Proven, ridge " in [0, 2]" "-0.1*log(cosh(theta*z))/theta^2" "1"
      "a concave term that the leak outweighs for small gains", Unrefuted, ridge " >= 0" "-0.1*log(cosh(theta*z))/theta^2" "1"
      "a concave term that it does not", Fails, ridge " in [0, 9]" "-0.5*log(cosh(theta*z))/theta^2" "1"
      "a concave potential with negative gains", Proven, ridge " in [-2, -1]" "-theta*z^2/2" "0"
      "a negative leak", Unrefuted, ridge " >= 0" "z^2/2*theta" "-1"
      "a negative leak beyond any gain", Fails, ridge " in [0, 0.1]" "z^2/2*theta" "-1"
      "a quartic well", Fails, "parameter h >= 0\nenergy sum(a, r[a]^4)/4 - h/2*sum(a, r[a]^2)" + stimulus
      "a cubic", Fails, "parameter h >= 0\nenergy h/2*sum(a, r[a]^2) - 0.05*sum(a, r[a]^3)" + stimulus
      "a free quadratic form", Unrefuted, "parameter M[a,b]\nenergy sum(a, sum(b, r[a]*M[a,b]*r[b]))/2" + stimulus
      "absolute values of responses", Proven, "parameter h >= 0\nenergy h*sum(a, abs(r[a])) + sum(a, r[a]^2)/2" + stimulus
      "negative ones",
      Fails,
      "parameter h in [1, 2]\nenergy sum(a, r[a]^2)/2 - h*sum(a, abs(r[a]))"
      + stimulus
      "sparse coding",
      Proven,
      "parameter D[b,a]\nsize N = 2, K = 1\nconstant lam = 0.1\n"
      + "energy sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, abs(r[a]))\n"
      + "loss sum(b, (s[b]-sum(a, D[b,a]*r[a]))^2)/2 + lam*sum(a, abs(r[a]))" ]

[<Tests>]
let tests =
    testList
        "WellPosed"
        [ for name, verdict, text in cases do
              testCase $"convexity of {name}" (fun () ->
                  let f = convexity text
                  Expect.equal f.Verdict verdict f.Detail

                  match verdict with
                  | Fails -> Expect.stringContains f.Detail "at " "the place"
                  | Unrefuted -> Expect.stringContains f.Detail "what would decide it" "the need"
                  | Proven -> ())

          testCase "models of the library are not refuted, but for networks that are meant to have several fixed points" (fun () ->
              for name in
                  ModelLibrary.names
                  |> List.except [ "equilibrium-propagation"; "modern-hopfield" ] do
                  let m = library name

                  for f in WellPosed.check (Derivation.derive m) m.Sizes do
                      Expect.notEqual f.Verdict Fails $"{name}: {f.Detail}")

          testCase "a small power grows; a saturating one does not" (fun () ->
              let growth text =
                  match PotentialText.parse text [] with
                  | Ok p -> Potential.growth p
                  | Error e -> failtest $"{e}"

              Expect.equal (growth "abs(z)^1.002") (true, true) "power"
              Expect.equal (growth "abs(z)*log(1 + abs(z))") (true, true) "logarithm"
              Expect.equal (growth "log(cosh(z))") (false, false) "saturating"
              Expect.equal (growth "log(exp(z) + 1)") (false, false) "softplus"
              Expect.equal (growth "max(z, 0)^2") (false, true) "one side")

          testCase "a circuit refuses a potential that is not convex, as a derivation does" (fun () ->
              let concave = Potential.define "concave" [] (fun _ z -> -(z ** 2.0))
              let kinked = Potential.define "kinked" [] (fun _ z -> z ** 2.0 / 2.0 - abs z)

              let bounded =
                  Potential.define "bounded" [] (fun _ z -> z ** 2.0 / 2.0 - 0.2 * log (cosh z))

              let make potential () =
                  Circuit.create potential StandardGaussian 1.0 [| 1.0 |] [| [||] |] [| [| 1.0 |] |]

              Check.refused [ "concave"; "not convex"; "at z = " ] (make concave)
              Check.refused [ "kinked"; "not convex"; "slope falls from 1 to -1" ] (make kinked)
              make bounded () |> ignore) ]
