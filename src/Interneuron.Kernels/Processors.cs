namespace Interneuron.Kernels;

/// <summary>Loops that are shared among the processors: all of them, or, where many works go on side by side, a processor for each. What they come to does not depend on that.</summary>
public static class Processors
{
    [ThreadStatic]
    private static bool _isAlone;

    /// <summary>Whether this thread has but its own processor.</summary>
    internal static bool IsAlone => _isAlone;

    /// <summary>What loops of this thread are run with.</summary>
    public static ParallelOptions Options => new() { MaxDegreeOfParallelism = _isAlone ? 1 : -1 };

    /// <summary>Does work on this thread's own processor.</summary>
    public static void Alone(Action work)
    {
        bool before = _isAlone;
        _isAlone = true;
        try
        {
            work();
        }
        finally
        {
            _isAlone = before;
        }
    }

    /// <summary>Does something for each number from 0 on.</summary>
    public static void For(int count, Action<int> each) => Parallel.For(0, count, Options, each);

    /// <summary>What each number from 0 on comes to.</summary>
    public static T[] Map<T>(int count, Func<int, T> each)
    {
        T[] results = new T[count];
        For(count, i => results[i] = each(i));
        return results;
    }
}
