namespace Interneuron.Studio;

/// <summary>Stimuli of sources, of which the last few are kept: pages that look at the same picture share its coefficients.</summary>
public sealed class StimulusStore(Uploads uploads)
{
    private const int Kept = 6;

    private readonly LinkedList<(string Key, Lazy<Grid> Stimuli)> _kept = [];
    private readonly Lock _turn = new();

    /// <summary>The stimuli of a phase, n x N.</summary>
    /// <exception cref="FormatException">The source cannot be used, or has another N.</exception>
    public Grid Load(StudioState state, Phase phase)
    {
        Grid plain = Plain(phase.Source, state.Primaries, state.Offset);
        // A factor of one leaves the numbers where they are.
        return phase.Contrast == 1 ? plain : plain.Map(value => phase.Contrast * value);
    }

    /// <summary>The path of an uploaded file.</summary>
    public string PathOf(string name) => uploads.PathOf(name);

    private Grid Plain(StimulusSource source, int primaries, int offset)
    {
        string key = $"{source}|{primaries}|{offset}";
        Lazy<Grid> stimuli;
        lock (_turn)
        {
            LinkedListNode<(string Key, Lazy<Grid> Stimuli)>? node = _kept.First;
            while (node is not null && node.Value.Key != key)
            {
                node = node.Next;
            }

            if (node is null)
            {
                node = new((key, new Lazy<Grid>(() => Read(source, primaries, offset))));
            }
            else
            {
                _kept.Remove(node);
            }

            _kept.AddFirst(node);
            if (_kept.Count > Kept)
            {
                _kept.RemoveLast();
            }

            stimuli = node.Value.Stimuli;
        }

        try
        {
            return stimuli.Value;
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidDataException or IOException)
        {
            Forget(key);
            throw new FormatException(refused.Message.Split(" (Parameter")[0].Replace(Path.GetTempPath(), "", StringComparison.Ordinal), refused);
        }
        catch
        {
            Forget(key);
            throw;
        }
    }

    private void Forget(string key)
    {
        lock (_turn)
        {
            foreach (var kept in _kept.Where(kept => kept.Key == key).ToList())
            {
                _kept.Remove(kept);
            }
        }
    }

    private Grid Read(StimulusSource source, int primaries, int offset)
    {
        switch (source.Kind)
        {
            case SourceKind.Distribution:
                return Replay.Named(source.Value).Sample(Limits.Drawn, primaries);
            case SourceKind.Array:
                Grid array = Npy.Read(uploads.PathOf(source.Value));
                return array.Columns == primaries
                    ? array
                    : throw new FormatException($"the rows of “{Uploads.NameOf(source.Value)}” have {array.Columns} values, and there are {primaries} primary neurons");
            default:
                Image picture = Picture(source);
                return primaries == 1 ? Coefficients.Single(picture) : Coefficients.Pairs(picture, offset);
        }
    }

    /// <summary>The picture that stimuli are taken from.</summary>
    private Image Picture(StimulusSource source)
    {
        if (source.Kind == SourceKind.Scene)
        {
            return int.TryParse(source.Value, out int seed) && seed >= 0
                ? Image.FromScene(seed)
                : throw new FormatException($"a scene's seed is a whole number from 0 on, not “{source.Value}”");
        }

        Image square = Image.Load(uploads.PathOf(source.Value)).CentredSquare();
        return square.Height < 8 ? throw new FormatException($"the picture has {square.Height} pixels; a pyramid needs at least 8") : square.Centred(Math.Min(square.Height, 2048));
    }
}
