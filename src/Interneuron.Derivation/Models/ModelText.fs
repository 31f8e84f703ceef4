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
    open Phrases
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

    let private published text (learned: Learned list) (draft: Model) (scope: IndexedText.Scope) (s: Statement) =
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

        let inputs = Inputs.find draft

        let ofInterneurons =
            [ for input in inputs do
                  input.Name, [ input.Index.Over ]
                  input.Output, [ input.Index.Over ] ]

        let scope =
            { scope with
                Sites = List.fold (fun sites (name, site) -> Map.add name site sites) scope.Sites ofInterneurons
                Functions = withDerivatives [ for f in scope.Functions.Values -> f ] }

        (at, name),
        { Parameter = name
          Direction = PublishedText.read scope (Inputs.activities draft inputs) p.Site text start s.Stop }

    /// The inputs whose last values formulas use, as inputs of their own.
    let private lastValues (inputs: Input list) (formulas: Indexed list) : Input list =
        let used = formulas |> List.map Indexed.symbols |> Set.unionMany

        [ for input in inputs do
              let last = Model.previousName input.Name

              if used.Contains last then
                  { input with
                      Name = last
                      Previous = Some input.Name } ]

    let private read (whole: string) : Model =
        let text, statements = Statements.split whole
        let declared = Declared.read text statements
        let scope = declared.Scope
        let learned = List.map snd declared.Parameters @ List.map snd declared.Averages

        let formula word =
            statements
            |> single text word (fun s -> IndexedText.read scope [] text s.Start s.Stop)

        let given found otherwise =
            found |> Option.map snd |> Option.defaultValue otherwise

        let title = single text "title" (prose text) statements
        let citation = single text "cite" (prose text) statements
        let target = single text "target" (target text) statements

        let energy =
            match formula "energy" with
            | Some(_, energy) -> energy
            | None ->
                Reading.fail
                    (text.TrimEnd().Length)
                    "there is no energy"
                    "add a statement such as energy sum(a, r[a]^2)/2 - sum(a, s[a]*r[a])"

        let cost = given (formula "cost") (Number 0.0)

        let objective =
            match formula "loss", single text "objective" (objective text) statements with
            | Some _, Some(s, _) -> Reading.fail s.At "a loss is an objective already" "keep one"
            | Some(_, loss), None -> Loss loss
            | None, stated -> given stated Transport

        let inputs = List.map snd declared.Inputs

        let averaged =
            [ for m in learned do
                  match m.Role with
                  | Follows e -> e
                  | Descends
                  | DescendsNaturally
                  | Ascends -> () ]

        let lossOf objective =
            match objective with
            | Loss loss -> [ loss ]
            | Transport
            | Value -> []

        let draft =
            { Model.ofEnergy energy with
                Title = given title ""
                Citation = given citation ""
                Sizes = declared.Sizes
                Inputs = inputs @ lastValues inputs (energy :: cost :: lossOf objective @ averaged)
                Variables = List.map snd declared.Variables
                Learned = learned
                Constants = Map [ for (_, name), value in declared.Constants -> name, value ]
                Objective = objective
                Target = given target StandardGaussian
                Cost = cost }

        let rules =
            statements
            |> all "published" (published text learned draft scope)
            |> List.map snd

        unique text (fun key -> $"the published rule of '{key}'") (List.map fst rules)

        let usesLeak =
            [ energy
              cost
              yield! lossOf objective
              yield! averaged
              for _, rule in rules do
                  rule.Direction.OverStimuli
                  rule.Direction.OverTarget ]
            |> List.exists (fun e -> (Indexed.symbols e).Contains "leak")

        let isDeclared =
            draft.Constants.ContainsKey "leak"
            || learned |> List.exists (fun p -> p.Name = "leak")
            || List.contains "leak" draft.Activities

        let place (part: ModelPart) =
            let statement word =
                statements |> List.tryFind (fun s -> s.Word = word) |> Option.map _.At

            match part with
            | OfParameter name ->
                declared.Parameters @ declared.Averages
                |> List.tryPick (fun (at, other) -> if other.Name = name then Some at else None)
            | OfVariable name ->
                declared.Variables
                |> List.tryPick (fun (at, v) -> if v.Name = name && at >= 0 then Some at else None)
            | OfEnergy -> statement "energy"
            | OfCost -> statement "cost"
            | OfLoss -> statement "loss"
            | OfPublished -> statement "published"
            |> Option.map (Reading.position text)

        Model.fit
            place
            { draft with
                Constants =
                    if usesLeak && not isDeclared then
                        draft.Constants.Add("leak", 0.0)
                    else
                        draft.Constants
                Published = List.map snd rules }

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

    let private constraintText constraint' =
        match constraint' with
        | NonNegative -> ">= 0"
        | NonPositive -> "<= 0"
        | Between(lower, upper) -> $"in [{number lower}, {number upper}]"
        | UnitColumns -> "unit columns"
        | UnitRows -> "unit rows"
        | ColumnSums total -> $"columns sum to {number total}"
        | RowSums total -> $"rows sum to {number total}"
        | Symmetric -> "symmetric"
        | ZeroDiagonal -> "zero diagonal"
        | PositiveDefinite -> "positive definite"
        | Orthonormal -> "orthonormal columns"

    let private named (words: string list) =
        match words with
        | name :: first :: others -> String.concat ", " ($"{name} {first}" :: others)
        | alone -> String.concat "" alone

    let private parameterText (p: Learned) =
        named
            [ siteText p
              for constraint' in p.Constraints do
                  constraintText constraint'
              if p.Role = Ascends then
                  "ascends"
              if p.Role = DescendsNaturally then
                  "natural gradient"
              match p.Start with
              | AtRandom -> ()
              | Among(first, last) -> $"initial in [{number first}, {number last}]"
              | All x -> $"initial {number x}"
              | Identity -> "initial identity"
              | Table numbers ->
                  let inside = numbers |> List.map number |> String.concat ", "
                  $"initial [{inside}]" ]

    let private indexed (name: string) (index: Index) = $"{name}[{index.Name}]"

    let private variableText (variable: Variable) =
        named
            [ indexed variable.Name variable.Index
              match variable.Domain with
              | Domain.Whole -> ()
              | Domain.NonNegative -> ">= 0"
              | Domain.Between(lower, upper) -> $"in [{number lower}, {number upper}]"
              | Domain.Simplex -> "simplex"
              if variable.Settling = Maximises then
                  "maximises"
              if variable.TimeConstant <> 1.0 then
                  $"tau {number variable.TimeConstant}"
              match variable.StartsAt with
              | Some input -> $"starts {input}"
              | None -> () ]

    /// The text of a model, which `parse` reads back. Refusal for a target of samples, which has no text.
    let print (model: Model) : string =
        match model.Target with
        | OfSamples _ -> Refusal.argument (nameof model) "a target of samples has no text form; a model with one is built in code"
        | _ -> ()

        let averages =
            [ for p in model.Learned do
                  match p.Role with
                  | Follows e -> p, e
                  | Descends
                  | DescendsNaturally
                  | Ascends -> () ]

        let parameters = model.Learned |> List.filter (fun p -> not p.Role.IsFollows)

        let functions =
            [ model.Energy
              model.Cost
              yield! Option.toList model.Loss
              yield! List.map snd averages
              for rule in model.Published do
                  rule.Direction.OverStimuli
                  rule.Direction.OverTarget ]
            |> List.collect Indexed.calls
            |> List.filter (fun f -> f.Name <> "" && f.By.IsEmpty)
            |> List.distinctBy _.Name

        let formula = IndexedText.print (Map [ for f in functions -> f.Name, f ])

        let isOfCircuit =
            List.forall (fun population -> population = Population.primary || population = Population.interneurons) model.Populations

        let ofCircuit =
            isOfCircuit
            && model.Variables = [ Model.response ]
            && (model.Inputs |> List.filter _.Previous.IsNone) = [ Model.stimulus ]

        String.concat
            "\n"
            [ if model.Title <> "" then
                  $"title {model.Title}"
              if model.Citation <> "" then
                  $"cite {model.Citation}"
              if isOfCircuit then
                  "population r (primary); population z (interneuron)"
              else
                  for population, size in model.Sizes do
                      let letters = String.concat ", " population.Letters
                      $"population {population.Name} {letters} : {size}"
              if not ofCircuit then
                  for input in model.Inputs do
                      if input.Previous.IsNone then
                          $"input {indexed input.Name input.Index}"

                  for variable in model.Variables do
                      $"variable {variableText variable}"
              for f in functions do
                  potentialText f
              for p in parameters do
                  $"parameter {parameterText p}"
              for p, e in averages do
                  $"average {siteText p} of {formula e}, rate {number p.Rate}"
              for p in parameters do
                  if p.Rate <> Model.defaultRate p.Site then
                      $"rate {p.Name} {number p.Rate}"
              for name, value in Map.toList model.Constants do
                  $"constant {name} = {number value}"
              $"target {Target.name model.Target}"
              if isOfCircuit then
                  let size = Sizes.count model.Sizes
                  $"size N = {size Population.primary}, K = {size Population.interneurons}"
              $"energy {formula model.Energy}"
              if model.Cost <> Number 0.0 then
                  $"cost {formula model.Cost}"
              match model.Objective with
              | Loss loss -> $"loss {formula loss}"
              | Value -> "objective value"
              | Transport -> ()
              for rule in model.Published do
                  let p = model.Learned |> List.find (fun p -> p.Name = rule.Parameter)
                  $"published {siteText p} = {PublishedText.print (withDerivatives functions) rule.Direction}"
              "" ]
