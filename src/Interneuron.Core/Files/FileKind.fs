namespace Interneuron.Core.Files

open System
open System.Runtime.InteropServices

/// What kind of thing has a name. .NET tells files and folders apart, and takes devices and pipes for files.
module internal FileKind =

    // The runtime's own call of stat(2), which lays its answer out the same on every Unix: the second 32-bit number is the mode.
    [<DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")>]
    extern int private stat([<MarshalAs(UnmanagedType.LPUTF8Str)>] string path, byte[] status)

    /// Whether a name is a device's, a pipe's or a socket's, which a file beside it cannot replace.
    let isSpecial (path: string) : bool =
        if OperatingSystem.IsWindows() then
            false
        else
            // Longer than the answer, which is of some 128 bytes.
            let status = Array.zeroCreate 512

            let kind () =
                BitConverter.ToInt32(status, 4) &&& 0xF000

            stat (path, status) = 0
            && match kind () with
               | 0x8000 // a file
               | 0x4000 // a folder
               | 0xA000 -> false // a link
               | _ -> true
