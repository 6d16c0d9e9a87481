using SleapNn.Configuration;

namespace SleapNn.Training;

/// <summary>The six kinds of models.</summary>
public enum ModelKind
{
    /// <summary>One animal a frame: the confidence maps of its nodes.</summary>
    SingleInstance,

    /// <summary>The confidence map of all animals' centroids.</summary>
    Centroid,

    /// <summary>The confidence maps of the nodes of the animal in the middle of a crop.</summary>
    CenteredInstance,

    /// <summary>The confidence maps and part affinity fields of all animals.</summary>
    Bottomup,

    /// <summary>The confidence maps and class maps of all animals.</summary>
    MultiClassBottomup,

    /// <summary>The confidence maps and the class of the animal in the middle of a crop.</summary>
    MultiClassTopdown,
}

/// <summary>Facts about kinds of models.</summary>
public static class ModelKinds
{
    /// <summary>The kind that a configuration describes.</summary>
    /// <param name="heads">The heads, of which one is set.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="TrainingException">No head is set (TrainingNoHead).</exception>
    public static ModelKind Of(HeadConfigs heads) => heads switch
    {
        { SingleInstance: not null } => ModelKind.SingleInstance,
        { Centroid: not null } => ModelKind.Centroid,
        { CenteredInstance: not null } => ModelKind.CenteredInstance,
        { Bottomup: not null } => ModelKind.Bottomup,
        { MultiClassBottomup: not null } => ModelKind.MultiClassBottomup,
        { MultiClassTopdown: not null } => ModelKind.MultiClassTopdown,
        _ => throw new TrainingException("TrainingNoHead", "The configuration has no head, so there is nothing to train. Set one of model_config.head_configs, such as single_instance."),
    };

    /// <summary>Whether the model sees crops around one animal instead of frames.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>True for centered_instance and multi_class_topdown.</returns>
    public static bool UsesCrops(this ModelKind kind) => kind is ModelKind.CenteredInstance or ModelKind.MultiClassTopdown;
}
