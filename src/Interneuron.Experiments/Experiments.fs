namespace Interneuron.Experiments

open System.Reflection

/// Every experiment.
[<RequireQualifiedAccess>]
module Experiments =
    // The value `experiment` of a type, where it is a module that has one.
    let private ofModule (candidate: System.Type) : IExperiment option =
        match candidate.GetProperty("experiment", BindingFlags.Public ||| BindingFlags.Static) with
        | null -> None
        | property ->
            match property.GetValue null with
            | :? IExperiment as experiment -> Some experiment
            | _ -> None

    /// The value `experiment` of each module that has one, in the order of the project file, which is that of the help.
    let all: IExperiment list =
        Assembly.GetExecutingAssembly().GetExportedTypes()
        |> Array.filter (fun candidate -> candidate.IsAbstract && candidate.IsSealed && not candidate.IsNested)
        // The compiler numbers modules from the last file to the first.
        |> Array.sortByDescending _.MetadataToken
        |> Array.choose ofModule
        |> List.ofArray
