namespace Interneuron.Stimuli

open System
open System.Numerics
open System.Threading.Tasks
open MathNet.Numerics.IntegralTransforms
open Interneuron.Statistics

/// The two-dimensional discrete Fourier transform of a real grid, of any number of rows and columns.
module internal Spectrum =

    let private transposed rows columns (a: Complex[]) =
        let b = Array.zeroCreate<Complex> a.Length

        for i in 0 .. rows - 1 do
            for j in 0 .. columns - 1 do
                b[j * rows + i] <- a[i * columns + j]

        b

    let private overRows (transform: Complex[] -> unit) rows columns (a: Complex[]) =
        let row = Array.zeroCreate<Complex> columns

        for i in 0 .. rows - 1 do
            Array.blit a (i * columns) row 0 columns
            transform row
            Array.blit row 0 a (i * columns) columns

    // MathNet's managed provider transforms one dimension only, so the columns are transformed as rows of the transpose.
    let private overBoth transform rows columns (a: Complex[]) =
        overRows transform rows columns a
        let b = transposed rows columns a
        overRows transform columns rows b
        transposed columns rows b

    /// The transform without scaling: entry u * columns + v holds the frequency (u, v), each counted as in `frequency`.
    let ofGrid (grid: Grid) =
        let a =
            Array.init (grid.Rows * grid.Columns) (fun at -> Complex(grid.Memory.Span[at], 0.0))

        overBoth (fun row -> Fourier.Forward(row, FourierOptions.NoScaling)) grid.Rows grid.Columns a

    /// The real part of the inverse of `ofGrid`; the spectrum is overwritten.
    let toGrid rows columns (spectrum: Complex[]) =
        let scale = 1.0 / float (rows * columns)

        let a =
            overBoth (fun row -> Fourier.Inverse(row, FourierOptions.NoScaling)) rows columns spectrum

        Grid(rows, columns, a |> Array.map (fun c -> scale * c.Real))

    /// The frequency that entry k of n stands for, as a fraction of the Nyquist frequency, in [-1, 1).
    let frequency n k =
        2.0 * float (if 2 * k < n then k else k - n) / float n
