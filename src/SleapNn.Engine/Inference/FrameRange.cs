using System.Globalization;
using System.Text.RegularExpressions;

namespace SleapNn.Inference;

/// <summary>Reads frame ranges such as <c>0-100,200,-50--1</c>.</summary>
public static partial class FrameRange
{
    /// <summary>Chooses frames of a source.</summary>
    /// <param name="text">Numbers and ranges with both ends included, separated by commas; negative numbers count from the end (-1 is the last frame).</param>
    /// <param name="available">The frames that the source has, in order.</param>
    /// <param name="sourceName">The source's name, for messages.</param>
    /// <returns>The chosen frames in order, each once.</returns>
    /// <exception cref="PredictionException">The text is not a range (FrameRangeInvalid), or names frames that are not there (FrameRangeOutside).</exception>
    public static IReadOnlyList<int> Select(string text, IReadOnlyList<int> available, string sourceName)
    {
        if (available.Count == 0)
        {
            throw new PredictionException("FrameRangeOutside", $"'{sourceName}' has no frames, so '{text}' cannot be chosen from it.", text);
        }

        var isThere = available.ToHashSet();
        var last = available[^1];
        var chosen = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Item().Match(part);
            if (!match.Success
                || !int.TryParse(match.Groups["first"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(match.Groups["last"].Success ? match.Groups["last"].Value : match.Groups["first"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var end))
            {
                throw new PredictionException(
                    "FrameRangeInvalid", $"'{part}' is not a frame range. Write numbers and ranges such as 0-99,150,-10--1 (negative numbers count from the end).", text);
            }

            (first, end) = (first < 0 ? last + 1 + first : first, end < 0 ? last + 1 + end : end);
            if (first > end)
            {
                throw new PredictionException("FrameRangeInvalid", $"The frame range '{part}' ends (at {end}) before it begins (at {first}).", text);
            }

            if (first < 0 || end > last)
            {
                throw new PredictionException(
                    "FrameRangeOutside", $"The frame range '{part}' reaches outside '{sourceName}', whose frames are {available[0]} to {last}.", text);
            }

            // A source with gaps (embedded frames) gives those that it has, but a single frame must be there.
            var before = chosen.Count;
            chosen.UnionWith(Enumerable.Range(first, end - first + 1).Where(isThere.Contains));
            if (chosen.Count == before && !Enumerable.Range(first, end - first + 1).Any(isThere.Contains))
            {
                throw new PredictionException("FrameRangeOutside", $"'{sourceName}' holds none of the frames '{part}'; it has {available.Count} frames between {available[0]} and {last}.", text);
            }
        }

        return chosen.Count > 0
            ? [.. chosen]
            : throw new PredictionException("FrameRangeInvalid", $"'{text}' names no frame. Write numbers and ranges such as 0-99,150.", text);
    }

    [GeneratedRegex(@"^(?<first>-?\d+)\s*(?:-\s*(?<last>-?\d+))?$")]
    private static partial Regex Item();
}
