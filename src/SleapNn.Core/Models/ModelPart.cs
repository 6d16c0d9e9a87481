namespace SleapNn;

/// <summary>A part of a network.</summary>
/// <param name="Name"><c>stem</c>, <c>encoder</c>, <c>middle</c>, <c>decoder</c>, or the name of a head.</param>
/// <param name="ParameterCount">How many weights training changes in it.</param>
public sealed record ModelPart(string Name, long ParameterCount)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} {ParameterCount:n0}");
}
