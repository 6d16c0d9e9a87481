using System.Management.Automation;

namespace SleapNn.Tests.Module;

/// <summary>All that a script wrote. <see cref="Failure"/> is the terminating error, or null.</summary>
public sealed record ModuleResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    ErrorRecord? Failure,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<ProgressRecord> Progress,
    IReadOnlyList<string> Information)
{
    /// <summary>Fails the test where the script wrote an error.</summary>
    public ModuleResult Succeeded()
    {
        Assert.Null(Failure?.ToString());
        Assert.Empty(Errors.Select(e => e.ToString()));
        return this;
    }

    /// <summary>The only error, terminating or not. Its id is <c>FullyQualifiedErrorId</c> up to the comma.</summary>
    public ErrorRecord OnlyError => Assert.Single(Failure is null ? Errors : [.. Errors, Failure]);

    /// <summary>The id of the only error, such as <c>PathNotFound</c>.</summary>
    public string ErrorId => OnlyError.FullyQualifiedErrorId.Split(',')[0];
}
