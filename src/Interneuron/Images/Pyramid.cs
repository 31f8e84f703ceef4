using Interneuron.Stimuli;
using Microsoft.FSharp.Core;

namespace Interneuron;

/// <summary>
/// The steerable pyramid of an image, in the frequency domain: subbands of scale and orientation, each as large as the image. It is a tight frame: the
/// squares of all coefficients sum to the squares of the pixels, and <see cref="Reconstruct"/> gives the image back.
/// </summary>
/// <example><code>
/// var parts = new Pyramid(image);
/// Grid coefficients = parts.Band(Subband.Oriented(scale: 0, orientation: 0));
/// </code></example>
public sealed class Pyramid
{
    private readonly Stimuli.Pyramid _shape;
    private readonly FSharpFunc<Stimuli.Subband, Statistics.Grid> _analysis;

    /// <summary>Takes an image apart. The image is taken as periodic.</summary>
    /// <param name="image">The image, at least 8 x 8.</param>
    /// <param name="order">The order of the angular filters, 0 to 15; there are order + 1 orientations.</param>
    /// <param name="height">The number of scales, at least 1; at most floor(log2(smaller side)) - 2, which is used where it is less than the 3 of the default.</param>
    /// <exception cref="ArgumentException">An argument is null or out of bounds.</exception>
    /// <example><code>var fine = new Pyramid(image, order: 3, height: 4);</code></example>
    public Pyramid(Image image, int order = 2, int? height = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        int scales = height ?? Math.Max(1, Math.Min(PyramidModule.publishedHeight, PyramidModule.maximalHeight(image.Height, image.Width)));
        _shape = Guard.Naming(() => PyramidModule.create(order, scales, image.Height, image.Width), ("rows", nameof(image)));
        _analysis = PyramidModule.analyse(_shape, image.Value.Intensities);
        Subbands = PyramidModule.subbands(_shape).Select(Subband.Of).ToList().AsReadOnly();
    }

    /// <summary>The order of the angular filters; there are order + 1 orientations.</summary>
    /// <example><code>int orientations = pyramid.Order + 1;</code></example>
    public int Order => _shape.Order;

    /// <summary>The number of scales between the high-pass and the low-pass part.</summary>
    /// <example><code>int scales = pyramid.Height;</code></example>
    public int Height => _shape.Height;

    /// <summary>All subbands, from fine to coarse.</summary>
    /// <example><code>int count = pyramid.Subbands.Count;  // 2 + Height * (Order + 1)</code></example>
    public IReadOnlyList<Subband> Subbands { get; }

    /// <summary>The coefficients of a subband, by one inverse Fourier transform.</summary>
    /// <param name="subband">The subband.</param>
    /// <returns>The coefficients, of the image's shape.</returns>
    /// <exception cref="ArgumentException">The pyramid has no such subband.</exception>
    /// <example><code>Grid coarse = pyramid.Band(Subband.LowPass);</code></example>
    public Grid Band(Subband subband) => new Grid(_analysis.Invoke(subband.Value));

    /// <summary>Puts an image's intensities together from coefficients: the inverse of <see cref="Band"/> for those it gives.</summary>
    /// <param name="coefficients">The coefficients of each subband, of the image's shape, as <see cref="Band"/> gives them or changed.</param>
    /// <returns>The intensities, which of changed coefficients need not lie in [0, 1].</returns>
    /// <exception cref="ArgumentException"><paramref name="coefficients"/> is null, or gives null or another shape.</exception>
    /// <example><code>
    /// Grid smooth = pyramid.Reconstruct(part => part == Subband.HighPass ? new Grid(image.Height, image.Width, new double[image.Height * image.Width]) : pyramid.Band(part));
    /// </code></example>
    public Grid Reconstruct(Func<Subband, Grid> coefficients)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        var given = FuncConvert.FromFunc<Stimuli.Subband, Statistics.Grid>(subband =>
        {
            var part = Subband.Of(subband);
            Grid grid = coefficients(part) ?? throw new ArgumentException($"The coefficients of {part} are null.", nameof(coefficients));
            if (grid.Rows != _shape.Rows || grid.Columns != _shape.Columns)
            {
                throw new ArgumentException($"The coefficients of {part} are {grid}; the image is {_shape.Rows} x {_shape.Columns}.", nameof(coefficients));
            }

            return grid.Value;
        });
        return new Grid(PyramidModule.reconstruct(_shape, given));
    }
}
