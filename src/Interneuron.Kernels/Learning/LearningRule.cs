namespace Interneuron.Kernels;

/// <summary>How a gain follows its averaged term dg.</summary>
public enum GainStep
{
    /// <summary>g + rate dg, not below 0.</summary>
    Plain,

    /// <summary>g + rate g dg, not below 0: the published form, descent in log g.</summary>
    TimesGain,

    /// <summary>g exp(rate dg), the exponent within the rule's clip: positive gains stay positive.</summary>
    Exponential,
}

/// <summary>
/// The settings of the online rules: theory's steps times the rates of each interneuron, all rates multiplied by (1 + t/tau)^-power at step t.
/// A rate of 0 leaves that parameter alone.
/// </summary>
public sealed record LearningRule
{
    /// <summary>The rates of the gains, K values.</summary>
    public required double[] GainRates { get; init; }

    /// <summary>The rates of the activation parameters, K x P.</summary>
    public required double[] ThetaRates { get; init; }

    /// <summary>The rates of the synapses, K values; they stay as they are where N = 1.</summary>
    public required double[] SynapseRates { get; init; }

    /// <summary>The form of the gain step.</summary>
    public GainStep GainStep { get; init; } = GainStep.TimesGain;

    /// <summary>The largest |rate dg| of an exponential gain step.</summary>
    public double GainClip { get; init; } = double.PositiveInfinity;

    /// <summary>The largest change of an activation parameter in a step, in its unit.</summary>
    public double ThetaClip { get; init; } = double.PositiveInfinity;

    /// <summary>The units in which the P activation parameters step; 1 where there is none.</summary>
    public double[] ThetaUnits { get; init; } = [];

    /// <summary>The largest |dw| of a synaptic step, before the column is normalised again; a longer step is shortened to it.</summary>
    public double SynapseClip { get; init; } = double.PositiveInfinity;

    /// <summary>Whether the theta step is multiplied by the gain, as in the gradient of J.</summary>
    public bool ThetaStepTimesGain { get; init; } = true;

    /// <summary>Whether the synaptic step is made of r n_i = g_i r f_i, as in the gradient of J, or of r f_i.</summary>
    public bool SynapseStepTimesGain { get; init; } = true;

    /// <summary>tau, in steps; infinite for constant rates.</summary>
    public double DecaySteps { get; init; } = double.PositiveInfinity;

    /// <summary>The power of the decay.</summary>
    public double DecayPower { get; init; } = 1;

    /// <summary>From the step after this one on, the learner's answer is the mean of the circuits; by default it is the last circuit.</summary>
    public long AverageFrom { get; init; } = long.MaxValue;

    /// <summary>Whether any activation parameter learns.</summary>
    internal bool ThetaLearns => Array.Exists(ThetaRates, rate => rate != 0);

    /// <summary>Whether any synapse learns.</summary>
    internal bool SynapsesLearn => Array.Exists(SynapseRates, rate => rate != 0);

    /// <summary>The multiplier of the rates at step t.</summary>
    /// <param name="step">t, the number of steps already made.</param>
    /// <returns>(1 + t/tau)^-power.</returns>
    public double Decay(long step) =>
        double.IsPositiveInfinity(DecaySteps) ? 1 : Math.Pow(1 + (step / DecaySteps), -DecayPower);

    internal void Fits(CircuitState circuit)
    {
        if (GainRates.Length != circuit.Gains.Length || ThetaRates.Length != circuit.Theta.Length || SynapseRates.Length != circuit.Gains.Length)
        {
            throw new ArgumentException(
                $"Expected rates for {circuit.Interneurons} interneurons of {circuit.Parameters} parameters, got {GainRates.Length} for gains, {ThetaRates.Length} for parameters and {SynapseRates.Length} for synapses.",
                nameof(circuit));
        }
    }
}
