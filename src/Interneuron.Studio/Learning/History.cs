using System.Collections.Immutable;

namespace Interneuron.Studio;

/// <summary>What is kept of a moment.</summary>
public sealed record Mark(int Step, double J, double Gap, double Ks, double Information, IReadOnlyList<double> Gains, Grid Theta);

/// <summary>Learning so far, in at most so many marks: when there are more, every second one goes.</summary>
public sealed record History(ImmutableList<Mark> Marks)
{
    private const int Most = 400;

    public static History Empty { get; } = new(ImmutableList<Mark>.Empty);

    public History Add(Mark mark)
    {
        ImmutableList<Mark> before = Marks.RemoveAll(earlier => earlier.Step >= mark.Step);
        ImmutableList<Mark> all = before.Add(mark);
        return new History(all.Count <= Most ? all : [.. all.Where((_, i) => i % 2 == 0 || i == all.Count - 1)]);
    }

    /// <summary>A number of each mark over the steps.</summary>
    public Line Line(string name, Func<Mark, double> number, string colour) =>
        new(name, [.. Marks.Select(mark => (double)mark.Step)], [.. Marks.Select(number)], colour);

    /// <summary>A number of each interneuron over the steps, of at most a dozen of them.</summary>
    public IReadOnlyList<Line> Each(string name, Func<Mark, int, double> number)
    {
        int k = Marks.Count == 0 ? 0 : Marks[^1].Gains.Count;
        int shown = Math.Min(k, Colours.Most);
        return [.. Enumerable.Range(0, shown).Select(i =>
        {
            int interneuron = (int)((long)i * k / shown);
            return Line(k == 1 ? name : $"{name} {interneuron + 1}", mark => interneuron < mark.Gains.Count ? number(mark, interneuron) : double.NaN, Colours.Of(i));
        })];
    }
}
