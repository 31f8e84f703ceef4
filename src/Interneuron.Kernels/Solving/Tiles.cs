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
    internal static void Hessian<L>(Workspace work)
        where L : struct, ILanes<L>
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        int row = Workspace.LinkSize(n);
        ref L slopes = ref ManyScratch.At<L>(work, ManyScratch.Slopes(n, work.K));
        ref L hessian = ref ManyScratch.At<L>(work, ManyScratch.Hessian(n, work.K));
        for (int a = 0; a < n; a += 4)
        {
            for (int b = 0; b <= a; b += 4)
            {
                L s00 = L.Broadcast(0), s01 = s00, s02 = s00, s03 = s00;
                L s10 = s00, s11 = s00, s12 = s00, s13 = s00;
                L s20 = s00, s21 = s00, s22 = s00, s23 = s00;
                L s30 = s00, s31 = s00, s32 = s00, s33 = s00;
                ref double left = ref Unsafe.Add(ref work.Links.First, a);
                ref double right = ref Unsafe.Add(ref work.Links.First, b);
                for (int i = 0; i < work.K; i++)
                {
                    L slope = Unsafe.Add(ref slopes, i);
                    L x0 = slope * L.Broadcast(left);
                    L x1 = slope * L.Broadcast(Unsafe.Add(ref left, 1));
                    L x2 = slope * L.Broadcast(Unsafe.Add(ref left, 2));
                    L x3 = slope * L.Broadcast(Unsafe.Add(ref left, 3));
                    L y = L.Broadcast(right);
                    s00 = L.FusedMultiplyAdd(x0, y, s00);
                    s10 = L.FusedMultiplyAdd(x1, y, s10);
                    s20 = L.FusedMultiplyAdd(x2, y, s20);
                    s30 = L.FusedMultiplyAdd(x3, y, s30);
                    y = L.Broadcast(Unsafe.Add(ref right, 1));
                    s01 = L.FusedMultiplyAdd(x0, y, s01);
                    s11 = L.FusedMultiplyAdd(x1, y, s11);
                    s21 = L.FusedMultiplyAdd(x2, y, s21);
                    s31 = L.FusedMultiplyAdd(x3, y, s31);
                    y = L.Broadcast(Unsafe.Add(ref right, 2));
                    s02 = L.FusedMultiplyAdd(x0, y, s02);
                    s12 = L.FusedMultiplyAdd(x1, y, s12);
                    s22 = L.FusedMultiplyAdd(x2, y, s22);
                    s32 = L.FusedMultiplyAdd(x3, y, s32);
                    y = L.Broadcast(Unsafe.Add(ref right, 3));
                    s03 = L.FusedMultiplyAdd(x0, y, s03);
                    s13 = L.FusedMultiplyAdd(x1, y, s13);
                    s23 = L.FusedMultiplyAdd(x2, y, s23);
                    s33 = L.FusedMultiplyAdd(x3, y, s33);
                    left = ref Unsafe.Add(ref left, row);
                    right = ref Unsafe.Add(ref right, row);
                }

                ref L tile = ref Unsafe.Add(ref hessian, (a * stride) + b);
                Put(ref tile, s00, s01, s02, s03);
                Put(ref Unsafe.Add(ref tile, stride), s10, s11, s12, s13);
                Put(ref Unsafe.Add(ref tile, 2 * stride), s20, s21, s22, s23);
                Put(ref Unsafe.Add(ref tile, 3 * stride), s30, s31, s32, s33);
            }
        }

        for (int a = 0; a < n; a++)
        {
            Unsafe.Add(ref hessian, (a * stride) + a) += L.Broadcast(work.Circuit.Leak);
        }
    }

    /// <summary>Cholesky's factor in place of the Hessian, and the reciprocals of its diagonal; pivots are not below the floor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Factor<L>(Workspace work, L floor)
        where L : struct, ILanes<L>
    {
        int n = work.N;
        int stride = ManyScratch.Padded(n);
        ref L matrix = ref ManyScratch.At<L>(work, ManyScratch.Hessian(n, work.K));
        ref L diagonal = ref ManyScratch.At<L>(work, ManyScratch.Diagonal(n, work.K));
        for (int b = 0; b < n; b += 4)
        {
            ref L pivots = ref Unsafe.Add(ref matrix, b * stride);
            int columns = Math.Min(4, n - b);
            for (int a = b; a < n; a += 4)
            {
                ref L rows = ref Unsafe.Add(ref matrix, a * stride);
                Update(ref rows, ref pivots, b, stride);
                for (int q = 0; q < columns; q++)
                {
                    ref L pivotRow = ref Unsafe.Add(ref pivots, (q * stride) + b);
                    if (a == b)
                    {
                        L pivot = Unsafe.Add(ref pivotRow, q);
                        for (int m = 0; m < q; m++)
                        {
                            pivot = L.FusedNegateMultiplyAdd(Unsafe.Add(ref pivotRow, m), Unsafe.Add(ref pivotRow, m), pivot);
                        }

                        Unsafe.Add(ref diagonal, b + q) = L.Broadcast(1) / L.Sqrt(L.Max(pivot, floor));
                    }

                    L inverse = Unsafe.Add(ref diagonal, b + q);
                    for (int p = a == b ? q + 1 : 0; p < 4; p++)
                    {
                        ref L row = ref Unsafe.Add(ref rows, (p * stride) + b);
                        L sum = Unsafe.Add(ref row, q);
                        for (int m = 0; m < q; m++)
                        {
                            sum = L.FusedNegateMultiplyAdd(Unsafe.Add(ref row, m), Unsafe.Add(ref pivotRow, m), sum);
                        }

                        Unsafe.Add(ref row, q) = sum * inverse;
                    }
                }
            }
        }
    }

    /// <summary>Subtracts from a tile at column b the products of its rows with the pivots' rows over the columns before b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update<L>(ref L rows, ref L pivots, int b, int stride)
        where L : struct, ILanes<L>
    {
        ref L r1 = ref Unsafe.Add(ref rows, stride);
        ref L r2 = ref Unsafe.Add(ref rows, 2 * stride);
        ref L r3 = ref Unsafe.Add(ref rows, 3 * stride);
        ref L p1 = ref Unsafe.Add(ref pivots, stride);
        ref L p2 = ref Unsafe.Add(ref pivots, 2 * stride);
        ref L p3 = ref Unsafe.Add(ref pivots, 3 * stride);
        L s00 = Unsafe.Add(ref rows, b), s01 = Unsafe.Add(ref rows, b + 1), s02 = Unsafe.Add(ref rows, b + 2), s03 = Unsafe.Add(ref rows, b + 3);
        L s10 = Unsafe.Add(ref r1, b), s11 = Unsafe.Add(ref r1, b + 1), s12 = Unsafe.Add(ref r1, b + 2), s13 = Unsafe.Add(ref r1, b + 3);
        L s20 = Unsafe.Add(ref r2, b), s21 = Unsafe.Add(ref r2, b + 1), s22 = Unsafe.Add(ref r2, b + 2), s23 = Unsafe.Add(ref r2, b + 3);
        L s30 = Unsafe.Add(ref r3, b), s31 = Unsafe.Add(ref r3, b + 1), s32 = Unsafe.Add(ref r3, b + 2), s33 = Unsafe.Add(ref r3, b + 3);
        for (int k = 0; k < b; k++)
        {
            L x0 = Unsafe.Add(ref rows, k);
            L x1 = Unsafe.Add(ref r1, k);
            L x2 = Unsafe.Add(ref r2, k);
            L x3 = Unsafe.Add(ref r3, k);
            L y = Unsafe.Add(ref pivots, k);
            s00 = L.FusedNegateMultiplyAdd(x0, y, s00);
            s10 = L.FusedNegateMultiplyAdd(x1, y, s10);
            s20 = L.FusedNegateMultiplyAdd(x2, y, s20);
            s30 = L.FusedNegateMultiplyAdd(x3, y, s30);
            y = Unsafe.Add(ref p1, k);
            s01 = L.FusedNegateMultiplyAdd(x0, y, s01);
            s11 = L.FusedNegateMultiplyAdd(x1, y, s11);
            s21 = L.FusedNegateMultiplyAdd(x2, y, s21);
            s31 = L.FusedNegateMultiplyAdd(x3, y, s31);
            y = Unsafe.Add(ref p2, k);
            s02 = L.FusedNegateMultiplyAdd(x0, y, s02);
            s12 = L.FusedNegateMultiplyAdd(x1, y, s12);
            s22 = L.FusedNegateMultiplyAdd(x2, y, s22);
            s32 = L.FusedNegateMultiplyAdd(x3, y, s32);
            y = Unsafe.Add(ref p3, k);
            s03 = L.FusedNegateMultiplyAdd(x0, y, s03);
            s13 = L.FusedNegateMultiplyAdd(x1, y, s13);
            s23 = L.FusedNegateMultiplyAdd(x2, y, s23);
            s33 = L.FusedNegateMultiplyAdd(x3, y, s33);
        }

        Put(ref Unsafe.Add(ref rows, b), s00, s01, s02, s03);
        Put(ref Unsafe.Add(ref r1, b), s10, s11, s12, s13);
        Put(ref Unsafe.Add(ref r2, b), s20, s21, s22, s23);
        Put(ref Unsafe.Add(ref r3, b), s30, s31, s32, s33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<L>(ref L row, L x0, L x1, L x2, L x3)
        where L : struct, ILanes<L>
    {
        row = x0;
        Unsafe.Add(ref row, 1) = x1;
        Unsafe.Add(ref row, 2) = x2;
        Unsafe.Add(ref row, 3) = x3;
    }
}
