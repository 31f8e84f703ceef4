// The models of the field, all derived from the library's texts: for each its source, its rules beside the published ones, the certificate,
// the grade of locality of each rule and of the dynamics, and its run beside what that has to come to.
//
//   dotnet fsi scripts/derive-the-field.fsx [quick]
//
// 27 random circuits a certificate (quick: 3), seed 1; about a minute. Expect every published rule to be the same, every certificate below
// 1e-9 against dual numbers and 1e-5 against differences, and every run as it has to be. Rules: those of EGHR and attention need one number
// of all neurons, those of InfoMax, of the natural gradient and of equilibrium propagation are not local, the rest are. Dynamics: shares on
// a simplex and attention need a number of all. The table is artifacts/field/field.md, the figure, a panel a
// model, beside it.

#load "load.fsx"

open System.IO
open Interneuron.Experiments

let circuits = if Load.isQuick then 3 else 27

let models =
    [ for run in Field.runs do
          let m = Field.model circuits run
          let model = m.Derived.Derivation.Model
          printfn "%s" m.Name
          printfn "  source       %s" model.Citation
          printfn "  published    %s" (Field.published m)
          printfn "  locality     %s" (Field.locality m)
          printfn "  certificate  %s" (Field.certificate m)

          for claimed in m.Claims do
              let mark = if claimed.Margin > 0.0 then "" else "  WRONG"
              printfn "  run          %s%s" (Field.claim claimed) mark

          m ]

let folder = Load.folder "field"
Directory.CreateDirectory folder |> ignore
File.WriteAllText(Path.Combine(folder, "field.md"), Field.table models)

for path in
    Path.Combine(folder, "field.md")
    :: Figure.save folder "field" (Field.figure models) do
    printfn "%s" (Path.GetRelativePath(Directory.GetCurrentDirectory(), path))
