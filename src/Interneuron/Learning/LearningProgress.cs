namespace Interneuron;

/// <summary>Where learning stands.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps to make.</param>
/// <param name="J">The objective over a fixed part of the stimuli.</param>
/// <example><code>var progress = new Progress&lt;LearningProgress&gt;(at => Console.Error.WriteLine($"{at.Step}/{at.Steps}  J = {at.J:f5}"));</code></example>
public readonly record struct LearningProgress(int Step, int Steps, double J);
