namespace Interneuron.Studio;

/// <summary>A folder for what has to be a file for a moment.</summary>
internal sealed class Scratch : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("interneuron-studio-").FullName;

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => Path.Combine(_folder, name);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, true);
        return ValueTask.CompletedTask;
    }
}
