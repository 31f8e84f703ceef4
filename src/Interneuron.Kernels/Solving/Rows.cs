using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>Moves samples between rows (n x N) and the workspace's columns.</summary>
internal static class Rows
{
    /// <summary>Rows in, as stimuli and as responses (first guesses, or what is given).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(Workspace work, ReadOnlySpan<double> rows, int count)
    {
        Span<double> s = work.Stimuli.Span;
        Span<double> r = work.Responses.Span;
        if (work.N == 1)
        {
            rows.CopyTo(s);
            rows.CopyTo(r);
            return;
        }

        for (int j = 0; j < count; j++)
        {
            for (int a = 0; a < work.N; a++)
            {
                s[(a * work.Lanes) + j] = rows[(j * work.N) + a];
                r[(a * work.Lanes) + j] = rows[(j * work.N) + a];
            }
        }
    }

    /// <summary>Chosen rows of the stimuli in, and as the first guesses of their responses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Read(Workspace work, ref double rows, ReadOnlySpan<int> indices)
    {
        ref double stimulus = ref work.Stimuli.First;
        ref double response = ref work.Responses.First;
        int n = work.N;
        int lanes = work.Lanes;
        for (int j = 0; j < indices.Length; j++)
        {
            ref double row = ref Unsafe.Add(ref rows, (nint)indices[j] * n);
            for (int a = 0; a < n; a++)
            {
                double value = Unsafe.Add(ref row, a);
                Unsafe.Add(ref stimulus, (a * lanes) + j) = value;
                Unsafe.Add(ref response, (a * lanes) + j) = value;
            }
        }
    }

    /// <summary>Columns of the workspace, stimuli or responses, out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Write(Workspace work, ReadOnlySpan<double> columns, Span<double> rows, int count)
    {
        for (int j = 0; j < count; j++)
        {
            for (int a = 0; a < work.N; a++)
            {
                rows[(j * work.N) + a] = columns[(a * work.Lanes) + j];
            }
        }
    }

    /// <summary>The outcome of a batch that did not converge; lane j is sample first + j. Responses of lanes without a fixed point become not a number.</summary>
    internal static ResponseOutcome Failures(Workspace work, int count, int first)
    {
        ResponseOutcome outcome = ResponseOutcome.Converged;
        for (int j = 0; j < count; j++)
        {
            double residual = work.Residuals.Span[j];
            if (!(residual <= work.Accepted.Span[j]))
            {
                outcome = outcome.With(first + j, double.IsFinite(residual) ? residual : double.NaN);
                for (int a = 0; a < work.N; a++)
                {
                    work.Responses.Span[(a * work.Lanes) + j] = double.NaN;
                }
            }
        }

        return outcome;
    }

    /// <summary>The sum of s . r - lambda |r|^2 / 2.</summary>
    internal static double LinearPart(Workspace work, int count)
    {
        double sum = 0;
        for (int a = 0; a < work.N; a++)
        {
            ReadOnlySpan<double> s = work.Stimuli.Span.Slice(a * work.Lanes, count);
            ReadOnlySpan<double> r = work.Responses.Span.Slice(a * work.Lanes, count);
            for (int j = 0; j < count; j++)
            {
                sum += r[j] * (s[j] - (0.5 * work.Circuit.Leak * r[j]));
            }
        }

        return sum;
    }
}
