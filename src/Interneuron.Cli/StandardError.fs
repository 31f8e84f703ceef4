namespace Interneuron.Cli

open System.IO
open System.Text
open Microsoft.Win32.SafeHandles

/// Standard error by nothing but the core of .NET, for when a process that may open no more files can load nothing else.
[<RequireQualifiedAccess>]
module StandardError =
    /// Writes a line; does nothing if standard error is closed, since there is nowhere left to report that.
    let write (line: string) =
        try
            use stream =
                new FileStream(new SafeFileHandle(nativeint 2, false), FileAccess.Write, 0)

            let bytes = Encoding.UTF8.GetBytes(line + "\n")
            stream.Write(bytes, 0, bytes.Length)
        with _ ->
            ()
