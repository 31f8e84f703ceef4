module Interneuron.Studio.Tests.Main

[<EntryPoint>]
let main arguments =
    Interneuron.Tests.Common.runAll arguments
