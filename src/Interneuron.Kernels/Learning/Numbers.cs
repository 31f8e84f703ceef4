using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>Arrays of numbers in saved states: as they lie in memory, with their length before them.</summary>
internal static class Numbers
{
    internal static void WriteAll<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    internal static void WriteAll(this BinaryWriter writer, double[] values) => writer.WriteAll<double>(values);

    /// <exception cref="InvalidDataException">There are more or fewer, or not all of them.</exception>
    internal static void ReadAll<T>(this BinaryReader reader, Span<T> values)
        where T : unmanaged
    {
        if (reader.ReadInt32() != values.Length)
        {
            throw new InvalidDataException("The state is that of another circuit.");
        }

        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values));
    }

    internal static void ReadAll(this BinaryReader reader, double[] values) => reader.ReadAll<double>(values);
}
