using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>
/// Minima of a model's E over y, one sample a lane: Newton's method on what no stop and no bound holds. A component is held where 0 is in the
/// subgradient's component; the others move along Newton's direction as far as their next stop or bound, by a part of the step where E would not
/// fall enough. Of components that ascend the gradient is taken with the other sign.
/// </summary>
internal sealed partial class Settling<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>What counts as a minimum: the largest component of the subgradient nearest to 0, relative to the largest sum of magnitudes of a component's terms.</summary>
    internal const double Good = 1e-10;

    // Rounding leaves about so much; beyond it there is nothing to gain.
    private const double Fine = 1e-13;
    private const int MostIterations = 100;
    private const int MostTries = 40;
    private readonly ModelCode _code;
    private readonly ModelLayout _at;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly double[] _signs;
    private readonly bool _isSaddle;
    private readonly int[] _simplices;
    private readonly int _count;
    private readonly int[] _stops;
    private readonly (int Row, int Column)[] _bends;

    // Without stops and bounds, a Hessian of the parameters alone has one factor for all samples.
    private readonly bool _isShared;
    private readonly double[] _factor;
    private readonly double[] _reciprocals;

    internal Settling(ModelCode code, ModelLayout at)
    {
        _code = code;
        _at = at;
        _lower = [.. code.Lower];
        _upper = [.. code.Upper];
        _signs = [.. code.Ascends.Select(ascends => ascends ? -1.0 : 1)];
        _isSaddle = code.Ascends.Contains(true);
        _simplices = [.. code.Simplices];
        _count = 1 + _simplices.Max();
        _stops = [.. code.Stops];
        _bends = [.. code.Bends];
        bool isBounded = !_lower.All(double.IsNegativeInfinity) || !_upper.All(double.IsPositiveInfinity);
        _isShared = _stops.Length == 0 && _bends.Length == 0 && !isBounded;
        _factor = new double[code.Responses * code.Responses];
        _reciprocals = new double[code.Responses];
    }

    /// <summary>What is of the parameters alone.</summary>
    internal void Prepare(ref double numbers)
    {
        double none = 0;
        _code.Prepare(ref numbers, ref none);
        if (_isShared)
        {
            for (int i = 0; i < _factor.Length; i++)
            {
                _factor[i] = Unsafe.Add(ref numbers, _at.Hessian + i);
            }

            Factor<Lanes1>.Make(ref Unsafe.As<double, Lanes1>(ref _factor[0]), ref Unsafe.As<double, Lanes1>(ref _reciprocals[0]), _signs);
        }
    }

    /// <summary>Moves the responses from where they are to minima; the mask of the lanes that came there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal TLanes Settle(ref double numbers, ref TLanes registers)
    {
        int n = _code.Responses;
        uint all = (1u << TLanes.Width) - 1;
        TLanes fine = TLanes.Broadcast(Fine);
        TLanes good = TLanes.Broadcast(Good);
        ref TLanes y = ref Unsafe.Add(ref registers, _at.Responses);
        ref TLanes kept = ref Unsafe.Add(ref registers, _at.Kept);
        ref TLanes pull = ref Unsafe.Add(ref registers, _at.Pull);
        ref TLanes keptPull = ref Unsafe.Add(ref registers, _at.KeptPull);
        ref TLanes energy = ref Unsafe.Add(ref registers, _at.Energy);
        _code.Begin(ref numbers, ref Unsafe.As<TLanes, double>(ref registers));
        for (int i = 0; i < n; i++)
        {
            Unsafe.Add(ref y, i) = _isShared ? -Unsafe.Add(ref registers, _at.Rest + i) : Within(i, Unsafe.Add(ref y, i));
        }

        if (_isShared)
        {
            Factor<TLanes>.Solve(ref _factor[0], ref _reciprocals[0], ref y, n);
        }

        if (_count > 0)
        {
            Share(ref y);
        }

        TLanes residual = Look(ref numbers, ref registers);
        TLanes finished = TLanes.LessOrEqual(residual, fine);
        bool isRestored = false;
        for (int iteration = 0; iteration < MostIterations && TLanes.Bits(finished) != all; iteration++)
        {
            Direct(ref numbers, ref registers);
            for (int i = 0; i < n; i++)
            {
                Unsafe.Add(ref kept, i) = Unsafe.Add(ref y, i);
                Unsafe.Add(ref keptPull, i) = Unsafe.Add(ref pull, i);
            }

            TLanes before = energy;
            // The last digits: whole steps while they help, since rounding hides the slope along them.
            TLanes polishing = TLanes.LessOrEqual(residual, good);
            TLanes settled = Either(finished, polishing);
            TLanes length = TLanes.Broadcast(1);
            TLanes next;
            for (int tries = 1; ; tries++)
            {
                Move(ref registers, length, finished);
                next = Look(ref numbers, ref registers);
                settled = Either(settled, Falls(ref registers, before, out TLanes part));
                if (TLanes.Bits(settled) == all || tries == MostTries)
                {
                    break;
                }

                length = TLanes.Select(settled, length, length * part);
            }

            TLanes isBetter = TLanes.Select(polishing, TLanes.Less(next, residual), settled);
            TLanes ends = TLanes.Select(isBetter, TLanes.LessOrEqual(next, fine), TLanes.LessOrEqual(TLanes.Broadcast(0), TLanes.Broadcast(0)));
            if (TLanes.Bits(isBetter) != all)
            {
                isRestored = true;
                for (int i = 0; i < n; i++)
                {
                    Unsafe.Add(ref y, i) = TLanes.Select(isBetter, Unsafe.Add(ref y, i), Unsafe.Add(ref kept, i));
                }
            }

            residual = TLanes.Select(isBetter, next, residual);
            finished = Either(finished, ends);
        }

        if (isRestored)
        {
            residual = Look(ref numbers, ref registers);
        }

        return TLanes.LessOrEqual(residual, good);
    }

    /// <summary>
    /// Makes ready what is learned from responses that have settled: at a stop that holds, the side is the part that the gradient beyond it has in the
    /// subgradient nearest to 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Learn(ref double numbers, ref TLanes registers)
    {
        for (int j = 0; j < _stops.Length; j++)
        {
            int i = _stops[j];
            TLanes held = TLanes.Equal(Unsafe.Add(ref registers, _at.Responses + i), Unsafe.Add(ref registers, _at.Places + j));
            TLanes part = TLanes.Broadcast(-_signs[i]) * Unsafe.Add(ref registers, _at.Gradient + i) / Unsafe.Add(ref registers, _at.Jumps + j);
            part = TLanes.Min(TLanes.Max(part, TLanes.Broadcast(0)), TLanes.Broadcast(1));
            ref TLanes side = ref Unsafe.Add(ref registers, _at.Sides + j);
            side = TLanes.Select(held, part, side);
        }

        if (_code.ReadsInverse)
        {
            Invert(ref numbers, ref registers);
        }

        _code.Learn(ref numbers, ref Unsafe.As<TLanes, double>(ref registers));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Either(TLanes x, TLanes y) => TLanes.Select(x, x, y);

    /// <summary>The residual at y; with it the gradient from below at stops, the subgradient nearest to 0, and what is free to move.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TLanes Look(ref double numbers, ref TLanes registers)
    {
        int n = _code.Responses;
        int stops = _stops.Length;
        TLanes zero = TLanes.Broadcast(0);
        TLanes all = TLanes.Equal(zero, zero);
        ref TLanes y = ref Unsafe.Add(ref registers, _at.Responses);
        for (int k = 0; k < stops; k++)
        {
            Unsafe.Add(ref registers, _at.Sides + k) = TLanes.Select(
                TLanes.Less(Unsafe.Add(ref registers, _at.Places + k), Unsafe.Add(ref y, _stops[k])), TLanes.Broadcast(1), zero);
        }

        _code.Look(ref numbers, ref Unsafe.As<TLanes, double>(ref registers));
        Pass(ref Unsafe.Add(ref numbers, _at.Hessian), ref Unsafe.Add(ref registers, _at.Rest), ref y, ref Unsafe.Add(ref registers, _at.Gradient), n);
        if (_count > 0)
        {
            Balance(ref y, ref Unsafe.Add(ref registers, _at.Gradient));
        }

        TLanes largest = zero;
        TLanes size = TLanes.Broadcast(1e-300);
        TLanes finite = zero;
        int j = 0;
        for (int i = 0; i < n; i++)
        {
            TLanes sign = TLanes.Broadcast(_signs[i]);
            TLanes below = sign * Unsafe.Add(ref registers, _at.Gradient + i);
            TLanes value = Unsafe.Add(ref y, i);
            // Of the terms of H y one is enough, for a size that is not too large.
            TLanes terms = Unsafe.Add(ref registers, _at.Sizes + i) + TLanes.Abs(TLanes.Broadcast(Unsafe.Add(ref numbers, _at.Hessian + (i * n) + i)) * value);
            TLanes above = below;
            TLanes at = zero;
            for (; j < stops && _stops[j] == i; j++)
            {
                TLanes here = TLanes.Equal(value, Unsafe.Add(ref registers, _at.Places + j));
                above += TLanes.And(here, sign * Unsafe.Add(ref registers, _at.Jumps + j));
                at = Either(at, here);
            }

            TLanes pull = TLanes.Select(TLanes.Less(zero, below), below, TLanes.Select(TLanes.Less(above, zero), above, zero));
            TLanes lowest = TLanes.Equal(value, TLanes.Broadcast(_lower[i]));
            TLanes highest = TLanes.Equal(value, TLanes.Broadcast(_upper[i]));
            pull = TLanes.Select(TLanes.And(lowest, TLanes.Less(zero, pull)), zero, pull);
            pull = TLanes.Select(TLanes.And(highest, TLanes.Less(pull, zero)), zero, pull);
            at = Either(at, Either(lowest, highest));
            Unsafe.Add(ref registers, _at.Gradient + i) = below;
            Unsafe.Add(ref registers, _at.Pull + i) = pull;
            Unsafe.Add(ref registers, _at.Halts + i) = at;
            Unsafe.Add(ref registers, _at.Free + i) = TLanes.Select(TLanes.And(at, TLanes.Equal(pull, zero)), zero, all);
            largest = TLanes.Max(largest, TLanes.Abs(pull));
            size = TLanes.Max(size, terms);
            // What is not a number is lost in comparisons.
            finite = TLanes.FusedMultiplyAdd(below, zero, finite);
        }

        return (largest / size) + finite;
    }

    /// <summary>rest + H y, four rows at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass(ref double matrix, ref TLanes rest, ref TLanes y, ref TLanes result, int n)
    {
        int i = 0;
        for (; i <= n - 4; i += 4)
        {
            ref double row = ref Unsafe.Add(ref matrix, i * n);
            TLanes a = Unsafe.Add(ref rest, i);
            TLanes b = Unsafe.Add(ref rest, i + 1);
            TLanes c = Unsafe.Add(ref rest, i + 2);
            TLanes d = Unsafe.Add(ref rest, i + 3);
            for (int k = 0; k < n; k++)
            {
                TLanes value = Unsafe.Add(ref y, k);
                a = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref row, k)), value, a);
                b = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref row, n + k)), value, b);
                c = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref row, (2 * n) + k)), value, c);
                d = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref row, (3 * n) + k)), value, d);
            }

            Unsafe.Add(ref result, i) = a;
            Unsafe.Add(ref result, i + 1) = b;
            Unsafe.Add(ref result, i + 2) = c;
            Unsafe.Add(ref result, i + 3) = d;
        }

        for (; i < n; i++)
        {
            TLanes sum = Unsafe.Add(ref rest, i);
            for (int k = 0; k < n; k++)
            {
                sum = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref matrix, (i * n) + k)), Unsafe.Add(ref y, k), sum);
            }

            Unsafe.Add(ref result, i) = sum;
        }
    }

    /// <summary>
    /// Newton's direction of what is free. What it would take off a stop or bound to the wrong side is held, and the direction taken anew; where some is left
    /// then, each component goes its own way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Direct(ref double numbers, ref TLanes registers)
    {
        int n = _code.Responses;
        TLanes zero = TLanes.Broadcast(0);
        ref TLanes step = ref Unsafe.Add(ref registers, _at.Step);
        ref TLanes pull = ref Unsafe.Add(ref registers, _at.Pull);
        ref TLanes free = ref Unsafe.Add(ref registers, _at.Free);
        if (_isShared)
        {
            for (int i = 0; i < n; i++)
            {
                Unsafe.Add(ref step, i) = TLanes.Broadcast(-_signs[i]) * Unsafe.Add(ref pull, i);
            }

            Factor<TLanes>.Solve(ref _factor[0], ref _reciprocals[0], ref step, n);
            return;
        }

        for (int tries = n; ; tries--)
        {
            Restricted(ref numbers, ref registers);
            for (int i = 0; i < n; i++)
            {
                Unsafe.Add(ref step, i) = TLanes.And(Unsafe.Add(ref free, i), TLanes.Broadcast(-_signs[i]) * Unsafe.Add(ref pull, i));
            }

            Factor<TLanes>.Solve(ref Unsafe.Add(ref registers, _at.Matrix), ref Unsafe.Add(ref registers, _at.Diagonal), ref step, n);
            if (_count > 0)
            {
                Cross(ref registers);
                Keep(ref registers, ref step);
            }

            TLanes wrong = zero;
            for (int i = 0; i < n; i++)
            {
                TLanes isWrong = TLanes.And(Unsafe.Add(ref registers, _at.Halts + i), TLanes.Less(zero, Unsafe.Add(ref step, i) * Unsafe.Add(ref pull, i)));
                Unsafe.Add(ref free, i) = TLanes.Select(isWrong, zero, Unsafe.Add(ref free, i));
                wrong = Either(wrong, isWrong);
            }

            if (TLanes.Bits(wrong) == 0 || tries == 0)
            {
                return;
            }
        }
    }

    /// <summary>The factor of the Hessian of what is free, with 1 for what is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Restricted(ref double numbers, ref TLanes registers)
    {
        int n = _code.Responses;
        TLanes one = TLanes.Broadcast(1);
        ref TLanes matrix = ref Unsafe.Add(ref registers, _at.Matrix);
        ref TLanes free = ref Unsafe.Add(ref registers, _at.Free);
        for (int i = 0; i < n; i++)
        {
            ref double row = ref Unsafe.Add(ref numbers, _at.Hessian + (i * n));
            ref TLanes restricted = ref Unsafe.Add(ref matrix, i * n);
            TLanes mask = Unsafe.Add(ref free, i);
            for (int k = 0; k < i; k++)
            {
                Unsafe.Add(ref restricted, k) = TLanes.And(TLanes.And(TLanes.Broadcast(Unsafe.Add(ref row, k)), mask), Unsafe.Add(ref free, k));
            }

            Unsafe.Add(ref restricted, i) = TLanes.Select(mask, TLanes.Broadcast(Unsafe.Add(ref row, i)), one);
        }

        for (int b = 0; b < _bends.Length; b++)
        {
            (int row, int column) = _bends[b];
            TLanes both = TLanes.And(Unsafe.Add(ref free, row), Unsafe.Add(ref free, column));
            Unsafe.Add(ref matrix, (row * n) + column) += TLanes.And(both, Unsafe.Add(ref registers, _at.Bends + b));
        }

        Factor<TLanes>.Make(ref matrix, ref Unsafe.Add(ref registers, _at.Diagonal), _signs);
    }

    /// <summary>The inverse of the Hessian of what is free, 0 for what is not: by how much responses move where the gradient falls.</summary>
    private void Invert(ref double numbers, ref TLanes registers)
    {
        int n = _code.Responses;
        ref TLanes free = ref Unsafe.Add(ref registers, _at.Free);
        Restricted(ref numbers, ref registers);
        Cross(ref registers);
        for (int k = 0; k < n; k++)
        {
            ref TLanes row = ref Unsafe.Add(ref registers, _at.Inverse + (k * n));
            for (int i = 0; i < n; i++)
            {
                Unsafe.Add(ref row, i) = TLanes.And(Unsafe.Add(ref free, k), TLanes.Broadcast(i == k ? 1 : 0));
            }

            Factor<TLanes>.Solve(ref Unsafe.Add(ref registers, _at.Matrix), ref Unsafe.Add(ref registers, _at.Diagonal), ref row, n);
            Keep(ref registers, ref row);
        }
    }
}
