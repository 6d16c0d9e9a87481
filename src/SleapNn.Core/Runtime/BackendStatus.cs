namespace SleapNn;

/// <summary>Whether something that computes, or reads and writes media, works on this machine.</summary>
public sealed class BackendStatus
{
    /// <summary>Its name: <c>torch</c>, <c>OpenCV</c>, <c>CUDA</c> or <c>MPS</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it works.</summary>
    public required bool Works { get; init; }

    /// <summary>Why it does not; null where it does.</summary>
    public string? Reason { get; init; }

    /// <summary>What to do about it; null where it works, or nothing can be done.</summary>
    public string? Advice { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Works ? "works" : $"does not work: {Reason}{(Advice is null ? "" : " " + Advice)}";
}
