using SleapNn.Configuration;
using SleapNn.Preprocessing;

namespace SleapNn.Training;

/// <summary>How frames become samples of one kind of model.</summary>
public sealed record SampleOptions
{
    /// <summary>The kind of model.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>1 converts to grey, 3 to RGB; null keeps what the frames have.</summary>
    public int? Channels { get; init; }

    /// <summary>The height that frames are matched to.</summary>
    public required int MaxHeightPx { get; init; }

    /// <summary>The width that frames are matched to.</summary>
    public required int MaxWidthPx { get; init; }

    /// <summary>The factor by which frames, or crops, are resized.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The stride that the sides of the model's input must be divisible by.</summary>
    public required int MaxStride { get; init; }

    /// <summary>The height of a crop before it is resized; for models of crops.</summary>
    public int CropHeightPx { get; init; }

    /// <summary>The width of a crop before it is resized; for models of crops.</summary>
    public int CropWidthPx { get; init; }

    /// <summary>How crops lie.</summary>
    public CropForm Crops { get; init; } = CropForm.Exact;

    /// <summary>The node that is an animal's centroid; -1 for the middle of its bounding box.</summary>
    public int AnchorNode { get; init; } = -1;

    /// <summary>The names of the classes (tracks); empty for models without.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The skeleton.</summary>
    public required Skeleton Skeleton { get; init; }

    /// <summary>What a configuration says; it must have been prepared, so that sizes and names are filled in.</summary>
    /// <param name="config">The prepared configuration.</param>
    /// <param name="skeleton">The skeleton of the labels.</param>
    /// <returns>The options.</returns>
    public static SampleOptions Of(SleapConfig config, Skeleton skeleton)
    {
        var preprocessing = config.DataConfig.Preprocessing;
        var heads = config.ModelConfig.HeadConfigs;
        var anchor = heads.Centroid?.Confmaps.AnchorPart ?? heads.CenteredInstance?.Confmaps.AnchorPart ?? heads.MultiClassTopdown?.Confmaps.AnchorPart;
        return new SampleOptions
        {
            Kind = ModelKinds.Of(heads),
            Channels = preprocessing.EnsureRgb ? 3 : preprocessing.EnsureGrayscale ? 1 : null,
            MaxHeightPx = preprocessing.MaxHeight!.Value,
            MaxWidthPx = preprocessing.MaxWidth!.Value,
            Scale = preprocessing.Scale,
            MaxStride = config.ModelConfig.BackboneConfig.GetActive()!.MaxStride,
            CropHeightPx = preprocessing.CropHw is { } crop ? crop[0] : 0,
            CropWidthPx = preprocessing.CropHw is { } size ? size[1] : 0,
            AnchorNode = anchor is null ? -1 : skeleton.IndexOf(anchor),
            Classes = heads.MultiClassBottomup?.ClassMaps.Classes ?? heads.MultiClassTopdown?.ClassVectors.Classes ?? [],
            Skeleton = skeleton,
        };
    }
}
