namespace SleapNn;

/// <summary>A processor that models can run on, or could if it worked.</summary>
public sealed class ComputeDevice
{
    /// <summary>What to give as <c>-Device</c>: <c>cpu</c>, <c>cuda:0</c>, <c>mps</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the model, such as <c>NVIDIA A40</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its memory in bytes; null where it is not known.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How much of it is free, in bytes; null where it is not known.</summary>
    public long? FreeMemoryBytes { get; init; }

    /// <summary>The driver's version; null where there is none, or it is not known.</summary>
    public string? Driver { get; init; }

    /// <summary>CUDA's compute capability, such as <c>8.6</c>; null where it does not apply.</summary>
    public string? ComputeCapability { get; init; }

    /// <summary>Whether models run on it here.</summary>
    public required bool Works { get; init; }

    /// <inheritdoc/>
    public override string ToString() => MemoryBytes is { } bytes
        ? FormattableString.Invariant($"{Id}: {Name}, {bytes / 1073741824.0:0.#} GiB{(Works ? "" : " (does not work)")}")
        : $"{Id}: {Name}{(Works ? "" : " (does not work)")}";
}
