using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interneuron.Kernels;

/// <summary>
/// The K x K sum of the outer products of many rows of K numbers. Rows are laid out in panels of eight columns, so that a tile of 8 x 8 sums stays in registers while two panels stream
/// through the first-level cache; tiles are shared among the cores, and each is summed in the order of the rows.
/// </summary>
internal sealed class Gram
{
    private const int Panel = 8;

    private readonly int _k;
    private readonly int _panels;
    private readonly int _rows;
    private readonly int _perSample;
    private readonly int _width;
    private readonly Aligned _values;
    private readonly double[] _sums;

    /// <param name="k">K.</param>
    /// <param name="perSample">Rows that a sample has.</param>
    /// <param name="width">The width of the registers.</param>
    internal Gram(int k, int perSample, int width)
    {
        _k = k;
        _panels = (k + Panel - 1) / Panel;
        _perSample = perSample;
        _width = width;
        // What two cores share of the second-level cache.
        Capacity = Math.Clamp((1 << 18) / (k * perSample), 8, 1024) / 8 * 8;
        _rows = Capacity * perSample;
        _values = new(_panels * _rows * Panel);
        _sums = new double[_panels * _panels * Panel * Panel];
    }

    /// <summary>Samples that there is room for.</summary>
    internal int Capacity { get; }

    /// <summary>The place of a number: of interneuron i, in row a of a sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref double At(int sample, int a, int i) =>
        ref Unsafe.Add(ref _values.First, ((((i / Panel) * _rows) + (sample * _perSample) + a) * Panel) + (i % Panel));

    /// <summary>Adds the products of the rows of the first samples.</summary>
    internal void Add(int samples) => Processors.For(_panels, left =>
    {
        // The long rows of tiles first, so that no core is left alone with one.
        left = _panels - 1 - left;
        for (int right = 0; right <= left; right++)
        {
            switch (_width)
            {
                case 8:
                    Multiply<Lanes8>(left, right, samples * _perSample);
                    break;
                case 4:
                    Multiply<Lanes4>(left, right, samples * _perSample);
                    break;
                default:
                    Multiply<Lanes1>(left, right, samples * _perSample);
                    break;
            }
        }
    });

    /// <summary>The sum, K x K.</summary>
    internal double[] Sum()
    {
        double[] sum = new double[_k * _k];
        for (int i = 0; i < _k; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                int tile = (((i / Panel) * _panels) + (j / Panel)) * Panel * Panel;
                sum[(i * _k) + j] = sum[(j * _k) + i] = _sums[tile + ((i % Panel) * Panel) + (j % Panel)];
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<TLanes>(int left, int right, int rows)
        where TLanes : struct, ILanes<TLanes>
    {
        for (int column = 0; column < Panel; column += TLanes.Width)
        {
            ref double x = ref Unsafe.Add(ref _values.First, left * _rows * Panel);
            ref double y = ref Unsafe.Add(ref _values.First, (right * _rows * Panel) + column);
            ref double sums = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_sums), (((left * _panels) + right) * Panel * Panel) + column);
            TLanes s0 = TLanes.Load(in sums);
            TLanes s1 = TLanes.Load(in Unsafe.Add(ref sums, Panel));
            TLanes s2 = TLanes.Load(in Unsafe.Add(ref sums, 2 * Panel));
            TLanes s3 = TLanes.Load(in Unsafe.Add(ref sums, 3 * Panel));
            TLanes s4 = TLanes.Load(in Unsafe.Add(ref sums, 4 * Panel));
            TLanes s5 = TLanes.Load(in Unsafe.Add(ref sums, 5 * Panel));
            TLanes s6 = TLanes.Load(in Unsafe.Add(ref sums, 6 * Panel));
            TLanes s7 = TLanes.Load(in Unsafe.Add(ref sums, 7 * Panel));
            for (int m = 0; m < rows; m++)
            {
                TLanes v = TLanes.Load(in y);
                s0 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(x), v, s0);
                s1 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 1)), v, s1);
                s2 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 2)), v, s2);
                s3 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 3)), v, s3);
                s4 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 4)), v, s4);
                s5 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 5)), v, s5);
                s6 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 6)), v, s6);
                s7 = TLanes.FusedMultiplyAdd(TLanes.Broadcast(Unsafe.Add(ref x, 7)), v, s7);
                x = ref Unsafe.Add(ref x, Panel);
                y = ref Unsafe.Add(ref y, Panel);
            }

            TLanes.Store(s0, ref sums);
            TLanes.Store(s1, ref Unsafe.Add(ref sums, Panel));
            TLanes.Store(s2, ref Unsafe.Add(ref sums, 2 * Panel));
            TLanes.Store(s3, ref Unsafe.Add(ref sums, 3 * Panel));
            TLanes.Store(s4, ref Unsafe.Add(ref sums, 4 * Panel));
            TLanes.Store(s5, ref Unsafe.Add(ref sums, 5 * Panel));
            TLanes.Store(s6, ref Unsafe.Add(ref sums, 6 * Panel));
            TLanes.Store(s7, ref Unsafe.Add(ref sums, 7 * Panel));
        }
    }
}
