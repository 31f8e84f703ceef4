module Interneuron.Cli.Main

[<EntryPoint>]
let main arguments =
    try
        // What telling of trouble takes is loaded before there is any.
        Terminal.prepare ()
        Program.run (List.ofArray arguments)
    with error ->
        // Where parts of the program cannot be loaded; the code is that of a failure.
        StandardError.write ("interneuron: cannot go on: " + error.GetBaseException().Message.Trim())
        4
