namespace Interneuron.Core

/// What a learned parameter is held to.
type Constraint =
    /// Any number.
    | Free
    /// At least 0.
    | NonNegative
    /// Between two numbers; the second may be infinite.
    | Between of lower: float * upper: float
    /// The column of each interneuron has length 1.
    | UnitColumns

/// A parameter of a model: a quantity of an interneuron (g[i]), a synapse (W[a,i]) or the whole circuit, which learns.
type Learned =
    {
        /// The name.
        Name: string
        /// Where it lives.
        Site: Index list
        /// What holds it.
        Constraint: Constraint
        /// The rate of its steps: the time scale on which it learns.
        Rate: float
    }

/// A normative model (theory, sections 2-4): the energy whose minimum over r is the response, and what learns by descent on an objective of the responses.
type Model =
    {
        /// One line.
        Title: string
        /// The publication; empty for one's own.
        Citation: string
        /// E(r; s), of the symbols r[a], s[a], the learned parameters and the constants.
        Energy: Indexed
        /// What learns, in the order in which it steps.
        Learned: Learned list
        /// Named numbers.
        Constants: Map<string, float>
        /// What the responses are driven to.
        Target: Target
        /// A slow cost added to J, of the learned parameters alone.
        Cost: Indexed
        /// An objective of r and s instead of J, minimised over the parameters through the response; None for J.
        Loss: Indexed option
        /// N and K when it runs.
        Sizes: int * int
    }

/// Building models.
[<RequireQualifiedAccess>]
module Model =
    /// The default rate of a parameter: gains and activation parameters slowly, synapses more slowly, as a circuit of few neurons can bear.
    let defaultRate (site: Index list) = if site.Length = 2 then 5e-3 else 1e-2

    /// The symbol r at an index.
    let r (a: Index) = Symbol("r", [ a ])
    /// The symbol s at an index.
    let s (a: Index) = Symbol("s", [ a ])

    let private known = [ "r"; "s"; "z"; "n" ]

    /// A model whose parts fit together. Refuses, naming the symbol: an energy with a free index, a symbol that is neither an activity, a
    /// parameter nor a constant, a parameter used with other indices than it was declared with, a parameter that the energy does not contain.
    let check (model: Model) : Model =
        let a = { Name = "a"; Over = Primary }

        let sites =
            [ for p in model.Learned -> p.Name, List.map _.Over p.Site
              for name in model.Constants.Keys -> name, []
              for name in [ "r"; "s" ] -> name, [ a.Over ] ]
            |> Map.ofList

        for p in model.Learned do
            if List.contains p.Name known then
                invalidArg "parameter" $"'{p.Name}' is the name of an activity; a parameter has another name"

        let rec visit (where: string) e =
            match e with
            | Symbol(name, indices) ->
                match sites.TryFind name with
                | None ->
                    let names = sites.Keys |> String.concat ", "
                    invalidArg where $"the {where} has the symbol '{name}', which is none of {names}"
                | Some site when site <> List.map _.Over indices ->
                    invalidArg
                        where
                        $"'{name}' has {site.Length} indices of its populations where it is declared, and others in the {where}"
                | Some _ -> ()
            | Number _
            | Delta _ -> ()
            | Plus parts
            | Times parts
            | Call(_, parts) -> List.iter (visit where) parts
            | Total(_, body) -> visit where body

        let closed where e =
            visit where e

            match Set.toList (Indexed.free e) with
            | [] -> ()
            | first :: _ -> invalidArg where $"the index {first.Name} in the {where} is not summed over: write sum({first.Name}, ...)"

        closed "energy" model.Energy
        closed "cost" model.Cost
        Option.iter (closed "loss") model.Loss

        for p in model.Learned do
            if not ((Indexed.symbols model.Energy).Contains p.Name) then
                invalidArg "parameter" $"the energy does not contain the parameter '{p.Name}'"

        for name in [ "r"; "s" ] do
            if not ((Indexed.symbols model.Energy).Contains name) then
                invalidArg "energy" $"the energy does not contain {name}[a]: without it there is nothing to respond"

        model
