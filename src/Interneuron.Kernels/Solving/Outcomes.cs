namespace Interneuron.Kernels;

/// <summary>The outcome of a batch of responses.</summary>
/// <param name="Failures">The number of samples without a fixed point to the tolerance.</param>
/// <param name="FirstFailure">The index of the first such sample, -1 where there is none.</param>
/// <param name="Residual">Its residual |s - grad phi(r)|_inf; not a number for a stimulus that is not finite.</param>
public readonly record struct ResponseOutcome(int Failures, int FirstFailure, double Residual)
{
    /// <summary>Every sample converged.</summary>
    public static ResponseOutcome Converged { get; } = new(0, -1, 0);

    /// <summary>Whether every sample converged.</summary>
    public bool IsConverged => Failures == 0;

    internal ResponseOutcome With(int sample, double residual) =>
        Failures == 0 || sample < FirstFailure ? new(Failures + 1, sample, residual) : this with { Failures = Failures + 1 };

    internal ResponseOutcome And(ResponseOutcome other) =>
        Failures == 0 ? other
        : other.Failures == 0 ? this
        : (FirstFailure < other.FirstFailure ? this : other) with { Failures = Failures + other.Failures };
}

/// <summary>The outcome of a run of training steps.</summary>
/// <param name="Steps">The number of steps made in this run. Fewer than requested if a batch had a sample without a fixed point; that step is not made.</param>
/// <param name="Response">The outcome of the last batch; its FirstFailure is the row of the stimuli.</param>
public readonly record struct TrainingOutcome(int Steps, ResponseOutcome Response);
