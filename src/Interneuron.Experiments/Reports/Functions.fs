namespace Interneuron.Experiments

open System
open System.Globalization
open System.Text.RegularExpressions
open Interneuron.Core.Symbolic
open Interneuron.Core.Symbolic.Text
open Interneuron.Derivation.Formulas
open Interneuron.Derivation.Rules

/// Formulas as documents show them, and the functions that occur in them.
[<RequireQualifiedAccess>]
module internal Functions =
    // More than six digits are not for reading.
    let private rounded (formula: string) =
        Regex.Replace(
            formula,
            @"\d+\.\d{7,}",
            fun m -> Double.Parse(m.Value, CultureInfo.InvariantCulture).ToString("G6", CultureInfo.InvariantCulture)
        )

    let private expression (e: Expr) : Maths =
        { Unicode = rounded (Print.textOf IndexedPrint.unicodeSymbol e)
          Latex = rounded (Print.latex e) }

    let maths (e: Indexed) : Maths =
        { Unicode = IndexedPrint.unicode e
          Latex = IndexedPrint.latex e }

    let hasInverseHessian (e: Indexed) : bool =
        Indexed.symbols e
        |> Set.exists (fun name -> name.StartsWith("Hinv", StringComparison.Ordinal))

    let term role (e: Indexed) : Term = { Maths = maths e; Role = role }

    /// An indexed formula as a sum of terms that all play the same part.
    let terms role (e: Indexed) : Term list =
        Indexed.addends e |> List.map (term role)

    let private formulas (derivation: Derivation) =
        [ derivation.Energy
          for input in derivation.Inputs do
              input.OutputFormula
          for dynamics in derivation.Dynamics do
              for _, term in dynamics.Terms do
                  term
          for rule in derivation.Rules do
              rule.Online
              rule.Cost

              match rule.TargetTerm with
              | Closed e
              | Averaged e -> e
              | Absent -> ()
          derivation.Model.Cost
          yield! Option.toList derivation.Model.Loss ]

    /// Every function with a name: the potentials, their derivatives by z once and twice, the other derivatives that occur, and averages
    /// over the target.
    let named (derivation: Derivation) : Function list =
        let found =
            formulas derivation
            |> List.collect Indexed.calls
            |> List.filter (fun f -> f.Name <> "")
            |> List.distinctBy (fun f -> f.Name, f.By, f.IsMean)

        let bases =
            found
            |> List.filter (fun f -> not f.IsMean)
            |> List.distinctBy _.Name
            |> List.map (fun f ->
                found
                |> List.tryFind (fun other -> other.Name = f.Name && other.By.IsEmpty && not other.IsMean)
                |> Option.defaultValue f)

        [ for f in bases do
              f

              if f.By.IsEmpty && List.contains "z" f.Arguments then
                  let once = Function.derivative "z" f
                  once
                  Function.derivative "z" once

              yield!
                  found
                  |> List.filter (fun other -> other.Name = f.Name && other.By <> f.By && not other.IsMean)
                  |> List.sortBy _.By.Length
          yield! found |> List.filter _.IsMean ]
        |> List.distinctBy (fun f -> f.Name, f.By, f.IsMean)

    /// The terms of a sum: the constant last, but a positive one leads.
    let private termsOf (e: Expr) =
        match e.Node with
        | Sum(first :: rest) ->
            let ordered =
                match first.Node with
                | Constant _ -> rest @ [ first ]
                | _ -> first :: rest

            match ordered |> List.tryFindIndex (fun t -> not ((Print.text t).StartsWith '-')) with
            | Some leading -> ordered[leading] :: List.removeAt leading ordered
            | None -> ordered
        | _ -> [ e ]

    /// F(theta, z) = its body.
    let definition (f: Function) : Equality =
        let names by =
            String.concat ", " (List.map by f.Arguments)

        { Left =
            { Unicode = $"{IndexedPrint.unicodeName f}({names IndexedPrint.unicodeSymbol})"
              Latex = $"{IndexedPrint.latexName f}({names Tex.name})" }
          Terms = [ for part in termsOf f.Body -> { Maths = expression part; Role = "" } ] }

    let private hasLimit (e: Expr) =
        e
        |> Expr.fold (fun node children ->
            List.exists id children
            || match node.Node with
               | Apply(f, arguments) ->
                   f = Primitives.logOrZero
                   && arguments |> List.exists (fun x -> List.contains "z" (Expr.variables x))
               | _ -> false)

    /// Whether there are logarithms of |z| that take their limit 0 at z = 0.
    let hasLogarithms (derivation: Derivation) : bool =
        (named derivation |> List.exists (fun f -> hasLimit f.Body))
        || (formulas derivation
            |> List.collect Indexed.calls
            |> List.exists (fun f ->
                f.Body
                |> Expr.fold (fun node children ->
                    List.exists id children
                    || match node.Node with
                       | Apply(p, _) -> p = Primitives.logOrZero
                       | _ -> false)))
