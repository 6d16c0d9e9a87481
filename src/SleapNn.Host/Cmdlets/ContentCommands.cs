using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Reads a text file.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
public sealed class GetContentCommand : PathCommandBase
{
    /// <summary>Returns the whole file as one text.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>How many lines from the start.</summary>
    [Parameter]
    [Alias("First", "Head")]
    public int? TotalCount { get; set; }

    /// <summary>How many lines from the end.</summary>
    [Parameter]
    [Alias("Last")]
    public int? Tail { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        var literal = IsLiteral ? WildcardPattern.Escape(path) : path;
        foreach (var file in GetResolvedProviderPathFromPSPath(literal, out _))
        {
            if (Raw)
            {
                WriteObject(File.ReadAllText(file));
                continue;
            }

            var lines = File.ReadLines(file);
            lines = TotalCount is { } first ? lines.Take(first) : lines;
            WriteObject(Tail is { } last ? lines.TakeLast(last) : lines, enumerateCollection: true);
        }
    });
}

/// <summary>What Set-Content and Add-Content share.</summary>
public abstract class WriteContentCommandBase : PSCmdlet
{
    private readonly List<string> lines = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "PSPath")]
    public string Path { get; set; } = "";

    /// <summary>The lines.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    /// <summary>No line breaks.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => lines.AddRange((Value ?? []).Select(v => LanguagePrimitives.ConvertTo<string>(v)));

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var text = string.Concat(lines.Select(l => NoNewline ? l : l + Environment.NewLine));
        Write(GetUnresolvedProviderPathFromPSPath(Path), text);
    }

    /// <summary>Writes the text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The text.</param>
    protected abstract void Write(string path, string text);
}

/// <summary>Writes a text file.</summary>
[Cmdlet(VerbsCommon.Set, "Content")]
public sealed class SetContentCommand : WriteContentCommandBase
{
    /// <inheritdoc/>
    protected override void Write(string path, string text) => File.WriteAllText(path, text);
}

/// <summary>Adds to a text file.</summary>
[Cmdlet(VerbsCommon.Add, "Content")]
public sealed class AddContentCommand : WriteContentCommandBase
{
    /// <inheritdoc/>
    protected override void Write(string path, string text) => File.AppendAllText(path, text);
}
