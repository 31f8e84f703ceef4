namespace Interneuron.Derivation.Models

open Interneuron.Statistics
open Interneuron.Core.Symbolic
open Interneuron.Core.Transport
open Interneuron.Derivation.Formulas

/// Building models.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Model =
    /// The default rate of a parameter: gains and activation parameters slowly, synapses more slowly, as a circuit of few neurons can bear.
    let defaultRate (site: Index list) = if site.Length = 2 then 5e-3 else 1e-2

    /// The response r of the circuit of theory, section 1, at an index.
    let r (a: Index) = Symbol("r", [ a ])
    /// Its stimulus s.
    let s (a: Index) = Symbol("s", [ a ])

    /// The one input of the circuit of theory, section 1.
    let stimulus: Input =
        { Name = "s"
          Index = Index.first Population.primary
          Previous = None }

    /// Its one variable.
    let response: Variable =
        { Name = "r"
          Index = Index.first Population.primary
          Domain = Domain.Whole
          Settling = Minimises
          TimeConstant = 1.0
          StartsAt = None }

    /// A free parameter at its default rate, which descends.
    let parameter (name: string) (site: Index list) : Learned =
        { Name = name
          Site = site
          Constraints = []
          Role = Descends
          Rate = defaultRate site
          Start = AtRandom }

    /// A model of the circuit of theory, section 1, with an energy of r and s: the transport objective, a Gaussian target, N = 2 and K = 3,
    /// and nothing that learns.
    let ofEnergy (energy: Indexed) : Model =
        { Title = ""
          Citation = ""
          Sizes = Sizes.circuit 2 3
          Inputs = [ stimulus ]
          Variables = [ response ]
          Energy = energy
          Learned = []
          Constants = Map.empty
          Objective = Transport
          Target = StandardGaussian
          Cost = Number 0.0
          Published = [] }

    /// The last value of an input, by the name of that: what `previous(x[a])` stands for.
    let internal previousName (input: string) = $"previous {input}"

    /// The inverse of the Hessian of the energy between two variables, in rules that descend a loss through the response.
    let internal inverseHessian (model: Model) (v: Variable) (w: Variable) : string =
        match model.Variables with
        | [ _ ] -> "Hinv"
        | _ -> $"Hinv {v.Name} {w.Name}"

    let internal isInverseHessian (name: string) =
        name = "Hinv" || name.StartsWith("Hinv ", System.StringComparison.Ordinal)

    let private wordOf part =
        match part with
        | OfParameter _
        | OfVariable _
        | OfEnergy -> "energy"
        | OfCost -> "cost"
        | OfLoss -> "loss"
        | OfPublished -> "published rule"

    /// `check`, given where the parts of the model are.
    let internal fit (place: ModelPart -> Position option) (model: Model) : Model =
        let misfit part what right =
            Refusal.at (Where.at (place part)) what right

        let activities =
            [ for input in model.Inputs -> input.Name, [ input.Index.Over ]
              for variable in model.Variables -> variable.Name, [ variable.Index.Over ] ]

        let sites =
            [ for p in model.Learned do
                  yield p.Name, List.map _.Over p.Site

                  if p.Site.Length = 2 then
                      yield Indexed.logDeterminant p.Name, []
                      yield Indexed.inverse p.Name, List.map _.Over p.Site
              for name in model.Constants.Keys -> name, []
              yield! activities ]
            |> Map.ofList

        // Populations without activities of their own have interneurons, whose inputs and outputs have names.
        let ofInterneurons =
            if
                model.Populations
                |> List.forall (fun population -> activities |> List.exists (fun (_, over) -> over = [ population ]))
            then
                []
            else
                [ "z"; "n" ]

        for p in model.Learned do
            if List.contains p.Name (model.Activities @ ofInterneurons) then
                misfit (OfParameter p.Name) $"'{p.Name}' is the name of an activity" "a parameter has another name"

            if p.Role = DescendsNaturally then
                if p.Site.Length <> 2 || not p.Constraints.IsEmpty then
                    misfit
                        (OfParameter p.Name)
                        $"'{p.Name}' has no natural gradient here"
                        "it is of a parameter with two indices that is free"

                if model.Objective = Transport then
                    misfit
                        (OfParameter p.Name)
                        $"'{p.Name}' has no natural gradient of the transport objective"
                        "write objective value, or give a loss"

            if isInverseHessian p.Name then
                misfit (OfParameter p.Name) $"'{p.Name}' is the name of the energy's inverse Hessian" "a parameter has another name"

        if model.Variables.IsEmpty then
            misfit OfEnergy "nothing settles" "declare a variable, such as variable y[k]"

        let visit (part: ModelPart) (sites: Map<string, Population list>) (e: Indexed) =
            let symbols =
                e
                |> Indexed.collect (function
                    | Symbol(name, indices) -> [ name, List.map _.Over indices ]
                    | _ -> [])

            for name, populations in List.distinct symbols do
                match sites.TryFind name with
                | None ->
                    let names =
                        sites.Keys |> Seq.filter (Indexed.isOfWhole >> not) |> String.concat ", "

                    misfit part $"the {wordOf part} has the symbol '{name}'" $"expected one of: {names}"
                | Some site when site <> populations ->
                    misfit
                        part
                        $"'{name}' has other indices in the {wordOf part} than it is declared with"
                        $"it has {site.Length}, each of its population"
                | Some _ -> ()

        let closed (part: ModelPart) (sites: Map<string, Population list>) (given: Index list) e =
            visit part sites e

            match Set.toList (Indexed.free e - Set.ofList given) with
            | [] -> ()
            | first :: _ -> misfit part $"the index {first.Name} in the {wordOf part} is not summed over" $"write sum({first.Name}, ...)"

        closed OfEnergy sites [] model.Energy
        Option.iter (closed OfLoss sites []) model.Loss

        // A slow cost is of what is slow.
        let slow =
            activities |> List.fold (fun sites (name, _) -> Map.remove name sites) sites

        closed OfCost slow [] model.Cost

        let used =
            [ model.Energy
              model.Cost
              yield! Option.toList model.Loss
              for p in model.Learned do
                  match p.Role with
                  | Follows e -> e
                  | Descends
                  | DescendsNaturally
                  | Ascends -> () ]
            |> List.map Indexed.symbols

        for p in model.Learned do
            match p.Role with
            | Follows e -> closed (OfParameter p.Name) sites p.Site e
            | Descends
            | DescendsNaturally
            | Ascends -> ()

            let isIn (e: Indexed) = (Indexed.symbols e).Contains p.Name

            if not (isIn model.Energy || Option.exists isIn model.Loss || p.Role.IsFollows) then
                misfit (OfParameter p.Name) $"the energy does not contain the parameter '{p.Name}'" "use it, or leave it out"

        for variable in model.Variables do
            if not ((Indexed.symbols model.Energy).Contains variable.Name) then
                misfit
                    OfEnergy
                    $"the energy does not contain {variable.Name}[{variable.Index.Name}]"
                    "without it there is nothing to respond"

            match variable.StartsAt with
            | Some name when
                not (
                    model.Inputs
                    |> List.exists (fun x -> x.Name = name && x.Index.Over = variable.Index.Over)
                )
                ->
                misfit
                    (OfVariable variable.Name)
                    $"'{variable.Name}' cannot start at '{name}'"
                    $"it starts at an input of its population, {variable.Index.Over.Name}"
            | _ -> ()

        let isStart (input: Input) =
            model.Variables |> List.exists (fun v -> v.StartsAt = Some input.Name)

        for input in model.Inputs do
            if
                not (
                    isStart input
                    || used |> List.exists (fun symbols -> symbols.Contains input.Name)
                )
            then
                misfit OfEnergy $"the energy does not contain {input.Name}[{input.Index.Name}]" "without it there is nothing to respond"

        let inputs = Inputs.find model

        let given =
            inputs
            |> List.collect (fun input -> [ input.Name, input.Index.Over; input.Output, input.Index.Over ])

        for p in model.Learned do
            if List.exists (fst >> (=) p.Name) given then
                misfit
                    (OfParameter p.Name)
                    $"'{p.Name}' is the name of an interneuron's input or output in this energy"
                    "a parameter has another name"

        let withInputs =
            given |> List.fold (fun sites (name, over) -> Map.add name [ over ] sites) sites

        for name, rules in List.groupBy (fun (rule: PublishedRule) -> rule.Parameter) model.Published do
            match model.Learned |> List.tryFind (fun p -> p.Name = name), rules with
            | None, _ ->
                let what = $"there is no parameter '{name}' for the published rule to move"
                misfit OfPublished what "declare it, or leave the rule out"
            | Some _, _ :: _ :: _ -> misfit OfPublished $"the published rule of '{name}' is given twice" "keep one"
            | Some p, _ ->
                for rule in rules do
                    closed OfPublished withInputs p.Site rule.Direction.OverStimuli
                    closed OfPublished withInputs p.Site rule.Direction.OverTarget

        model

    /// A model whose parts fit together. Refusal, naming the symbol, for an energy with a free index, a symbol that is neither an activity,
    /// a parameter nor a constant, a parameter used with other indices than it was declared with, a parameter that neither the energy nor
    /// the loss contains, a published rule of no parameter.
    let check (model: Model) : Model = fit (fun _ -> None) model
