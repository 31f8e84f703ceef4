namespace Interneuron.Kernels;

/// <summary>Straight-line code over numbers, which all samples share, and registers, which hold a sample a lane.</summary>
/// <param name="numbers">The first number.</param>
/// <param name="registers">The first register.</param>
public delegate void LaneCode(ref double numbers, ref double registers);

/// <summary>
/// A model E(y; x, p) whose formulas are written out, as code over registers: y is a minimum of E, or a saddle where some of its components ascend. E is (y, H y)/2
/// and a rest, where H is of the parameters alone; where E bends at y_i = t, a <em>stop</em>, its formulas have a side in place of the kink: 0 below t, 1 above.
/// </summary>
public sealed class ModelCode
{
    /// <summary>The number of values of x.</summary>
    public required int Stimuli { get; init; }

    /// <summary>n, the number of values of y.</summary>
    public required int Responses { get; init; }

    /// <summary>The number of parameters: the first numbers.</summary>
    public required int Parameters { get; init; }

    /// <summary>The least values of y, n of them; -infinity where there is none.</summary>
    public required IReadOnlyList<double> Lower { get; init; }

    /// <summary>The largest values of y, n of them; infinity where there is none.</summary>
    public required IReadOnlyList<double> Upper { get; init; }

    /// <summary>Which components of y ascend E, n of them.</summary>
    public required IReadOnlyList<bool> Ascends { get; init; }

    /// <summary>Which simplex each component of y is of, n of them: those of one sum to 1, and their least values are 0. -1 for none.</summary>
    public required IReadOnlyList<int> Simplices { get; init; }

    /// <summary>Which component of y each stop is of, in ascending order.</summary>
    public required IReadOnlyList<int> Stops { get; init; }

    /// <summary>Where the rest adds to the Hessian: rows and columns, columns not above rows.</summary>
    public required IReadOnlyList<(int Row, int Column)> Bends { get; init; }

    /// <summary>Whether what the rest adds to the Hessian is not of y: E is then quadratic between stops, and its values are not asked for.</summary>
    public required bool IsQuadratic { get; init; }

    /// <summary>Whether <see cref="Learn"/> reads the inverse of the Hessian.</summary>
    public required bool ReadsInverse { get; init; }

    /// <summary>How many values <see cref="Learn"/> adds up over samples.</summary>
    public required int Totals { get; init; }

    /// <summary>Numbers after the parameters and the Hessian, at <see cref="ModelLayout.Constants"/>.</summary>
    public required int Constants { get; init; }

    /// <summary>Registers that code keeps its own values in, at <see cref="ModelLayout.Own"/>.</summary>
    public required int Own { get; init; }

    /// <summary>Of the parameters: H and the constants. Once for a batch, with registers of one lane.</summary>
    public required LaneCode Prepare { get; init; }

    /// <summary>Of the parameters and x: once for each block of samples.</summary>
    public required LaneCode Begin { get; init; }

    /// <summary>Of y and the sides too: the gradient of the rest, the sizes of its terms, the jumps, bends and energy. At every iteration.</summary>
    public required LaneCode Look { get; init; }

    /// <summary>Adds the values that are averaged to the totals, in the lanes that are live.</summary>
    public required LaneCode Learn { get; init; }
}

/// <summary>Where a model's numbers and registers are: offsets in numbers and in registers of any width.</summary>
public sealed class ModelLayout
{
    /// <summary>The layout for counts that <see cref="ModelCode"/> names.</summary>
    /// <param name="stimuli">The number of values of x.</param>
    /// <param name="responses">n.</param>
    /// <param name="parameters">The number of parameters.</param>
    /// <param name="simplices">The number of simplices.</param>
    /// <param name="stops">The number of stops.</param>
    /// <param name="bends">The number of bends.</param>
    /// <param name="totals">The number of totals.</param>
    public ModelLayout(int stimuli, int responses, int parameters, int simplices, int stops, int bends, int totals)
    {
        int n = responses;
        Hessian = parameters;
        Constants = parameters + (n * n);
        int next = 0;
        int Take(int count)
        {
            int at = next;
            next += count;
            return at;
        }

        Stimuli = Take(stimuli);
        Responses = Take(n);
        Sides = Take(stops);
        Places = Take(stops);
        Jumps = Take(stops);
        Rest = Take(n);
        Sizes = Take(n);
        Bends = Take(bends);
        Energy = Take(1);
        Inverse = Take(n * n);
        Live = Take(1);
        Totals = Take(totals);
        Gradient = Take(n);
        Pull = Take(n);
        Free = Take(n);
        Halts = Take(n);
        Step = Take(n);
        Kept = Take(n);
        KeptPull = Take(n);
        Across = Take(simplices * n);
        Diagonal = Take(n);
        Matrix = Take(n * n);
        Own = next;
    }

    /// <summary>H, n x n, among the numbers.</summary>
    public int Hessian { get; }

    /// <summary>What else is of the parameters alone, among the numbers.</summary>
    public int Constants { get; }

    /// <summary>x.</summary>
    public int Stimuli { get; }

    /// <summary>y.</summary>
    public int Responses { get; }

    /// <summary>The side of each stop.</summary>
    public int Sides { get; }

    /// <summary>The place of each stop.</summary>
    public int Places { get; }

    /// <summary>By how much the gradient rises at each stop.</summary>
    public int Jumps { get; }

    /// <summary>The gradient of the rest, n.</summary>
    public int Rest { get; }

    /// <summary>The sum of the magnitudes of its terms, n.</summary>
    public int Sizes { get; }

    /// <summary>What the rest adds to the Hessian.</summary>
    public int Bends { get; }

    /// <summary>E.</summary>
    public int Energy { get; }

    /// <summary>The inverse of the Hessian of what can move, n x n, 0 for the others.</summary>
    public int Inverse { get; }

    /// <summary>The mask of the lanes that are learned from.</summary>
    public int Live { get; }

    /// <summary>The totals.</summary>
    public int Totals { get; }

    /// <summary>The first register of the code's own.</summary>
    public int Own { get; }

    // The solver's own. The gradient is from below where a response is at a stop; the pull is the subgradient nearest to 0;
    // halts are masks of the responses that are at a stop or bound.
    internal int Gradient { get; }

    internal int Pull { get; }

    internal int Free { get; }

    internal int Halts { get; }

    internal int Step { get; }

    internal int Kept { get; }

    internal int KeptPull { get; }

    internal int Across { get; }

    internal int Diagonal { get; }

    internal int Matrix { get; }
}
