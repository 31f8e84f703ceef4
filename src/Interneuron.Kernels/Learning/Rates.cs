namespace Interneuron.Kernels;

/// <summary>What a step of the rules needs besides the sums: the rates and bounds of a circuit's rule, or of the rules of several circuits, laid out as <see cref="CircuitNumbers"/> are.</summary>
internal sealed class Rates
{
    /// <summary>Where the decay lies.</summary>
    internal const int Decayed = 0;

    /// <summary>Where the bounds lie.</summary>
    internal const int GainClip = 1;
    internal const int ThetaClip = 2;
    internal const int SynapseClip = 3;

    private readonly int _circuits;

    /// <summary>Those of one circuit.</summary>
    internal Rates(LearningRule rule, CircuitState circuit)
        : this(rule, circuit, 1)
    {
        Gains = rule.GainRates;
        Theta = rule.ThetaRates;
        Synapses = rule.SynapseRates;
        TakeBounds(0, rule, circuit);
    }

    /// <summary>Zeros for several circuits, whose rules have the forms of this one.</summary>
    internal Rates(LearningRule form, CircuitState shape, int circuits)
    {
        _circuits = circuits;
        Form = form;
        Gains = new double[form.GainRates.Length * circuits];
        Theta = new double[form.ThetaRates.Length * circuits];
        Synapses = new double[form.SynapseRates.Length * circuits];
        Bounds = new((4 + (3 * shape.Parameters)) * circuits);
    }

    /// <summary>The forms of the rule.</summary>
    internal LearningRule Form { get; }

    internal double[] Gains { get; }

    internal double[] Theta { get; }

    internal double[] Synapses { get; }

    /// <summary>For each circuit the decay, the clips, and of each activation parameter the unit and the ends of its interval.</summary>
    internal Aligned Bounds { get; }

    /// <summary>Where the unit of activation parameter p lies; the ends of its interval come next.</summary>
    internal static int Unit(int p) => 4 + (3 * p);

    /// <summary>Takes the rates and bounds of circuit c.</summary>
    internal void Take(int c, LearningRule rule, CircuitState circuit)
    {
        Lane.Put(rule.GainRates, Gains, _circuits, c);
        Lane.Put(rule.ThetaRates, Theta, _circuits, c);
        Lane.Put(rule.SynapseRates, Synapses, _circuits, c);
        TakeBounds(c, rule, circuit);
    }

    /// <summary>Sets what the rates of all circuits are multiplied by.</summary>
    internal void Decay(double decay) => Bounds.Span[..(Decayed + _circuits)].Fill(decay);

    private void TakeBounds(int c, LearningRule rule, CircuitState circuit)
    {
        Span<double> bounds = stackalloc double[4 + (3 * circuit.Parameters)];
        bounds[Decayed] = 1;
        bounds[GainClip] = rule.GainClip;
        bounds[ThetaClip] = rule.ThetaClip;
        bounds[SynapseClip] = rule.SynapseClip;
        for (int p = 0; p < circuit.Parameters; p++)
        {
            bounds[Unit(p)] = rule.ThetaUnits.Length == 0 ? 1 : rule.ThetaUnits[p];
            bounds[Unit(p) + 1] = circuit.ThetaLow[p];
            bounds[Unit(p) + 2] = circuit.ThetaHigh[p];
        }

        Lane.Put(bounds, Bounds.Span, _circuits, c);
    }
}
