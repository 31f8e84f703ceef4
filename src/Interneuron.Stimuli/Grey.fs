namespace Interneuron.Stimuli

open Interneuron.Core.Files

/// From colours to grey.
module internal Grey =

    // 2^26 pixels, as 8192 x 8192, are 512 MiB of doubles.
    let private mostPixels = 1L <<< 26

    // What even a tiny file may claim, and what each further byte may add: highly compressed photographs have some ten pixels per byte.
    let private freePixels, private pixelsPerByte = 1L <<< 22, 256L

    /// Refuses a shape that no photograph in a file of `length` bytes could have, before anything is allocated for it.
    let requireShape path (length: int64) (width: int64) (height: int64) =
        let claim = $"its header claims {width} x {height} pixels"

        if width < 1L || height < 1L then
            FileError.refuse path $"{claim}; an image has at least one."

        if width > mostPixels || height > mostPixels || width * height > mostPixels then
            FileError.refuse path $"{claim}; at most {mostPixels} are read, which take {mostPixels >>> 17} MiB."

        if width * height > freePixels + pixelsPerByte * length then
            FileError.refuse path $"{claim}, in {length} bytes; beyond {freePixels} pixels, at most {pixelsPerByte} a byte are read."

    /// The intensity 0.299 R + 0.587 G + 0.114 B of a colour whose components lie in 0 .. maximum, in [0, 1] (ITU-R BT.601).
    let ofRgb maximum red green blue =
        // All integers are exact, so a grey colour (v, v, v) gives exactly v / maximum.
        float (299L * int64 red + 587L * int64 green + 114L * int64 blue)
        / float (1000L * int64 maximum)

    /// The intensity of a colour that lies with opacity alpha, in 0 .. maximum, on white.
    let onWhite maximum red green blue alpha =
        let inked = 299L * int64 red + 587L * int64 green + 114L * int64 blue
        let white = 1000L * int64 maximum

        float (int64 alpha * inked + (int64 maximum - int64 alpha) * white)
        / float (int64 maximum * white)
