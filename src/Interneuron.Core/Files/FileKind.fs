namespace Interneuron.Core.Files

open System
open System.Runtime.InteropServices

/// What kind of file a name stands for. .NET distinguishes files and folders, but takes devices and pipes for files.
module internal FileKind =

    // The runtime's own wrapper of stat(2), whose result has the same layout on every Unix: the second 32-bit number is the mode.
    [<DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")>]
    extern int private stat([<MarshalAs(UnmanagedType.LPUTF8Str)>] string path, byte[] status)

    /// Whether a name stands for a device, a pipe or a socket, which a file written beside it cannot replace.
    let isSpecial (path: string) : bool =
        if OperatingSystem.IsWindows() then
            false
        else
            // More than enough: the result is some 128 bytes.
            let status = Array.zeroCreate 512

            let kind () =
                BitConverter.ToInt32(status, 4) &&& 0xF000

            stat (path, status) = 0
            && match kind () with
               | 0x8000 // a file
               | 0x4000 // a folder
               | 0xA000 -> false // a link
               | _ -> true
