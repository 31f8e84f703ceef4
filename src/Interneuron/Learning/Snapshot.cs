namespace Interneuron;

/// <summary>A circuit on its way, for figures of learning.</summary>
/// <example><code>foreach (Snapshot at in trained.Trajectory) Console.WriteLine($"{at.Step}\t{at.J}\t{at.Gains[0]}");</code></example>
public sealed class Snapshot
{
    internal Snapshot(Core.Circuits.Snapshot snapshot, Circuit circuit)
    {
        Step = snapshot.Step;
        J = snapshot.J;
        Gains = Array.AsReadOnly(snapshot.Gains);
        Theta = Grid.OfRows(snapshot.Theta, circuit.Potential.Parameters.Count);
        W = Circuit.OfColumns(snapshot.W, circuit.Primaries);
    }

    /// <summary>Steps made.</summary>
    /// <example><code>int step = trained.Trajectory[0].Step;  // 0</code></example>
    public int Step { get; }

    /// <summary>The objective over a fixed part of the stimuli.</summary>
    /// <example><code>double first = trained.Trajectory[0].J;</code></example>
    public double J { get; }

    /// <summary>g, K values.</summary>
    /// <example><code>double g = trained.Trajectory[0].Gains[0];</code></example>
    public IReadOnlyList<double> Gains { get; }

    /// <summary>theta, K x P.</summary>
    /// <example><code>double theta = trained.Trajectory[0].Theta[0, 0];</code></example>
    public Grid Theta { get; }

    /// <summary>W, N x K.</summary>
    /// <example><code>double w = trained.Trajectory[0].W[0, 0];</code></example>
    public Grid W { get; }
}
