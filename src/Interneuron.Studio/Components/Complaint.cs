using System.Text.RegularExpressions;

namespace Interneuron.Studio.Components;

/// <summary>What is wrong with a text, and where, from 1; lines and columns are 0 where it is not known.</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
public sealed partial record Complaint(int Line, int Column, string Message)
{
    /// <summary>Out of a message that begins with its place.</summary>
    public static Complaint Of(string message)
    {
        Match place = Place().Match(message);
        return place.Success
            ? new Complaint(int.Parse(place.Groups[1].Value, null), int.Parse(place.Groups[2].Value, null), message[(place.Index + place.Length)..])
            : new Complaint(0, 0, message);
    }

    [GeneratedRegex("line ([0-9]+), column ([0-9]+): ")]
    private static partial Regex Place();
}
