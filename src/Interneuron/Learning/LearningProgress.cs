namespace Interneuron;

/// <summary>Where learning stands.</summary>
/// <example><code>var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine($"{at.Step}/{at.Steps}  J = {at.J:f5}"));</code></example>
public readonly record struct LearningProgress
{
    /// <summary>Steps made.</summary>
    /// <example><code>var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine(at.Step));</code></example>
    public int Step { get; init; }

    /// <summary>Steps to make.</summary>
    /// <example><code>var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine(100.0 * at.Step / at.Steps));</code></example>
    public int Steps { get; init; }

    /// <summary>The objective over a fixed part of the stimuli.</summary>
    /// <example><code>var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine(at.J));</code></example>
    public double J { get; init; }
}
