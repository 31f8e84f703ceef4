namespace Interneuron.Derivation.Running

open Interneuron.Statistics
open Interneuron.Derivation.Models

/// The numbers of a model's parameters: for each, its values row-major over its site (g: K; W: N x K).
type Values = Map<string, float array>

/// The numbers of a model's parameters for populations of definite sizes.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Values =
    /// How many numbers a parameter has.
    let count (sizes: Sizes) (p: Learned) : int64 =
        p.Site
        |> List.fold (fun product index -> product * int64 (Sizes.count sizes index.Over)) 1L

    /// All numbers in the order of the parameters. Refuses values that are missing, too many or too few.
    let pack (model: Model) (sizes: Sizes) (values: Values) : float array =
        [| for p in model.Learned do
               match values.TryFind p.Name with
               | Some given when given.LongLength = count sizes p -> yield! given
               | Some given ->
                   Refusal.argument
                       (nameof values)
                       $"{p.Name} has {given.Length} numbers; for {Sizes.describe sizes} it has {count sizes p}"
               | None -> Refusal.argument (nameof values) $"there is no value for {p.Name}" |]
