namespace Interneuron.Derivation.Models

open System
open FParsec
open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Core.Transport
open Interneuron.Core.Circuits
open Interneuron.Derivation.Formulas

/// Models from text and as text. A statement ends with its line or a `;`, and goes on in lines that are indented more than the first; `#`
/// begins a comment.
///
///     title      one line (and cite: the publication; both run to the end of the line)
///     population r (primary) ; population z (interneuron)
///     potential  F(theta, z) = log(cosh(theta*z))/theta^2      or the name of one: potential F = log-cosh
///     parameter  g[i] >= 0 ; theta[i] in [1, 3] ; W[a,i] unit columns ; h[i]
///     rate       g 2e-3
///     constant   leak = 0.1, mu = 0.01
///     target     laplace
///     size       N = 2, K = 3
///     energy     sum(i, g[i] * F(theta[i], sum(a, W[a,i]*r[a]))) + leak/2 * sum(a, r[a]^2) - sum(a, s[a]*r[a])
///     cost       mu/2 * sum(i, sum(a, W[a,i]^2))
///     loss       sum(a, (r[a] - s[a])^2)
///     published  g[i] = F(theta[i], z[i]) - target(F(theta[i], z[i]))
///
/// A published rule is the direction in which its publication moves a parameter, averaged over the stimuli: of r, s, the interneurons'
/// inputs z and outputs n, the parameters, the potentials and their derivatives (f for dF/dz, F_theta for dF/dtheta), delta(a, b), and
/// averages over the target. Its derived rule is compared with it.
///
/// Only the energy is needed. Without the others: no title and no citation, F the power mixture F(theta, z), `Model.defaultRate` for each
/// parameter (a rate of 0 holds it where it starts), leak 0, the Gaussian target, N = 2 and K = 3, no cost, and the objective J. Parameters
/// step in the order in which they are declared; their interval may end in `inf`, and one with neither interval nor `>= 0` nor `unit
/// columns` is free.
[<RequireQualifiedAccess>]
module ModelText =
    open Declarations

    /// The functions that published rules can call: the potentials, and their derivatives by the names that they are printed with.
    let private withDerivatives (functions: Function list) : Map<string, Function> =
        Map
            [ for f in functions do
                  for argument in f.Arguments do
                      let derivative = Function.derivative argument f
                      IndexedPrint.textName derivative, derivative
              for f in functions do
                  f.Name, f ]

    let private siteText (p: Learned) =
        let letters = p.Site |> List.map _.Name |> String.concat ","
        if p.Site.IsEmpty then p.Name else $"{p.Name}[{letters}]"

    let private published text (learned: Learned list) (inputs: InterneuronInput list) (scope: IndexedText.Scope) (s: Statement) =
        let ((at, name), letters), start =
            rest (upTo (named .>>. site .>> Syntax.sign '=')) text s

        let p =
            match learned |> List.tryFind (fun p -> p.Name = name) with
            | Some p -> p
            | None ->
                let known = learned |> List.map _.Name
                Reading.fail at $"there is no parameter '{name}' for a rule to move" (Spelling.suggestion known name)

        if List.map snd letters <> (p.Site |> List.map _.Name) then
            let declared = siteText p
            Reading.fail at $"'{name}' is declared as {declared}" $"write published {declared} = ..."

        let ofInterneurons =
            [ for input in inputs do
                  input.Name, [ Interneurons ]
                  input.Output, [ Interneurons ] ]

        let scope =
            { scope with
                Sites = List.fold (fun sites (name, site) -> Map.add name site sites) scope.Sites ofInterneurons
                Functions = withDerivatives [ for f in scope.Functions.Values -> f ] }

        (at, name),
        { Parameter = name
          Direction = PublishedText.read scope (Inputs.activities inputs) p.Site text start s.Stop }

    let private read (whole: string) : Model =
        let text, statements = Statements.split whole
        let parameters, constants, scope = declarations text statements
        let rates = all "rate" (rest rate text) statements |> List.map snd
        unique text (fun key -> $"the rate of '{key}'") (List.map fst rates)

        for (at, name), _ in rates do
            if not (parameters |> List.exists (fun (_, p, _, _) -> p = name)) then
                let known = [ for _, p, _, _ in parameters -> p ]
                Reading.fail at $"there is no parameter '{name}' to have a rate" (Spelling.suggestion known name)

        let learned =
            [ for _, name, site, held in parameters ->
                  { Name = name
                    Site = site
                    Constraint = held
                    Rate =
                      rates
                      |> List.tryPick (fun ((_, p), value) -> if p = name then Some value else None)
                      |> Option.defaultValue (Model.defaultRate site) } ]

        let formula word =
            statements
            |> single text word (fun s -> IndexedText.read scope [] text s.Start s.Stop)
            |> Option.map snd

        let title = single text "title" (prose text) statements
        let citation = single text "cite" (prose text) statements
        let target = single text "target" (target text) statements
        let sizes = single text "size" (rest size text) statements

        let given found otherwise =
            found |> Option.map snd |> Option.defaultValue otherwise

        let energy =
            match formula "energy" with
            | Some energy -> energy
            | None ->
                Reading.fail
                    (text.TrimEnd().Length)
                    "there is no energy"
                    "add a statement such as energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"

        let cost = formula "cost" |> Option.defaultValue (Number 0.0)
        let loss = formula "loss"

        let rules =
            statements
            |> all "published" (published text learned (Inputs.find energy) scope)
            |> List.map snd

        unique text (fun key -> $"the published rule of '{key}'") (List.map fst rules)
        let constants = Map [ for (_, name), value in constants -> name, value ]

        let usesLeak =
            [ energy
              cost
              yield! Option.toList loss
              for _, rule in rules do
                  rule.Direction.OverStimuli
                  rule.Direction.OverTarget ]
            |> List.exists (fun e -> (Indexed.symbols e).Contains "leak")

        let isDeclared =
            constants.ContainsKey "leak"
            || learned |> List.exists (fun p -> p.Name = "leak")

        let place (part: ModelPart) =
            let statement word =
                statements |> List.tryFind (fun s -> s.Word = word) |> Option.map _.At

            match part with
            | OfParameter name ->
                parameters
                |> List.tryPick (fun (at, other, _, _) -> if other = name then Some at else None)
            | OfEnergy -> statement "energy"
            | OfCost -> statement "cost"
            | OfLoss -> statement "loss"
            | OfPublished -> statement "published"
            |> Option.map (Reading.position text)

        Model.fit
            place
            { Title = given title ""
              Citation = given citation ""
              Energy = energy
              Learned = learned
              Constants =
                (if usesLeak && not isDeclared then
                     constants.Add("leak", 0.0)
                 else
                     constants)
              Target = given target StandardGaussian
              Cost = cost
              Loss = loss
              Published = List.map snd rules
              Sizes = given sizes (2, 3) }

    /// The model of a text.
    let parse (text: string) : Result<Model, Refusal> =
        let text = text.Replace("\r\n", "\n")
        Reading.result Where.unknown text (fun () -> read text)

    let private number (x: float) =
        if Double.IsInfinity x then
            (if x > 0.0 then "inf" else "-inf")
        else
            Print.number x

    let private potentialText (f: Function) =
        match Potentials.all |> List.tryFind (fun p -> ofPotential f.Name p = f) with
        | Some p -> $"potential {f.Name} = {p.Name}"
        | None ->
            let arguments = String.concat ", " f.Arguments
            $"potential {f.Name}({arguments}) = {Print.text f.Body}"

    let private parameterText (p: Learned) =
        let name = siteText p

        match p.Constraint with
        | Free -> $"parameter {name}"
        | NonNegative -> $"parameter {name} >= 0"
        | Between(lower, upper) -> $"parameter {name} in [{number lower}, {number upper}]"
        | UnitColumns -> $"parameter {name} unit columns"

    /// The text of a model, which `parse` reads back. Refusal for a target of samples, which has no text.
    let print (model: Model) : string =
        match model.Target with
        | OfSamples _ -> Refusal.argument (nameof model) "a target of samples has no text form; a model with one is built in code"
        | _ -> ()

        let declared =
            [ model.Energy
              model.Cost
              yield! Option.toList model.Loss
              for rule in model.Published do
                  rule.Direction.OverStimuli
                  rule.Direction.OverTarget ]
            |> List.collect Indexed.calls
            |> List.filter (fun f -> f.Name <> "" && f.By.IsEmpty)
            |> List.distinctBy _.Name

        let formula = IndexedText.print (Map [ for f in declared -> f.Name, f ])
        let n, k = model.Sizes

        String.concat
            "\n"
            [ if model.Title <> "" then
                  $"title {model.Title}"
              if model.Citation <> "" then
                  $"cite {model.Citation}"
              "population r (primary); population z (interneuron)"
              for f in declared do
                  potentialText f
              for p in model.Learned do
                  parameterText p
              for p in model.Learned do
                  if p.Rate <> Model.defaultRate p.Site then
                      $"rate {p.Name} {number p.Rate}"
              for name, value in Map.toList model.Constants do
                  $"constant {name} = {number value}"
              $"target {Target.name model.Target}"
              $"size N = {n}, K = {k}"
              $"energy {formula model.Energy}"
              if model.Cost <> Number 0.0 then
                  $"cost {formula model.Cost}"
              match model.Loss with
              | Some loss -> $"loss {formula loss}"
              | None -> ()
              for rule in model.Published do
                  let p = model.Learned |> List.find (fun p -> p.Name = rule.Parameter)
                  $"published {siteText p} = {PublishedText.print (withDerivatives declared) rule.Direction}"
              "" ]
