namespace Interneuron.Host;

/// <summary>An experiment as a C# program runs it.</summary>
public static class Experimenting
{
    /// <summary>From settings to files: the paths.</summary>
    public static IReadOnlyList<string> Gaussianise(string folder, IProgress<LearningProgress> progress)
    {
        ExperimentResult result = Experiment.Find("gaussianise").Run(new() { ["scene"] = "1", ["steps"] = "2000" }, progress);
        foreach (var (name, value) in result.Table)
        {
            Console.WriteLine($"{name}  {value}");
        }

        return result.SaveTo(folder);
    }
}
