namespace Interneuron.Stimuli

/// From colours to grey.
module internal Grey =

    // 2^27 pixels, as 16384 x 8192: larger than any camera's, small enough to be held. A header that claims more is not believed.
    let private mostPixels = 1L <<< 27

    /// Refuses a shape that no photograph has, before anything is allocated for it.
    let requireShape path (width: int64) (height: int64) =
        if width < 1L || height < 1L then
            FileError.refuse path $"the header claims {width} x {height} pixels; an image has at least one."

        if width > mostPixels || height > mostPixels || width * height > mostPixels then
            FileError.refuse path $"the header claims {width} x {height} pixels; at most {mostPixels} are read."

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
