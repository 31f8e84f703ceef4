using System.Diagnostics.CodeAnalysis;
using Interneuron.Statistics;
using Microsoft.FSharp.Collections;

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
    [SuppressMessage("Naming", "CA1720", Justification = "A single coefficient, not a number of single precision.")]
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

    /// <summary>Coefficients one below another at equal distances, for circuits of any number of primary neurons.</summary>
    /// <param name="image">The image, at least 8 x 8.</param>
    /// <param name="count">N, at least 1.</param>
    /// <param name="offset">How far each lies below the one before it, in pixels; the last one stays in the image.</param>
    /// <returns>n x N, each column of unit variance.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is null, too small or without any structure, or the coefficients reach out of it.</exception>
    /// <example><code>Grid triples = Coefficients.Column(image, count: 3, offset: 2);</code></example>
    public static Grid Column(Image image, int count, int offset)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return OfImage(() => Stimuli.Coefficients.column(count, offset, image.Value));
    }

    /// <summary>The coefficients of the first scale and orientation as a picture, not yet in units of their deviation.</summary>
    /// <param name="image">The image, at least 8 x 8.</param>
    /// <returns>The coefficients, of the image's shape.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> is null or too small.</exception>
    /// <example><code>Grid edges = Coefficients.FirstBand(image);</code></example>
    public static Grid FirstBand(Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return OfImage(() => Stimuli.Coefficients.firstBand(image.Value));
    }

    /// <summary>A subband at several places at once: one row a position from which all of them stay inside.</summary>
    /// <param name="band">The subband, as <see cref="Pyramid.Band"/> gives it.</param>
    /// <param name="offsets">Where each coordinate lies: so many rows down and columns to the right of the position; at least one.</param>
    /// <returns>n x N for N offsets, not yet in units of their deviation.</returns>
    /// <exception cref="ArgumentException">An argument is null or empty, or the offsets reach further than the band.</exception>
    /// <example><code>Grid crosses = Coefficients.Neighbours(pyramid.Band(Subband.Oriented(0, 0)), (0, 0), (0, 2), (2, 0));</code></example>
    public static Grid Neighbours(Grid band, params IReadOnlyList<(int Down, int Right)> offsets)
    {
        Guard.NotEmpty(band, nameof(band));
        ArgumentNullException.ThrowIfNull(offsets);
        var places = ListModule.OfSeq(offsets.Select(offset => offset.ToTuple()));
        return new Grid(Stimuli.Coefficients.neighbours(places, band.Value));
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
        Guard.NotEmpty(samples, nameof(samples));
        try
        {
            return new Grid(Stimuli.Coefficients.unitVariance(samples.Value));
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
            return new Grid(Guard.Naming(coefficients, ("rows", "image"), ("offsets", "image")));
        }
        catch (Refusal plain)
        {
            throw Guard.Wrong("image", plain.Message, plain);
        }
    }
}
