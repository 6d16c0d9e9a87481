namespace SleapNn.Tests.Module.Guides;

/// <summary>A block of PowerShell in a guide, or a hidden one that prepares what the guide supposes to be there.</summary>
/// <param name="Code">The code.</param>
/// <param name="Line">The line where it starts, from 1.</param>
/// <param name="Mark">What a <c>run:</c> comment before it says, or null.</param>
/// <param name="IsPrelude">Whether it is a <c>prelude:</c> comment, which no reader sees.</param>
public sealed record GuideBlock(string Code, int Line, string? Mark, bool IsPrelude)
{
    private const string NeedsMark = "needs ";

    /// <summary>Whether it is never run by a test, whatever the machine has.</summary>
    public bool IsNeverRun => Mark?.StartsWith("not here, ", StringComparison.Ordinal) ?? false;

    /// <summary>The program that it needs, or null.</summary>
    public string? Needs => Mark?.StartsWith(NeedsMark, StringComparison.Ordinal) ?? false ? Mark[NeedsMark.Length..] : null;

    /// <summary>Whether it can be run on this machine.</summary>
    public bool CanRun => !IsNeverRun && (Needs is null || Programs.IsInPath(Needs));
}
