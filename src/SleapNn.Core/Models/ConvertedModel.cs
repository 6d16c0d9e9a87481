namespace SleapNn;

/// <summary>A model folder that was made from a model of SLEAP 1.x.</summary>
public sealed class ConvertedModel
{
    /// <summary>The new model folder.</summary>
    public required string Path { get; init; }

    /// <summary>The weights file that it was made from.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The kind of model, such as <c>centroid</c>.</summary>
    public required string ModelType { get; init; }

    /// <summary>The names of its outputs.</summary>
    public required IReadOnlyList<string> Heads { get; init; }

    /// <summary>How many weights it has.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>
    /// Whether sleap-nn computes the same with the converted model. It does not for a model with transposed convolutions:
    /// sleap-nn puts their output one pixel of each decoder level to the side. This module computes what SLEAP computed.
    /// </summary>
    public required bool SameInSleapNn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
