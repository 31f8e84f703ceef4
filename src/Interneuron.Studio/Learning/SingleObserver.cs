namespace Interneuron.Studio;

/// <summary>Looks at circuits of one primary neuron.</summary>
internal sealed class SingleObserver : Observer
{
    private const int Points = 241;

    private readonly Line _stimuli;
    private readonly Line _target;
    private readonly Line _optimum;
    private readonly Line _inverse;
    private readonly (double From, double To) _s;
    private readonly (double From, double To) _r;
    private readonly double[] _axis;
    private readonly double _least;
    private readonly double _leastOfAll;

    public SingleObserver(Grid stimuli, Target target) : base(stimuli, target)
    {
        double[] sorted = [.. Sample.Column(0).Order()];
        int n = sorted.Length;
        // The outermost of ten thousand are few and far away.
        (double low, double high) = (sorted[n / 500], sorted[n - 1 - (n / 500)]);
        _s = Padded(low, high);
        double Quantile(int i) => target.Quantile((i + 0.5) / n);
        _r = Padded(Quantile(n / 500), Quantile(n - 1 - (n / 500)));
        _stimuli = Curve("stimuli", Density.Histogram(Sample.Column(0)), Colours.Stimulus);
        double[] r = Spread(Points, _r.From, _r.To);
        const double step = 1e-3;
        _target = new Line("target", r, [.. r.Select(x => (target.Cdf(x + step) - target.Cdf(x - step)) / (2 * step))], Colours.Optimum, true);
        int[] places = [.. Enumerable.Range(0, Points).Select(i => (int)((long)i * (n - 1) / (Points - 1)))];
        double[] s = [.. places.Select(i => sorted[i])], optimal = [.. places.Select(Quantile)];
        _optimum = new Line("optimal transport", s, optimal, Colours.Optimum, true);
        _inverse = new Line("optimal transport", optimal, s, Colours.Optimum, true);
        _axis = Spread(Points, _s.From, _s.To);
        _least = OptimalTransport.Optimum(Sample.Column(0), target);
        _leastOfAll = OptimalTransport.Optimum(All.Column(0), target);
    }

    public override View Look(Circuit circuit, int steps, bool isAtRest)
    {
        (Grid looked, double least) = isAtRest ? (All, _leastOfAll) : (Sample, _least);
        double[] r = circuit.Respond(looked).EnsureConverged().R.Column(0);
        double ks = Measure.Ks(r, Target), j = circuit.Objective(Sample), gap = circuit.Objective(looked) - least;
        double[] responses = Spread(Points, _r.From, _r.To);
        double[] drives = circuit.StimulusOf(Column(responses)).Column(0);
        Plot[] plots =
        [
            new("Stimuli", "stimulus s", "density", [_stimuli]) { XRange = _s },
            new("Responses", "response r", "density", [Curve("responses", Density.Histogram(r), Colours.Circuit), _target]) { XRange = _r },
            new("Transform", "stimulus s", "response r",
                [new Line("learned", _axis, circuit.Respond(Column(_axis)).EnsureConverged().R.Column(0), Colours.Circuit), _optimum]) { XRange = _s, YRange = _r },
            new("Interneuron output", "response r", "output", [new Line("learned", responses, drives, Colours.Circuit), _inverse]) { XRange = _r, YRange = _s },
        ];
        (string, string)[] numbers =
        [
            ("KS", Short(ks)), ("W2", Short(Measure.W2(r, Target))), ("J", Short(j)), ("transport gap", Short(gap)),
            ("kurtosis of stimuli", Short(Measure.Kurtosis(looked.Column(0)))), ("kurtosis of responses", Short(Measure.Kurtosis(r))),
        ];
        return new View(steps, circuit, plots, numbers, new Mark(steps, j, gap, ks, double.NaN, circuit.Gains, circuit.Theta));
    }

    private static (double From, double To) Padded(double from, double to) => (from - (0.06 * (to - from)), to + (0.06 * (to - from)));

    private static Line Curve(string name, DensityCurve density, string colour) => new(name, density.X, density.Values, colour);
}
