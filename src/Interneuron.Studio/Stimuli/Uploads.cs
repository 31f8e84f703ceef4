using System.Security.Cryptography;

namespace Interneuron.Studio;

/// <summary>Files that were given to pages, for as long as the studio runs. A file is named by what is in it, so that two of one name are told apart.</summary>
public sealed class Uploads : IDisposable
{
    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".webp", ".bmp", ".pgm", ".ppm", ".ras"];

    private readonly string _folder = Directory.CreateTempSubdirectory("interneuron-studio-").FullName;
    private readonly List<string> _names = [];
    private readonly Lock _turn = new();

    /// <summary>What kind of stimuli a file holds.</summary>
    /// <exception cref="FormatException">It is neither a picture nor an array.</exception>
    public static SourceKind KindOf(string name)
    {
        string extension = Path.GetExtension(name).ToLowerInvariant();
        return extension == ".npy" ? SourceKind.Array
            : Pictures.Contains(extension) ? SourceKind.Image
            : throw new FormatException($"“{name}” is neither a photograph (PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM, Sun raster) nor an array (.npy)");
    }

    /// <summary>Keeps a file.</summary>
    /// <returns>The name that it is found by.</returns>
    /// <exception cref="FormatException">It is of another kind.</exception>
    /// <exception cref="IOException">It is too large.</exception>
    public async Task<StimulusSource> KeepAsync(string name, Stream contents, CancellationToken cancellation = default)
    {
        SourceKind kind = KindOf(name);
        using var bytes = new MemoryStream();
        await contents.CopyToAsync(bytes, cancellation);
        string plain = string.Concat(Path.GetFileNameWithoutExtension(name).Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_').Take(40));
        string kept = $"{Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)))[..12]}-{plain}{Path.GetExtension(name).ToLowerInvariant()}";
        lock (_turn)
        {
            File.WriteAllBytes(Path.Combine(_folder, kept), bytes.ToArray());
            _names.Remove(kept);
            _names.Add(kept);
            if (_names.Count > Limits.Uploads)
            {
                File.Delete(Path.Combine(_folder, _names[0]));
                _names.RemoveAt(0);
            }
        }

        return new StimulusSource(kind, kept);
    }

    /// <summary>The path of a file.</summary>
    /// <exception cref="FormatException">It is not here, or not any more.</exception>
    public string PathOf(string name)
    {
        lock (_turn)
        {
            return _names.Contains(name)
                ? Path.Combine(_folder, name)
                : throw new FormatException($"the file “{NameOf(name)}” is not here any more; choose it again");
        }
    }

    /// <summary>The name that a file came with.</summary>
    public static string NameOf(string kept) => kept.Length > 13 && kept[12] == '-' ? kept[13..] : kept;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, true);
}
