namespace Interneuron.Derivation.Models

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas

/// The input to interneurons without variables of their own: a linear form of the responses, z_i.
type InterneuronInput =
    {
        /// z.
        Name: string
        /// The output that it causes, n = dE/dz.
        Output: string
        /// Its index.
        Index: Index
        /// The form, sum_a W_ai r_a.
        Form: Indexed
        /// n_i as a formula of z_i and the parameters.
        OutputFormula: Indexed
    }

/// The inputs to interneurons that an energy has, and formulas with them and without.
[<RequireQualifiedAccess>]
module Inputs =
    /// A linear form of one variable with one free index, of a population without activities of its own.
    let private isForm (model: Model) e =
        let isVariable b part =
            match part with
            | Symbol(name, [ at ]) -> at = b && model.Variables |> List.exists (fun v -> v.Name = name)
            | _ -> false

        let isCoefficient part =
            match part with
            | Symbol(name, _) -> not (List.contains name model.Activities)
            | Number _ -> true
            | _ -> false

        let hasActivities (population: Population) =
            model.Variables |> List.exists (fun v -> v.Index.Over = population)
            || model.Inputs |> List.exists (fun x -> x.Index.Over = population)

        match e with
        | Total(b, body) ->
            let variables, others = Indexed.factors body |> List.partition (isVariable b)

            variables.Length = 1
            && List.forall isCoefficient others
            && (match Set.toList e.Free with
                | [ single ] -> not (hasActivities single.Over)
                | _ -> false)
        | _ -> false

    /// A form with the first letter of its population for its own index.
    let private canonical (form: Indexed) =
        let own = Seq.head form.Free
        Indexed.rename own (Index.first own.Over) form

    let private formsOf (model: Model) : Indexed list =
        model.Energy
        |> Indexed.collect (fun part -> if isForm model part then [ canonical part ] else [])
        |> List.distinct

    /// Writes z_i for each form of an input.
    let private naming (model: Model) (forms: (string * Indexed) list) e =
        e
        |> Indexed.replace (fun part ->
            if isForm model part then
                let its = canonical part

                forms
                |> List.tryPick (fun (name, form) ->
                    if form = its then
                        Some(Symbol(name, List.ofSeq part.Free))
                    else
                        None)
            else
                None)

    /// The inputs of an energy, in the order in which it has them: z with its output n, then z2 with n2, and so on.
    let find (model: Model) : InterneuronInput list =
        let forms =
            formsOf model
            |> List.mapi (fun k form -> (if k = 0 then "z" else $"z{k + 1}"), form)

        let withInputs = naming model forms model.Energy

        [ for k, (name, form) in List.indexed forms do
              let index = Seq.head form.Free

              { Name = name
                Output = (if k = 0 then "n" else $"n{k + 1}")
                Index = index
                Form = form
                OutputFormula = Indexed.diff name [ index ] withInputs } ]

    /// Writes z_i for each form of an input.
    let named (model: Model) (inputs: InterneuronInput list) (e: Indexed) : Indexed =
        naming model [ for input in inputs -> input.Name, input.Form ] e

    /// Writes a quantity of each input, by its name, as a formula.
    let private writtenOut inputs (quantity: InterneuronInput -> string * Indexed) e =
        e
        |> Indexed.replace (fun part ->
            match part with
            | Symbol(name, [ index ]) ->
                inputs
                |> List.tryPick (fun input ->
                    let its, formula = quantity input

                    if name = its then
                        Some(Indexed.rename input.Index index formula)
                    else
                        None)
            | _ -> None)

    /// Writes n as a formula of z.
    let withoutOutputs (inputs: InterneuronInput list) (e: Indexed) : Indexed =
        e |> writtenOut inputs (fun input -> input.Output, input.OutputFormula)

    /// Writes the forms for z, and n as a formula of them.
    let expand (inputs: InterneuronInput list) (e: Indexed) : Indexed =
        withoutOutputs inputs e
        |> writtenOut inputs (fun input -> input.Name, input.Form)

    /// The names of the activities: those of the model, and each input with its output.
    let activities (model: Model) (inputs: InterneuronInput list) : string list =
        [ yield! model.Activities
          for input in inputs do
              input.Name
              input.Output ]
