namespace Interneuron.Cli

open System.IO
open System.Text
open Microsoft.Win32.SafeHandles

/// Standard error through the core of .NET alone, for a process that can open no more files and so can load nothing else.
[<RequireQualifiedAccess>]
module StandardError =
    /// Writes a line, or nothing if standard error is closed: there is nowhere to report it.
    let write (line: string) =
        try
            use stream =
                new FileStream(new SafeFileHandle(nativeint 2, false), FileAccess.Write, 0)

            let bytes = Encoding.UTF8.GetBytes(line + "\n")
            stream.Write(bytes, 0, bytes.Length)
        with _ ->
            ()
