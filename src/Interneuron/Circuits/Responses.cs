namespace Interneuron;

/// <summary>Whether every stimulus has found its response.</summary>
/// <example><code>bool fine = circuit.Respond(stimuli).Outcome == ResponseOutcome.Converged;</code></example>
public enum ResponseOutcome
{
    /// <summary>|s - grad phi(r)| is at most 1e-10 for every stimulus.</summary>
    Converged,

    /// <summary>At least one stimulus has no response: it is not finite, or too large for the circuit's numbers.</summary>
    NotConverged,
}

/// <summary>The responses of a circuit to stimuli, with the evidence.</summary>
/// <example><code>
/// Responses answer = circuit.Respond(stimuli).EnsureConverged();
/// Console.WriteLine($"r = {answer.R[0, 0]} to s = {stimuli[0, 0]}, residual {answer.Residuals[0]:e1}");
/// </code></example>
public sealed class Responses
{
    private readonly double _failedResidual;

    internal Responses(Core.Circuits.Response response, int primaries)
    {
        R = Grid.Owning(response.R, response.Residuals.Length, primaries);
        Residuals = Array.AsReadOnly(response.Residuals);
        Evaluations = Array.AsReadOnly(response.Evaluations);
        if (response.Outcome is Core.Circuits.Outcome.NotConverged failed)
        {
            Outcome = ResponseOutcome.NotConverged;
            Failures = failed.failures;
            FirstFailure = failed.first;
            _failedResidual = failed.residual;
        }
    }

    /// <summary>The responses, n x N: one row for each stimulus. Where a stimulus has none, the row holds the last attempt.</summary>
    /// <example><code>ReadOnlySpan&lt;double&gt; r = responses.R.Row(0);</code></example>
    public Grid R { get; }

    /// <summary>The largest component of |s - grad phi(r)|, for each stimulus.</summary>
    /// <example><code>double worst = responses.Residuals.Max();</code></example>
    public IReadOnlyList<double> Residuals { get; }

    /// <summary>How often the gradient of phi was evaluated, for each stimulus.</summary>
    /// <example><code>double average = responses.Evaluations.Average();</code></example>
    public IReadOnlyList<int> Evaluations { get; }

    /// <summary>Whether every stimulus has found its response.</summary>
    /// <example><code>if (responses.Outcome == ResponseOutcome.NotConverged) Console.WriteLine($"{responses.Failures} without a response");</code></example>
    public ResponseOutcome Outcome { get; }

    /// <summary>The number of stimuli without a response.</summary>
    /// <example><code>int failures = responses.Failures;</code></example>
    public int Failures { get; }

    /// <summary>The row of the first stimulus without a response; null if all have one.</summary>
    /// <example><code>if (responses.FirstFailure is int row) Console.WriteLine(stimuli[row, 0]);</code></example>
    public int? FirstFailure { get; }

    /// <summary>The same responses, once all are known to have converged.</summary>
    /// <returns>This object.</returns>
    /// <exception cref="NotConvergedException">A stimulus has no response.</exception>
    /// <example><code>Grid r = circuit.Respond(stimuli).EnsureConverged().R;</code></example>
    public Responses EnsureConverged() =>
        FirstFailure is int row
            ? throw new NotConvergedException($"{Failures} of {R.Rows} stimuli have no response; the first is in row {row}, with a residual of {_failedResidual}.")
            : this;
}

/// <summary>A computation that was to converge has not.</summary>
/// <example><code>
/// try { circuit.Respond(stimuli).EnsureConverged(); }
/// catch (NotConvergedException failure) { Console.Error.WriteLine(failure.Message); }
/// </code></example>
public sealed class NotConvergedException : Exception
{
    internal NotConvergedException(string message) : base(message)
    {
    }
}
