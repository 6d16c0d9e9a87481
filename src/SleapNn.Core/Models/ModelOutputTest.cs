namespace SleapNn;

/// <summary>How one output of a model compares with a reference for the same input.</summary>
public sealed class ModelOutputTest
{
    /// <summary>The model's folder.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The recorded file, or the folder of the other model.</summary>
    public required string Reference { get; init; }

    /// <summary>The name of the output, such as <c>CentroidConfmapsHead</c>.</summary>
    public required string Output { get; init; }

    /// <summary>The shape of the model's output: (batch, channels, height, width) or (batch, classes); null where the model has no such output.</summary>
    public IReadOnlyList<long>? Shape { get; init; }

    /// <summary>The shape in the reference; null where it has no such output.</summary>
    public IReadOnlyList<long>? ReferenceShape { get; init; }

    /// <summary>The largest absolute difference of two values; NaN where they cannot be compared.</summary>
    public double MaxDifference { get; init; } = double.NaN;

    /// <summary>The largest absolute difference as a share of the reference's largest absolute value; NaN where they cannot be compared.</summary>
    public double MaxRelativeDifference { get; init; } = double.NaN;

    /// <summary>What <see cref="MaxRelativeDifference"/> may be, or <see cref="MaxDifference"/> where the input is blank.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Whether the output is what the reference says it should be.</summary>
    public bool WithinTolerance => Finding is null;

    /// <summary>What is wrong; null where nothing is.</summary>
    public string? Finding { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Output}: {Finding ?? $"within {Tolerance:g2}"}";
}
