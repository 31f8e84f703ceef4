using Interneuron.Statistics;
using Interneuron.Stimuli;

namespace Interneuron;

/// <summary>From an image to stimuli: coefficients of its pyramid's first scale and orientation, in units of their standard deviation.</summary>
/// <example><code>Grid stimuli = Coefficients.Single(Image.FromScene(seed: 1));</code></example>
public static class Coefficients
{
    /// <summary>Single coefficients, for circuits of one primary neuron.</summary>
    /// <param name="image">The image, at least 8 x 8.</param>
    /// <returns>n x 1, one row a pixel, of unit variance.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is null, too small or without any structure.</exception>
    /// <example><code>Grid single = Coefficients.Single(image);</code></example>
    public static Grid Single(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return OfImage(() => Stimuli.Coefficients.single(image.Value));
    }

    /// <summary>Pairs of coefficients, one below the other, for circuits of two primary neurons.</summary>
    /// <param name="image">The image, at least 8 x 8.</param>
    /// <param name="offset">How far the second lies below the first, in pixels; less than the image's height.</param>
    /// <returns>n x 2, each column of unit variance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> reaches out of the image.</exception>
    /// <exception cref="ArgumentException"><paramref name="image"/> is null, too small or without any structure.</exception>
    /// <example><code>Grid pairs = Coefficients.Pairs(image, offset: 2);</code></example>
    public static Grid Pairs(Image image, int offset)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(offset, -image.Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(offset, image.Height);
        return OfImage(() => Stimuli.Coefficients.pairs(offset, image.Value));
    }

    /// <summary>Samples in units of their standard deviation, each column by itself. The mean is divided too, not subtracted.</summary>
    /// <param name="samples">n x N, at least one row.</param>
    /// <returns>n x N, each column of unit variance.</returns>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is null or empty, or a column doesn't vary.</exception>
    /// <example><code>
    /// Grid band = pyramid.Band(Subband.Oriented(scale: 1, orientation: 2));
    /// Grid coarser = Coefficients.UnitVariance(new Grid(band.Rows * band.Columns, 1, band.Values));
    /// </code></example>
    public static Grid UnitVariance(Grid samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        try
        {
            return Grid.Of(Guard.Naming(
                () => Stimuli.Coefficients.unitVariance(GridModule.ofArray(samples.Rows, samples.Columns, samples.Array)), ("rows", nameof(samples))));
        }
        catch (Refusal alike)
        {
            throw new ArgumentException("A column does not vary, so it has no unit variance.", nameof(samples), alike);
        }
    }

    private static Grid OfImage(Func<Statistics.Grid> coefficients)
    {
        try
        {
            return Grid.Of(Guard.Naming(coefficients, ("rows", "image")));
        }
        catch (Refusal plain)
        {
            throw new ArgumentException(plain.Message, "image", plain);
        }
    }
}
