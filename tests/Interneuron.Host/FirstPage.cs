namespace Interneuron.Host;

/// <summary>What the README shows in C#, line by line, so that it is compiled and run.</summary>
public static class FirstPage
{
    /// <summary>From an image to a circuit: the KS distance of its responses.</summary>
    public static double Learn(string photograph)
    {
        Grid stimuli = Coefficients.Single(Image.Load(photograph));
        Circuit circuit = Learner.Train(Circuit.Start(Potentials.ThresholdLinear, stimuli), stimuli).Circuit;
        double ks = Measure.Ks(circuit.Respond(stimuli).R.Column(0), Targets.StandardGaussian);
        return ks;
    }

    /// <summary>A potential of one's own, and what is derived from it.</summary>
    public static Circuit Own(Grid stimuli)
    {
        var saturating = Potential.Define("saturating", new Parameter("theta", 0.5, 4, (0.9, 1.1)),
            (theta, z) => Formula.Log(Formula.Cosh(theta * z)) / (theta * theta));
        Console.WriteLine($"f = {saturating.Activation}   dF/dtheta = {saturating.ParameterTerms[0]}");
        var circuit = Circuit.Start(saturating, stimuli, new CircuitOptions { Target = Targets.Laplace, Leak = 0.5 });
        return Learner.Train(circuit, stimuli).EnsureConverged().Circuit;
    }

    /// <summary>Learning with progress, for at most the given time.</summary>
    public static async Task<TrainedCircuit> Watched(Grid stimuli, IProgress<LearningProgress> progress, TimeSpan time)
    {
        using var enough = new CancellationTokenSource(time);
        var circuit = Circuit.Start(Potentials.PowerMixture, stimuli);
        return await Learner.TrainAsync(circuit, stimuli, LearnerOptions.Published(primaries: 1), progress, enough.Token);
    }
}
