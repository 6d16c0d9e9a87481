namespace SleapNn.LabelFiles;

/// <summary>The numbers by which the <c>frames</c> dataset names videos.</summary>
internal static class VideoIds
{
    /// <summary>
    /// The number of each video: for frames in a dataset <c>videoN/video</c> it is N, else the position in the list. Where
    /// two videos would share a number (they come from different package files), all go by position.
    /// </summary>
    public static IReadOnlyList<long> Of(IReadOnlyList<SleapVideo> videos) => Of(videos.Select(video => video.Dataset).ToList());

    /// <summary>The number of each video, by the dataset that holds its frames (null: none).</summary>
    public static IReadOnlyList<long> Of(IReadOnlyList<string?> datasets)
    {
        var ids = datasets.Select((dataset, i) => FromDataset(dataset) ?? i).ToList();
        return ids.Distinct().Count() == ids.Count ? ids : Enumerable.Range(0, datasets.Count).Select(i => (long)i).ToList();
    }

    private static long? FromDataset(string? dataset) =>
        dataset is not null
        && dataset.StartsWith("video", StringComparison.Ordinal)
        && dataset.IndexOf('/') is > 5 and var slash
        && uint.TryParse(dataset.AsSpan(5, slash - 5), System.Globalization.NumberStyles.None, null, out var id)
            ? id
            : null;
}
