using System.Globalization;
using System.Text.RegularExpressions;

namespace SleapNn.Recommendation;

/// <summary>Which models find the animals.</summary>
/// <param name="Heads">The heads to train: one, or two for a top-down pipeline.</param>
/// <param name="Reason">Why these.</param>
/// <remarks>
/// As sleap-nn: one animal a frame takes a single-instance model, one node the centroid alone, animals below 20% of the frame
/// top-down, others bottom-up where edges allow it. Other than there, animals that overlap or fill the frame together take
/// bottom-up even when small, edges must join all nodes for it, and tracks that a person named are learned as identities.
/// </remarks>
internal sealed partial record PipelineChoice(IReadOnlyList<string> Heads, string Reason)
{
    private const double SmallRatio = 0.2;
    private const double ManyOverlaps = 0.3;
    private const double CropToAnimal = 1.5;

    public static PipelineChoice Of(DataStatistics data)
    {
        var ratio = string.Create(CultureInfo.InvariantCulture, $"about {data.SizeRatio:p0} of the frame's longer side ({data.MeanSizePx:f0} of {data.LongerSidePx} px)");
        if (data.MaxInstances <= 1)
        {
            return new(["single_instance"], "no frame has more than one animal");
        }

        if (data.Skeleton.Nodes.Count == 1)
        {
            return new(["centroid"], $"up to {data.MaxInstances} animals with a single node: the centroid is all there is to find");
        }

        var isSmall = data.SizeRatio < SmallRatio;
        if (HasIdentities(data))
        {
            var named = $"nearly all animals are on tracks that a person named ({string.Join(", ", data.TrackNames)}), so the model learns who is who";
            return isSmall
                ? new(["centroid", "multi_class_topdown"], $"{named}; animals are small, {ratio}, so each is found first and then looked at in a crop")
                : new(["multi_class_bottomup"], $"{named}; animals are large, {ratio}, so their points are found in the whole frame");
        }

        if (!data.IsJoined)
        {
            var lack = data.Skeleton.Edges.Count == 0 ? "the skeleton has no edges" : "the skeleton's edges do not join all nodes";
            return new(["centroid", "centered_instance"], $"up to {data.MaxInstances} animals, and {lack} by which points found in the whole frame could be put together");
        }

        if (data.OverlapFraction > ManyOverlaps)
        {
            return new(["bottomup"], string.Create(CultureInfo.InvariantCulture, $"animals overlap in {data.OverlapFraction:p0} of the frames, where a crop around one would show parts of another"));
        }

        if (data.MaxInstances * Math.Pow(CropToAnimal * data.SizeRatio, 2) > 1)
        {
            return new(["bottomup"], $"crops around all {data.MaxInstances} animals would be more work than the whole frame");
        }

        return isSmall
            ? new(["centroid", "centered_instance"], $"animals are small, {ratio}: each is found first, then its points in a crop at full resolution")
            : new(["bottomup"], $"animals are large, {ratio}: their points are found in the whole frame and joined along the edges");
    }

    private static bool HasIdentities(DataStatistics data) =>
        data.TrackedFraction >= 0.95
        && data.TrackNames.Count >= 2
        && data.TrackNames.Count <= data.MaxInstances
        && !data.TrackNames.Any(name => NumberedName().IsMatch(name));

    // What SLEAP's trackers call tracks says nothing about who is on them.
    [GeneratedRegex(@"^(track|instance)?[ _-]?\d*$", RegexOptions.IgnoreCase)]
    private static partial Regex NumberedName();
}
