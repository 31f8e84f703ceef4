using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// The affine map (s - mean) / unit of each coordinate that a circuit's stimuli go through before it sees them, as those did that it learned from: the command line's
/// <c>--centre</c> (all units 1) and <c>--standardise</c>.
/// </summary>
/// <example><code>
/// if (circuit.Standardisation is Standardisation map) Console.WriteLine($"coordinate 0 was {map.Mean[0]}, give or take {map.Unit[0]}");
/// </code></example>
public sealed class Standardisation
{
    internal Standardisation(Statistics.Standardisation value)
    {
        Value = value;
        Mean = Array.AsReadOnly(value.Mean);
        Unit = Array.AsReadOnly(value.Unit);
    }

    internal Statistics.Standardisation Value { get; }

    internal static Standardisation? OfSaved(FSharpOption<Statistics.Standardisation>? saved) => saved is null ? null : new Standardisation(saved.Value);

    /// <summary>What is subtracted from each coordinate, N values.</summary>
    /// <example><code>double mean = circuit.Standardisation?.Mean[0] ?? 0;</code></example>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>What each coordinate is then divided by, N positive values.</summary>
    /// <example><code>double unit = circuit.Standardisation?.Unit[0] ?? 1;</code></example>
    public IReadOnlyList<double> Unit { get; }

    /// <summary>What scales the columns of samples.</summary>
    /// <param name="samples">n x N, at least one row.</param>
    /// <param name="unitVariance">Whether columns are divided by their standard deviation besides; if not, all units are 1.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">The argument is null or empty, or a column that is to be divided by its deviation doesn't vary.</exception>
    /// <example><code>Standardisation map = Standardisation.Of(stimuli);</code></example>
    public static Standardisation Of(Grid samples, bool unitVariance = true)
    {
        Guard.NotEmpty(samples, nameof(samples));
        var moments = new Statistics.ColumnMoments(samples.Columns);
        moments.Add(samples.Values);
        try
        {
            var scaling = unitVariance ? Statistics.Scaling.Standardised : Statistics.Scaling.Centred;
            return new Standardisation(Statistics.StandardisationModule.ofMoments(scaling, moments)!.Value);
        }
        catch (Statistics.Refusal alike)
        {
            throw new ArgumentException(alike.Message, nameof(samples), alike);
        }
    }

    /// <summary>(s - mean) / unit in place.</summary>
    /// <param name="rows">Rows of N values, one after the other.</param>
    /// <example><code>
    /// double[] values = stimuli.Values.ToArray();
    /// Standardisation.Of(stimuli).Apply(values);
    /// </code></example>
    public void Apply(Span<double> rows) => Statistics.StandardisationModule.apply(Value, rows);

    /// <summary>s unit + mean in place: the inverse of <see cref="Apply"/>.</summary>
    /// <param name="rows">Rows of N values, one after the other.</param>
    /// <example><code>
    /// double[] values = stimuli.Standardise().Values.ToArray();
    /// Standardisation.Of(stimuli).Undo(values);  // the stimuli again
    /// </code></example>
    public void Undo(Span<double> rows) => Statistics.StandardisationModule.undo(Value, rows);

    /// <summary>The sum of the logarithms of the units: what log densities of standardised samples are larger by than those of the samples as they are.</summary>
    /// <example><code>double nats = Standardisation.Of(stimuli).LogVolume;</code></example>
    public double LogVolume => Statistics.StandardisationModule.logVolume(Value);
}
