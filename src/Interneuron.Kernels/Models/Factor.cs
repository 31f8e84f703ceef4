using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// L D L^T of a symmetric matrix n x n, one in each lane: L below the diagonal, D L^T above it, and the reciprocals of D apart. One division a
/// column, and no root.
/// </summary>
internal static class Factor<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>
    /// In place of the lower triangle. A pivot that has not the sign it should have is turned, and one near 0 lifted: with positive signs the factor is that of a positive
    /// definite matrix near this one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Make(ref TLanes matrix, ref TLanes reciprocals, ReadOnlySpan<double> signs)
    {
        int n = signs.Length;
        TLanes floor = TLanes.Broadcast(0);
        for (int i = 0; i < n; i++)
        {
            floor = TLanes.Max(floor, TLanes.Abs(Unsafe.Add(ref matrix, (i * n) + i)));
        }

        floor = TLanes.Max(floor * TLanes.Broadcast(1e-14), TLanes.Broadcast(1e-300));
        for (int j = 0; j < n; j++)
        {
            ref TLanes pivotRow = ref Unsafe.Add(ref matrix, j * n);
            TLanes pivot = Unsafe.Add(ref pivotRow, j);
            for (int k = 0; k < j; k++)
            {
                pivot = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref pivotRow, k), Unsafe.Add(ref matrix, (k * n) + j), pivot);
            }

            TLanes reciprocal = TLanes.Broadcast(signs[j]) / TLanes.Max(TLanes.Abs(pivot), floor);
            Unsafe.Add(ref reciprocals, j) = reciprocal;
            for (int i = j + 1; i < n; i++)
            {
                ref TLanes row = ref Unsafe.Add(ref matrix, i * n);
                ref TLanes column = ref Unsafe.Add(ref matrix, j);
                TLanes x = Unsafe.Add(ref row, j);
                for (int k = 0; k < j; k++)
                {
                    x = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref row, k), column, x);
                    column = ref Unsafe.Add(ref column, n);
                }

                Unsafe.Add(ref pivotRow, i) = x;
                Unsafe.Add(ref row, j) = x * reciprocal;
            }
        }
    }

    /// <summary>The solution in place of the right side, by a factor that is this lane's own or, with <typeparamref name="TFactor"/> one number, the same in all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Solve<TFactor>(ref TFactor matrix, ref TFactor reciprocals, ref TLanes x, int n)
        where TFactor : struct
    {
        for (int i = 1; i < n; i++)
        {
            ref TFactor row = ref Unsafe.Add(ref matrix, i * n);
            TLanes value = Unsafe.Add(ref x, i);
            for (int k = 0; k < i; k++)
            {
                value = TLanes.FusedNegateMultiplyAdd(Of(ref Unsafe.Add(ref row, k)), Unsafe.Add(ref x, k), value);
            }

            Unsafe.Add(ref x, i) = value;
        }

        for (int i = n - 1; i >= 0; i--)
        {
            TLanes value = Unsafe.Add(ref x, i) * Of(ref Unsafe.Add(ref reciprocals, i));
            for (int k = i + 1; k < n; k++)
            {
                value = TLanes.FusedNegateMultiplyAdd(Of(ref Unsafe.Add(ref matrix, (k * n) + i)), Unsafe.Add(ref x, k), value);
            }

            Unsafe.Add(ref x, i) = value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Of<TFactor>(ref TFactor value)
        where TFactor : struct =>
        typeof(TFactor) == typeof(double) ? TLanes.Broadcast(Unsafe.As<TFactor, double>(ref value)) : Unsafe.As<TFactor, TLanes>(ref value);
}
