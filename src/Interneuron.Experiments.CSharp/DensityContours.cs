using Interneuron.Experiments;

namespace Interneuron;

/// <summary>Lines of equal density, as figures of pairs have them.</summary>
/// <example><code>var lines = DensityContours.Of(Density.OfPairs(pairs, 3, 61), Density.GaussianLevel(1.25));</code></example>
public static class DensityContours
{
    /// <summary>The lines at a level.</summary>
    /// <param name="map">The density.</param>
    /// <param name="level">The level.</param>
    /// <returns>Lines as points; a closed one ends with its first point.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="map"/> is null.</exception>
    /// <example><code>int islands = DensityContours.Of(map, 0.1).Count;</code></example>
    public static IReadOnlyList<IReadOnlyList<(double X, double Y)>> Of(DensityMap map, double level)
    {
        ArgumentNullException.ThrowIfNull(map);
        var lines = Contours.lines([.. map.Axis], map.Values.ToRectangle(), level);
        return [.. lines.Select(line => (IReadOnlyList<(double X, double Y)>)[.. line.Select(point => (point.Item1, point.Item2))])];
    }
}
