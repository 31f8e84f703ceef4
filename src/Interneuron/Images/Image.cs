using Interneuron.Stimuli;

namespace Interneuron;

/// <summary>An immutable grey image: intensities in [0, 1], 0 black and 1 white.</summary>
/// <example><code>Image square = Image.FromScene(seed: 1).CentredSquare();</code></example>
public sealed class Image
{
    internal Image(Stimuli.Image value)
    {
        Value = value;
        Intensities = new Grid(value.Intensities);
    }

    internal Stimuli.Image Value { get; }

    /// <summary>An image of these intensities.</summary>
    /// <param name="intensities">Height x width, the top row first; each value in [0, 1].</param>
    /// <exception cref="ArgumentException"><paramref name="intensities"/> is null or empty, or a value lies outside [0, 1].</exception>
    /// <example><code>var checks = new Image(new[,] { { 0.0, 1.0 }, { 1.0, 0.0 } });</code></example>
    public Image(Grid intensities)
    {
        Guard.NotEmpty(intensities, nameof(intensities));
        Value = ImageModule.ofGrid(intensities.Value);
        Intensities = intensities;
    }

    /// <summary>Reads a PNG, JPEG, TIFF, GIF, WebP, BMP, PGM, PPM or Sun raster file, as its orientation tag says; colours become grey, 0.299 R + 0.587 G + 0.114 B.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is truncated, damaged, too large or not such an image.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <example><code>Image photograph = Image.Load("photograph.jpg");</code></example>
    public static Image Load(string path)
    {
        Guard.Existing(path);
        return new Image(Guard.Reading(() => ImageModule.load(path)));
    }

    /// <summary>
    /// A synthetic scene after the dead-leaves model: opaque discs of uniform grey that fell on one another. Its coefficients are as heavy-tailed as a
    /// photograph's.
    /// </summary>
    /// <param name="seed">The seed; the same seed gives the same scene.</param>
    /// <param name="size">The side of the square image, in pixels; at least twice the largest radius.</param>
    /// <param name="smallestRadius">The smallest radius of a disc, in pixels; positive.</param>
    /// <param name="largestRadius">The largest radius of a disc, in pixels; at least the smallest.</param>
    /// <returns>The image, periodic in both directions.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is less than twice the largest radius, or a radius is out of bounds.</exception>
    /// <example><code>Image scene = Image.FromScene(seed: 1, size: 256);</code></example>
    public static Image FromScene(int seed, int size = 512, double smallestRadius = 6, double largestRadius = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2 * largestRadius);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smallestRadius);
        ArgumentOutOfRangeException.ThrowIfLessThan(largestRadius, smallestRadius);
        return new Image(Scene.create(new SceneSettings(size, smallestRadius, largestRadius), seed));
    }

    /// <summary>The number of rows of pixels.</summary>
    /// <example><code>int height = image.Height;</code></example>
    public int Height => Value.Height;

    /// <summary>The number of columns of pixels.</summary>
    /// <example><code>int width = image.Width;</code></example>
    public int Width => Value.Width;

    /// <summary>The intensities, height x width, the top row first.</summary>
    /// <example><code>double topLeft = image.Intensities[0, 0];</code></example>
    public Grid Intensities { get; }

    /// <summary>The largest square around the centre whose side is a power of two.</summary>
    /// <returns>The image of that square.</returns>
    /// <example><code>Image square = image.CentredSquare();</code></example>
    public Image CentredSquare() => new(ImageModule.centredSquare(Value));

    /// <summary>A square around the centre.</summary>
    /// <param name="size">The side, in pixels.</param>
    /// <returns>The image of that square.</returns>
    /// <exception cref="ArgumentException"><paramref name="size"/> is less than 1 or larger than the image.</exception>
    /// <example><code>Image small = image.Centred(128);</code></example>
    public Image Centred(int size) => new(ImageModule.centred(size, Value));

    /// <summary>Saves the image as an 8-bit grey PNG, whole or not at all.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <example><code>image.SavePng("scene.png");</code></example>
    public void SavePng(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Guard.Writing(() => ImageModule.savePng(path, Value));
    }
}
