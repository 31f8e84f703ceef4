using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// The Hessian of <see cref="SolverMany"/> and its Cholesky factor, in tiles of 4 x 4 registers: sixteen sums stay in registers while eight operands are loaded, so the
/// processor multiplies instead of waiting for memory. Rows are padded to whole tiles; the padding is not used.
/// </summary>
internal static class Tiles
{
    /// <summary>sum_i g_i f'_i w_i w_i^T + lambda I, lower triangle, from the slopes in the workspace.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Hessian<TLanes>(Workspace work)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        int row = Workspace.LinkSize(n);
        ref TLanes slopes = ref ManyScratch.At<TLanes>(work, ManyScratch.Slopes(n, work.K));
        ref TLanes hessian = ref ManyScratch.At<TLanes>(work, ManyScratch.Hessian(n, work.K));
        for (int a = 0; a < n; a += 4)
        {
            for (int b = 0; b <= a; b += 4)
            {
                TLanes s00 = TLanes.Broadcast(0), s01 = s00, s02 = s00, s03 = s00;
                TLanes s10 = s00, s11 = s00, s12 = s00, s13 = s00;
                TLanes s20 = s00, s21 = s00, s22 = s00, s23 = s00;
                TLanes s30 = s00, s31 = s00, s32 = s00, s33 = s00;
                ref double left = ref Unsafe.Add(ref work.Links.First, a);
                ref double right = ref Unsafe.Add(ref work.Links.First, b);
                for (int i = 0; i < work.K; i++)
                {
                    TLanes slope = Unsafe.Add(ref slopes, i);
                    TLanes x0 = slope * TLanes.Broadcast(left);
                    TLanes x1 = slope * TLanes.Broadcast(Unsafe.Add(ref left, 1));
                    TLanes x2 = slope * TLanes.Broadcast(Unsafe.Add(ref left, 2));
                    TLanes x3 = slope * TLanes.Broadcast(Unsafe.Add(ref left, 3));
                    TLanes y = TLanes.Broadcast(right);
                    s00 = TLanes.FusedMultiplyAdd(x0, y, s00);
                    s10 = TLanes.FusedMultiplyAdd(x1, y, s10);
                    s20 = TLanes.FusedMultiplyAdd(x2, y, s20);
                    s30 = TLanes.FusedMultiplyAdd(x3, y, s30);
                    y = TLanes.Broadcast(Unsafe.Add(ref right, 1));
                    s01 = TLanes.FusedMultiplyAdd(x0, y, s01);
                    s11 = TLanes.FusedMultiplyAdd(x1, y, s11);
                    s21 = TLanes.FusedMultiplyAdd(x2, y, s21);
                    s31 = TLanes.FusedMultiplyAdd(x3, y, s31);
                    y = TLanes.Broadcast(Unsafe.Add(ref right, 2));
                    s02 = TLanes.FusedMultiplyAdd(x0, y, s02);
                    s12 = TLanes.FusedMultiplyAdd(x1, y, s12);
                    s22 = TLanes.FusedMultiplyAdd(x2, y, s22);
                    s32 = TLanes.FusedMultiplyAdd(x3, y, s32);
                    y = TLanes.Broadcast(Unsafe.Add(ref right, 3));
                    s03 = TLanes.FusedMultiplyAdd(x0, y, s03);
                    s13 = TLanes.FusedMultiplyAdd(x1, y, s13);
                    s23 = TLanes.FusedMultiplyAdd(x2, y, s23);
                    s33 = TLanes.FusedMultiplyAdd(x3, y, s33);
                    left = ref Unsafe.Add(ref left, row);
                    right = ref Unsafe.Add(ref right, row);
                }

                ref TLanes tile = ref Unsafe.Add(ref hessian, (a * stride) + b);
                Put(ref tile, s00, s01, s02, s03);
                Put(ref Unsafe.Add(ref tile, stride), s10, s11, s12, s13);
                Put(ref Unsafe.Add(ref tile, 2 * stride), s20, s21, s22, s23);
                Put(ref Unsafe.Add(ref tile, 3 * stride), s30, s31, s32, s33);
            }
        }

        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref hessian, (a * stride) + a) += TLanes.Broadcast(work.Circuit.Leak);
        }
    }

    /// <summary>Cholesky's factor in place of the Hessian, and the reciprocals of its diagonal; pivots are not below the floor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Factor<TLanes>(Workspace work, TLanes floor)
        where TLanes : struct, ILanes<TLanes>
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        ref TLanes matrix = ref ManyScratch.At<TLanes>(work, ManyScratch.Hessian(n, work.K));
        ref TLanes diagonal = ref ManyScratch.At<TLanes>(work, ManyScratch.Diagonal(n, work.K));
        for (int b = 0; b < n; b += 4)
        {
            ref TLanes pivots = ref Unsafe.Add(ref matrix, b * stride);
            int columns = Math.Min(4, n - b);
            for (int a = b; a < n; a += 4)
            {
                ref TLanes rows = ref Unsafe.Add(ref matrix, a * stride);
                Update(ref rows, ref pivots, b, stride);
                for (int q = 0; q < columns; q++)
                {
                    ref TLanes pivotRow = ref Unsafe.Add(ref pivots, (q * stride) + b);
                    if (a == b)
                    {
                        TLanes pivot = Unsafe.Add(ref pivotRow, q);
                        for (int m = 0; m < q; m++)
                        {
                            pivot = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref pivotRow, m), Unsafe.Add(ref pivotRow, m), pivot);
                        }

                        Unsafe.Add(ref diagonal, b + q) = TLanes.Broadcast(1) / TLanes.Sqrt(TLanes.Max(pivot, floor));
                    }

                    TLanes inverse = Unsafe.Add(ref diagonal, b + q);
                    for (int p = a == b ? q + 1 : 0; p < 4; p++)
                    {
                        ref TLanes row = ref Unsafe.Add(ref rows, (p * stride) + b);
                        TLanes sum = Unsafe.Add(ref row, q);
                        for (int m = 0; m < q; m++)
                        {
                            sum = TLanes.FusedNegateMultiplyAdd(Unsafe.Add(ref row, m), Unsafe.Add(ref pivotRow, m), sum);
                        }

                        Unsafe.Add(ref row, q) = sum * inverse;
                    }
                }
            }
        }
    }

    /// <summary>Subtracts from a tile at column b the products of its rows with the pivots' rows over the columns before b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update<TLanes>(ref TLanes rows, ref TLanes pivots, int b, int stride)
        where TLanes : struct, ILanes<TLanes>
    {
        ref TLanes r1 = ref Unsafe.Add(ref rows, stride);
        ref TLanes r2 = ref Unsafe.Add(ref rows, 2 * stride);
        ref TLanes r3 = ref Unsafe.Add(ref rows, 3 * stride);
        ref TLanes p1 = ref Unsafe.Add(ref pivots, stride);
        ref TLanes p2 = ref Unsafe.Add(ref pivots, 2 * stride);
        ref TLanes p3 = ref Unsafe.Add(ref pivots, 3 * stride);
        TLanes s00 = Unsafe.Add(ref rows, b), s01 = Unsafe.Add(ref rows, b + 1), s02 = Unsafe.Add(ref rows, b + 2), s03 = Unsafe.Add(ref rows, b + 3);
        TLanes s10 = Unsafe.Add(ref r1, b), s11 = Unsafe.Add(ref r1, b + 1), s12 = Unsafe.Add(ref r1, b + 2), s13 = Unsafe.Add(ref r1, b + 3);
        TLanes s20 = Unsafe.Add(ref r2, b), s21 = Unsafe.Add(ref r2, b + 1), s22 = Unsafe.Add(ref r2, b + 2), s23 = Unsafe.Add(ref r2, b + 3);
        TLanes s30 = Unsafe.Add(ref r3, b), s31 = Unsafe.Add(ref r3, b + 1), s32 = Unsafe.Add(ref r3, b + 2), s33 = Unsafe.Add(ref r3, b + 3);
        for (int k = 0; k < b; k++)
        {
            TLanes x0 = Unsafe.Add(ref rows, k);
            TLanes x1 = Unsafe.Add(ref r1, k);
            TLanes x2 = Unsafe.Add(ref r2, k);
            TLanes x3 = Unsafe.Add(ref r3, k);
            TLanes y = Unsafe.Add(ref pivots, k);
            s00 = TLanes.FusedNegateMultiplyAdd(x0, y, s00);
            s10 = TLanes.FusedNegateMultiplyAdd(x1, y, s10);
            s20 = TLanes.FusedNegateMultiplyAdd(x2, y, s20);
            s30 = TLanes.FusedNegateMultiplyAdd(x3, y, s30);
            y = Unsafe.Add(ref p1, k);
            s01 = TLanes.FusedNegateMultiplyAdd(x0, y, s01);
            s11 = TLanes.FusedNegateMultiplyAdd(x1, y, s11);
            s21 = TLanes.FusedNegateMultiplyAdd(x2, y, s21);
            s31 = TLanes.FusedNegateMultiplyAdd(x3, y, s31);
            y = Unsafe.Add(ref p2, k);
            s02 = TLanes.FusedNegateMultiplyAdd(x0, y, s02);
            s12 = TLanes.FusedNegateMultiplyAdd(x1, y, s12);
            s22 = TLanes.FusedNegateMultiplyAdd(x2, y, s22);
            s32 = TLanes.FusedNegateMultiplyAdd(x3, y, s32);
            y = Unsafe.Add(ref p3, k);
            s03 = TLanes.FusedNegateMultiplyAdd(x0, y, s03);
            s13 = TLanes.FusedNegateMultiplyAdd(x1, y, s13);
            s23 = TLanes.FusedNegateMultiplyAdd(x2, y, s23);
            s33 = TLanes.FusedNegateMultiplyAdd(x3, y, s33);
        }

        Put(ref Unsafe.Add(ref rows, b), s00, s01, s02, s03);
        Put(ref Unsafe.Add(ref r1, b), s10, s11, s12, s13);
        Put(ref Unsafe.Add(ref r2, b), s20, s21, s22, s23);
        Put(ref Unsafe.Add(ref r3, b), s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes>(ref TLanes row, TLanes x0, TLanes x1, TLanes x2, TLanes x3)
        where TLanes : struct, ILanes<TLanes>
    {
        row = x0;
        Unsafe.Add(ref row, 1) = x1;
        Unsafe.Add(ref row, 2) = x2;
        Unsafe.Add(ref row, 3) = x3;
    }
}
