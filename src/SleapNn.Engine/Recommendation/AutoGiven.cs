namespace SleapNn.Recommendation;

/// <summary>What a user decided, so that it is not to be chosen; all else goes by it. Null is left to the data.</summary>
public sealed record AutoGiven
{
    /// <summary>The head; the other model of a top-down pipeline is not made then.</summary>
    public string? Head { get; init; }

    /// <summary>A ready-made backbone.</summary>
    public string? Preset { get; init; }

    /// <summary>The factor by which images are resized.</summary>
    public double? Scale { get; init; }

    /// <summary>The spread of confidence maps.</summary>
    public double? Sigma { get; init; }

    /// <summary>The stride of confidence maps.</summary>
    public int? OutputStride { get; init; }

    /// <summary>The side of crops.</summary>
    public int? CropSizePx { get; init; }

    /// <summary>The number of samples in a batch.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The node that stands for an animal's place.</summary>
    public string? AnchorPart { get; init; }
}
