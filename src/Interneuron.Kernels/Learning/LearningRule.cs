namespace Interneuron.Kernels;

/// <summary>
/// The settings of the online rules: theory's steps times a rate, all rates multiplied by (1 + t/tau)^-power at step t.
/// A rate of 0 leaves that parameter alone.
/// </summary>
public readonly record struct LearningRule
{
    /// <summary>No learning, no decay.</summary>
    public LearningRule()
    {
    }

    /// <summary>The rate of the gains.</summary>
    public double GainRate { get; init; }

    /// <summary>The rate of the activation parameters.</summary>
    public double ThetaRate { get; init; }

    /// <summary>The rate of the synapses; they stay as they are where N = 1.</summary>
    public double SynapseRate { get; init; }

    /// <summary>Whether the gain step is multiplied by the gain: descent in log g.</summary>
    public bool GainStepTimesGain { get; init; }

    /// <summary>Whether the theta step is multiplied by the gain, as in the gradient of J.</summary>
    public bool ThetaStepTimesGain { get; init; }

    /// <summary>tau, in steps; infinite for constant rates.</summary>
    public double DecaySteps { get; init; } = double.PositiveInfinity;

    /// <summary>The power of the decay.</summary>
    public double DecayPower { get; init; } = 1;

    /// <summary>The multiplier of the rates at step t.</summary>
    /// <param name="step">t, the number of steps already made.</param>
    /// <returns>(1 + t/tau)^-power.</returns>
    public double Decay(long step) =>
        double.IsPositiveInfinity(DecaySteps) ? 1 : Math.Pow(1 + (step / DecaySteps), -DecayPower);
}
