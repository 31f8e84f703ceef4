namespace Interneuron.Studio;

/// <summary>Looks at circuits of two primary neurons.</summary>
internal sealed class PairObserver : Observer
{
    private const double Extent = 3.2;
    private const int Points = 49;

    // Those of the paper's figures, in standard deviations.
    private static readonly double[] Radii = [0.625, 1.25, 1.875];

    private readonly double _unit;
    private readonly IReadOnlyList<Line> _stimuli;
    private readonly double _informationOfStimuli;

    public PairObserver(Grid stimuli, Target target) : base(stimuli, target)
    {
        _unit = Math.Sqrt((Measure.Variance(Sample.Column(0)) + Measure.Variance(Sample.Column(1))) / 2);
        _unit = _unit > 0 ? _unit : 1;
        _stimuli = Contours("stimuli", Sample.Map(value => value / _unit), _unit, Colours.Stimulus);
        _informationOfStimuli = MutualInformation.Binned(Sample.Standardise()).Corrected;
    }

    public override View Look(Circuit circuit, int steps, bool isAtRest)
    {
        Grid r = circuit.Respond(isAtRest ? All : Sample).EnsureConverged().R;
        double ks = Math.Max(Measure.Ks(r.Column(0), Target), Measure.Ks(r.Column(1), Target));
        double information = MutualInformation.Binned(r.Standardise()).Corrected, j = circuit.Objective(Sample);
        double reach = Extent * _unit;
        Plot[] plots =
        [
            new("Stimuli", "s₁", "s₂", _stimuli) { XRange = (-reach, reach), YRange = (-reach, reach), IsPlane = true },
            new("Responses", "r₁", "r₂", [.. Contours("responses", r.Evenly(Some), 1, Colours.Circuit), .. Directions(circuit), .. Circles()])
            { XRange = (-Extent, Extent), YRange = (-Extent, Extent), IsPlane = true },
        ];
        (string, string)[] numbers =
        [
            ("mutual information", $"{Short(information)} nats"), ("of the stimuli", $"{Short(_informationOfStimuli)} nats"),
            ("KS", Short(ks)), ("J", Short(j)),
        ];
        return new View(steps, circuit, plots, numbers, new Mark(steps, j, double.NaN, ks, information, circuit.Gains, circuit.Theta));
    }

    private static List<Line> Contours(string name, Grid pairs, double unit, string colour)
    {
        DensityMap map = Density.OfPairs(pairs, Extent, Points);
        return [.. Radii.SelectMany(radius => DensityContours.Of(map, Density.GaussianLevel(radius)))
            .Select((line, i) => new Line(name, [.. line.Select(point => unit * point.X)], [.. line.Select(point => unit * point.Y)], colour, IsNamed: i == 0))];
    }

    /// <summary>The w_i through 0, as long as the gains are large.</summary>
    private static IEnumerable<Line> Directions(Circuit circuit)
    {
        double largest = Math.Max(circuit.Gains.Max(), 1e-12);
        return Enumerable.Range(0, Math.Min(circuit.Gains.Count, 60)).Select(i =>
        {
            double length = 2.6 * circuit.Gains[i] / largest, x = circuit.W[0, i] * length, y = circuit.W[1, i] * length;
            return new Line("directions w, by gain", [-x, x], [-y, y], Colours.Second, IsNamed: i == 0);
        });
    }

    private IEnumerable<Line> Circles() => !Target.IsSpherical
        ? []
        : Radii.Select((radius, i) =>
        {
            double[] angles = Spread(61, 0, 2 * Math.PI);
            return new Line("target", [.. angles.Select(a => radius * Math.Cos(a))], [.. angles.Select(a => radius * Math.Sin(a))], Colours.Optimum, true, i == 0);
        });
}
