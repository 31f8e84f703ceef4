namespace Interneuron.Kernels.TestPotentials;

/// <summary>The lanes' operations on arrays, by name, for the tables of the tests.</summary>
public static class LaneTable
{
    /// <summary>Maps an array through an operation, padded with its last element to whole registers.</summary>
    /// <param name="width">One, Four or Eight.</param>
    /// <param name="operation">The operation's name in <see cref="ILanes{L}"/>; with a number after a space for the second argument.</param>
    /// <param name="x">The arguments.</param>
    /// <returns>The values.</returns>
    public static double[] Map(LaneWidth width, string operation, double[] x) => width switch
    {
        LaneWidth.Eight => Map<Lanes8>(operation, x),
        LaneWidth.Four => Map<Lanes4>(operation, x),
        _ => Map<Lanes1>(operation, x),
    };

    /// <summary>The sum of the first count lanes of a register loaded from x.</summary>
    /// <param name="width">One, Four or Eight.</param>
    /// <param name="x">At least as many numbers as lanes.</param>
    /// <param name="count">How many lanes to sum.</param>
    /// <returns>The sum.</returns>
    public static double SumOfFirst(LaneWidth width, double[] x, int count) => width switch
    {
        LaneWidth.Eight => SumOfFirst<Lanes8>(x, count),
        LaneWidth.Four => SumOfFirst<Lanes4>(x, count),
        _ => SumOfFirst<Lanes1>(x, count),
    };

    private static double SumOfFirst<L>(double[] x, int count)
        where L : struct, ILanes<L> => L.Sum(L.And(L.First(count), L.Load(in x[0])));

    private static double[] Map<L>(string operation, double[] x)
        where L : struct, ILanes<L>
    {
        string[] words = operation.Split(' ');
        double second = words.Length > 1 ? double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        L y = L.Broadcast(second);
        Func<L, L> f = words[0] switch
        {
            "Exp" => L.Exp,
            "ExpM1" => L.ExpM1,
            "Log" => L.Log,
            "LogOrZero" => L.LogOrZero,
            "LogFloored" => L.LogFloored,
            "Tanh" => L.Tanh,
            "Cosh" => L.Cosh,
            "Sqrt" => L.Sqrt,
            "Abs" => L.Abs,
            "Sign" => L.Sign,
            "Step" => L.Step,
            "Erfc" => L.Erfc,
            "Gamma" => L.Gamma,
            "LogGamma" => L.LogGamma,
            "Negate" => v => -v,
            "Polygamma" => v => L.Polygamma((int)second, v),
            "Power" => v => L.Power(v, y),
            "Max" => v => L.Max(v, y),
            "Min" => v => L.Min(v, y),
            "Less" => v => L.Select(L.Less(v, y), L.Broadcast(1), L.Broadcast(0)),
            "LessOrEqual" => v => L.Select(L.LessOrEqual(v, y), L.Broadcast(1), L.Broadcast(0)),
            "Equal" => v => L.Select(L.Equal(v, y), L.Broadcast(1), L.Broadcast(0)),
            "CopySign" => v => L.CopySign(v, y),
            "FusedMultiplyAdd" => v => L.FusedMultiplyAdd(v, y, v),
            "FusedNegateMultiplyAdd" => v => L.FusedNegateMultiplyAdd(v, y, v),
            _ => throw new ArgumentException($"No operation {operation} in the table.", nameof(operation)),
        };
        double[] padded = new double[(x.Length + 7) / 8 * 8];
        Array.Fill(padded, x[^1]);
        x.CopyTo(padded, 0);
        for (int i = 0; i < padded.Length; i += L.Width)
        {
            L.Store(f(L.Load(in padded[i])), ref padded[i]);
        }

        return padded[..x.Length];
    }
}
