module Interneuron.Cli.Main

open System
open System.IO
open System.Text
open Microsoft.Win32.SafeHandles

// A line on standard error by nothing but the core of .NET, for when no other part of it can be loaded any more.
let private lastWords (error: exn) =
    try
        let inner = error.GetBaseException()
        let line = String.Concat("interneuron: cannot go on: ", inner.Message.Trim(), "\n")

        use stream =
            new FileStream(new SafeFileHandle(nativeint 2, false), FileAccess.Write, 0)

        let bytes = Encoding.UTF8.GetBytes line
        stream.Write(bytes, 0, bytes.Length)
    with _ ->
        ()

[<EntryPoint>]
let main arguments =
    try
        // What telling of trouble takes is loaded before there is any: a process that may open no more files loads nothing.
        Terminal.prepare ()
        Program.run (List.ofArray arguments)
    with error ->
        lastWords error
        4
