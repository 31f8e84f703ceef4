namespace Interneuron.Derivation.Models

open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas

/// The input to the interneurons: a linear form of the responses, z_i.
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
    let private i: Index = { Name = "i"; Over = Interneurons }

    let private r (a: Index) = Symbol("r", [ a ])

    /// A linear form of r with one free index, an interneuron's.
    let private isForm e =
        match e with
        | Total(b, body) when b.Over = Primary ->
            let parts = Indexed.factors body
            let isR part = part = r b

            List.length (List.filter isR parts) = 1
            && parts
               |> List.forall (fun p ->
                   isR p
                   || match p with
                      | Symbol(name, _) -> name <> "s" && name <> "r"
                      | Number _ -> true
                      | _ -> false)
            && [ for index in e.Free -> index.Over ] = [ Interneurons ]
        | _ -> false

    /// A form with i for its own index.
    let private atI (form: Indexed) =
        Indexed.rename (Seq.head form.Free) i form

    let private formsOf (energy: Indexed) : Indexed list =
        energy
        |> Indexed.collect (fun part -> if isForm part then [ atI part ] else [])
        |> List.distinct

    /// Writes z_i for each form of an input.
    let private naming (forms: (string * Indexed) list) e =
        e
        |> Indexed.replace (fun part ->
            if isForm part then
                let canonical = atI part

                forms
                |> List.tryPick (fun (name, form) ->
                    if form = canonical then
                        Some(Symbol(name, List.ofSeq part.Free))
                    else
                        None)
            else
                None)

    /// The inputs of an energy, in the order in which it has them: z with its output n, then z2 with n2, and so on.
    let find (energy: Indexed) : InterneuronInput list =
        let forms =
            formsOf energy
            |> List.mapi (fun k form -> (if k = 0 then "z" else $"z{k + 1}"), form)

        let withInputs = naming forms energy

        [ for k, (name, form) in List.indexed forms ->
              { Name = name
                Output = (if k = 0 then "n" else $"n{k + 1}")
                Index = i
                Form = form
                OutputFormula = Indexed.diff name [ i ] withInputs } ]

    /// Writes z_i for each form of an input.
    let named (inputs: InterneuronInput list) (e: Indexed) : Indexed =
        naming [ for input in inputs -> input.Name, input.Form ] e

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

    /// The names of the activities: r, s, and each input with its output.
    let activities (inputs: InterneuronInput list) : string list =
        [ "r"
          "s"
          for input in inputs do
              input.Name
              input.Output ]
