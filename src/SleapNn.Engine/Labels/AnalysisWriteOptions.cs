namespace SleapNn.LabelFiles;

/// <summary>What a SLEAP analysis file holds.</summary>
public sealed record AnalysisWriteOptions
{
    /// <summary>Whether it begins at frame 0 of the video, so that rows are frame indices; else at the first labelled frame.</summary>
    public bool AllFrames { get; init; } = true;

    /// <summary>The share of its frames, 0 to 1, that a track must be in to be kept; a track that is in none is never kept.</summary>
    public double MinOccupancy { get; init; }

    /// <summary>The labels file that the poses come from, for the record; by default the labels' own.</summary>
    public string? LabelsPath { get; init; }
}
