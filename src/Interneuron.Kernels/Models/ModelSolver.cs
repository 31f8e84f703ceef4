using System.Runtime.CompilerServices;

namespace Interneuron.Kernels;

/// <summary>Responses of a model and what they contribute to its steps, for batches of samples, several at a time in the lanes of registers.</summary>
/// <remarks>It has a workspace of its own: one thread at a time.</remarks>
public abstract class ModelSolver
{
    private protected ModelSolver(ModelCode code, ModelLayout layout)
    {
        Code = code;
        Layout = layout;
    }

    /// <summary>The model's code.</summary>
    protected ModelCode Code { get; }

    /// <summary>Where its values are.</summary>
    protected ModelLayout Layout { get; }

    /// <summary>A solver by a model's code.</summary>
    /// <param name="code">The code, for registers of this width.</param>
    /// <param name="layout">Where its values are.</param>
    /// <param name="width">The width of the registers.</param>
    /// <returns>The solver.</returns>
    public static ModelSolver Create(ModelCode code, ModelLayout layout, LaneWidth width)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(layout);
        return LaneWidths.Resolve(width) switch
        {
            LaneWidth.Eight => new ModelSolver<Lanes8>(code, layout),
            LaneWidth.Four => new ModelSolver<Lanes4>(code, layout),
            _ => new ModelSolver<Lanes1>(code, layout),
        };
    }

    /// <summary>
    /// Responses: minima of E, where 0 is within 1e-10 of the subdifferential, relative to the largest sum of the magnitudes of a component's terms.
    /// </summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="stimuli">B x m, row-major.</param>
    /// <param name="responses">B x n, row-major: first guesses, which are overwritten.</param>
    /// <param name="reached">B; whether each response is a minimum.</param>
    /// <exception cref="ArgumentException">Lengths do not fit each other.</exception>
    public void Respond(ReadOnlySpan<double> parameters, ReadOnlySpan<double> stimuli, Span<double> responses, Span<bool> reached) =>
        Run(parameters, stimuli, responses, reached, []);

    /// <summary>Responses, and the sums over them of the values that the model's code averages.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="stimuli">B x m, row-major.</param>
    /// <param name="responses">B x n, row-major: first guesses, which are overwritten.</param>
    /// <param name="reached">B; whether each response is a minimum. The others are left out of the sums.</param>
    /// <param name="totals">The sums, overwritten.</param>
    /// <exception cref="ArgumentException">Lengths do not fit each other.</exception>
    public void Learn(ReadOnlySpan<double> parameters, ReadOnlySpan<double> stimuli, Span<double> responses, Span<bool> reached, Span<double> totals)
    {
        if (totals.Length != Code.Totals)
        {
            throw new ArgumentException($"{totals.Length} totals, not {Code.Totals}.", nameof(totals));
        }

        Run(parameters, stimuli, responses, reached, totals);
    }

    /// <summary>A number of the parameters alone, as of the last batch.</summary>
    /// <param name="i">Its place among the constants.</param>
    /// <returns>The number.</returns>
    public abstract double Constant(int i);

    private protected abstract void Solve(ReadOnlySpan<double> parameters, ReadOnlySpan<double> stimuli, Span<double> responses, Span<bool> reached, Span<double> totals);

    private void Run(ReadOnlySpan<double> parameters, ReadOnlySpan<double> stimuli, Span<double> responses, Span<bool> reached, Span<double> totals)
    {
        int rows = reached.Length;
        if (parameters.Length != Code.Parameters)
        {
            throw new ArgumentException($"{parameters.Length} parameters, not {Code.Parameters}.", nameof(parameters));
        }

        if (stimuli.Length != rows * Code.Stimuli)
        {
            throw new ArgumentException($"{stimuli.Length} values are not {rows} stimuli of {Code.Stimuli}.", nameof(stimuli));
        }

        if (responses.Length != rows * Code.Responses)
        {
            throw new ArgumentException($"{responses.Length} values are not {rows} responses of {Code.Responses}.", nameof(responses));
        }

        Solve(parameters, stimuli, responses, reached, totals);
    }
}

/// <summary>The solver on one width of registers.</summary>
internal sealed class ModelSolver<TLanes> : ModelSolver
    where TLanes : struct, ILanes<TLanes>
{
    private readonly Aligned _numbers;
    private readonly Aligned _registers;
    private readonly Settling<TLanes> _settling;

    internal ModelSolver(ModelCode code, ModelLayout layout)
        : base(code, layout)
    {
        _numbers = new Aligned(layout.Constants + code.Constants);
        _registers = new Aligned(TLanes.Width * (layout.Own + code.Own));
        _settling = new Settling<TLanes>(code, layout);
    }

    /// <inheritdoc/>
    public override double Constant(int i) => _numbers.Span[Layout.Constants + i];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void Solve(ReadOnlySpan<double> parameters, ReadOnlySpan<double> stimuli, Span<double> responses, Span<bool> reached, Span<double> totals)
    {
        ref double numbers = ref _numbers.First;
        ref TLanes registers = ref Unsafe.As<double, TLanes>(ref _registers.First);
        parameters.CopyTo(_numbers.Span);
        _settling.Prepare(ref numbers);
        for (int t = 0; t < totals.Length; t++)
        {
            Unsafe.Add(ref registers, Layout.Totals + t) = TLanes.Broadcast(0);
        }

        for (int first = 0; first < reached.Length; first += TLanes.Width)
        {
            int count = Math.Min(TLanes.Width, reached.Length - first);
            Spread(stimuli, Code.Stimuli, Layout.Stimuli, first, count);
            Spread(responses, Code.Responses, Layout.Responses, first, count);
            TLanes settled = TLanes.And(_settling.Settle(ref numbers, ref registers), TLanes.First(count));
            uint bits = TLanes.Bits(settled);
            Span<double> values = _registers.Span[(Layout.Responses * TLanes.Width)..];
            for (int lane = 0; lane < count; lane++)
            {
                reached[first + lane] = (bits >> lane & 1) != 0;
                Span<double> row = responses.Slice((first + lane) * Code.Responses, Code.Responses);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = values[(i * TLanes.Width) + lane];
                }
            }

            if (totals.Length > 0 && bits != 0)
            {
                Unsafe.Add(ref registers, Layout.Live) = settled;
                _settling.Learn(ref numbers, ref registers);
            }
        }

        for (int t = 0; t < totals.Length; t++)
        {
            totals[t] = TLanes.Sum(Unsafe.Add(ref registers, Layout.Totals + t));
        }
    }

    /// <summary>Rows of values into the lanes of registers; lanes that are left over repeat the last row.</summary>
    private void Spread(ReadOnlySpan<double> rows, int columns, int register, int first, int count)
    {
        Span<double> values = _registers.Span[(register * TLanes.Width)..];
        for (int lane = 0; lane < TLanes.Width; lane++)
        {
            ReadOnlySpan<double> row = rows.Slice((first + Math.Min(lane, count - 1)) * columns, columns);
            for (int i = 0; i < row.Length; i++)
            {
                values[(i * TLanes.Width) + lane] = row[i];
            }
        }
    }
}
