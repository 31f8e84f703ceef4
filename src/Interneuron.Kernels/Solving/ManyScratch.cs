using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>Where <see cref="SolverMany"/> keeps one block's registers: offsets into the workspace's scratch, in registers of any width.</summary>
internal static class ManyScratch
{
    /// <summary>The Hessian is formed in tiles of 4 x 4, so its rows are padded to a multiple of 4.</summary>
    internal static int Padded(int n) => (n + 3) / 4 * 4;

    /// <summary>The present point.</summary>
    internal static int Point(int n, int k) => 0;

    /// <summary>The trial point.</summary>
    internal static int Trial(int n, int k) => n;

    /// <summary>The residual s - grad phi at the trial point.</summary>
    internal static int Residual(int n, int k) => 2 * n;

    /// <summary>The step.</summary>
    internal static int Step(int n, int k) => 3 * n;

    /// <summary>The reciprocal diagonal of the Cholesky factor.</summary>
    internal static int Diagonal(int n, int k) => 4 * n;

    /// <summary>A point to come back to.</summary>
    internal static int Kept(int n, int k) => 5 * n;

    /// <summary>g_i f'_i of each interneuron.</summary>
    internal static int Slopes(int n, int k) => 6 * n;

    /// <summary>Rows of the Hessian, then of its Cholesky factor (lower triangle).</summary>
    internal static int Hessian(int n, int k) => (6 * n) + k;

    /// <summary>The size in doubles, for registers of 8; at least the two registers an interneuron that <see cref="SolverTwo"/> keeps.</summary>
    internal static int Size(int n, int k) => n == 1 ? 0 : 8 * (Hessian(n, k) + Math.Max(Padded(n) * Padded(n), 2 * k));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref TLanes At<TLanes>(Workspace work, int register)
        where TLanes : struct, ILanes<TLanes> => ref Unsafe.Add(ref Unsafe.As<double, TLanes>(ref work.Scratch.First), register);
}
