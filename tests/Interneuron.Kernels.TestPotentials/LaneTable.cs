namespace Interneuron.Kernels.TestPotentials;

/// <summary>The lanes' operations on arrays, by name, for the tables of the tests.</summary>
public static class LaneTable
{
    /// <summary>Maps an array through an operation, padded with its last element to whole registers.</summary>
    /// <param name="width">One, Four or Eight.</param>
    /// <param name="operation">The operation's name in <see cref="ILanes{TLanes}"/>; with a number after a space for the second argument.</param>
    /// <param name="x">The arguments.</param>
    /// <returns>The values.</returns>
    public static double[] Map(LaneWidth width, string operation, double[] x) => width switch
    {
        LaneWidth.Eight => Map<Lanes8<OneCircuit>>(operation, x),
        LaneWidth.Four => Map<Lanes4<OneCircuit>>(operation, x),
        _ => Map<Lanes1>(operation, x),
    };

    /// <summary>The sum of the first count lanes of a register loaded from x.</summary>
    /// <param name="width">One, Four or Eight.</param>
    /// <param name="x">At least as many numbers as lanes.</param>
    /// <param name="count">How many lanes to sum.</param>
    /// <returns>The sum.</returns>
    public static double SumOfFirst(LaneWidth width, double[] x, int count) => width switch
    {
        LaneWidth.Eight => SumOfFirst<Lanes8<OneCircuit>>(x, count),
        LaneWidth.Four => SumOfFirst<Lanes4<OneCircuit>>(x, count),
        _ => SumOfFirst<Lanes1>(x, count),
    };

    private static double SumOfFirst<TLanes>(double[] x, int count)
        where TLanes : struct, ILanes<TLanes> => TLanes.Sum(TLanes.And(TLanes.First(count), TLanes.Load(in x[0])));

    private static double[] Map<TLanes>(string operation, double[] x)
        where TLanes : struct, ILanes<TLanes>
    {
        string[] words = operation.Split(' ');
        double second = words.Length > 1 ? double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        TLanes y = TLanes.Broadcast(second);
        Func<TLanes, TLanes> f = words[0] switch
        {
            "Exp" => TLanes.Exp,
            "ExpM1" => TLanes.ExpM1,
            "Log" => TLanes.Log,
            "LogOrZero" => TLanes.LogOrZero,
            "LogFloored" => TLanes.LogFloored,
            "Tanh" => TLanes.Tanh,
            "Cosh" => TLanes.Cosh,
            "Sqrt" => TLanes.Sqrt,
            "Abs" => TLanes.Abs,
            "Sign" => TLanes.Sign,
            "Step" => TLanes.Step,
            "Erfc" => TLanes.Erfc,
            "Gamma" => TLanes.Gamma,
            "LogGamma" => TLanes.LogGamma,
            "Negate" => v => -v,
            "Polygamma" => v => TLanes.Polygamma((int)second, v),
            "Power" => v => TLanes.Power(v, y),
            "Max" => v => TLanes.Max(v, y),
            "Min" => v => TLanes.Min(v, y),
            "Less" => v => TLanes.Select(TLanes.Less(v, y), TLanes.Broadcast(1), TLanes.Broadcast(0)),
            "LessOrEqual" => v => TLanes.Select(TLanes.LessOrEqual(v, y), TLanes.Broadcast(1), TLanes.Broadcast(0)),
            "Equal" => v => TLanes.Select(TLanes.Equal(v, y), TLanes.Broadcast(1), TLanes.Broadcast(0)),
            "CopySign" => v => TLanes.CopySign(v, y),
            "FusedMultiplyAdd" => v => TLanes.FusedMultiplyAdd(v, y, v),
            "FusedNegateMultiplyAdd" => v => TLanes.FusedNegateMultiplyAdd(v, y, v),
            _ => throw new ArgumentException($"No operation {operation} in the table.", nameof(operation)),
        };
        double[] padded = new double[(x.Length + 7) / 8 * 8];
        Array.Fill(padded, x[^1]);
        x.CopyTo(padded, 0);
        for (int i = 0; i < padded.Length; i += TLanes.Width)
        {
            TLanes.Store(f(TLanes.Load(in padded[i])), ref padded[i]);
        }

        return padded[..x.Length];
    }
}
