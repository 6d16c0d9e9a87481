using System.Management.Automation;
using System.Text.RegularExpressions;

namespace SleapNn.Host.Cmdlets;

/// <summary>A line that matches.</summary>
/// <param name="Path">The file, or InputStream.</param>
/// <param name="LineNumber">The line, from 1.</param>
/// <param name="Line">Its text.</param>
public sealed record LineMatch(string Path, int LineNumber, string Line)
{
    /// <inheritdoc/>
    public override string ToString() => Path == "InputStream" ? Line : $"{Path}:{LineNumber}:{Line}";
}

/// <summary>Finds lines of text.</summary>
[Cmdlet(VerbsCommon.Select, "String", DefaultParameterSetName = "Input")]
public sealed class SelectStringCommand : PSCmdlet
{
    private int line;

    /// <summary>Text to search.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Input")]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Files to search.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = "File")]
    public string[]? Path { get; set; }

    /// <summary>Regular expressions.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public string[] Pattern { get; set; } = [];

    /// <summary>Takes the patterns as plain text.</summary>
    [Parameter]
    public SwitchParameter SimpleMatch { get; set; }

    /// <summary>Upper and lower case differ.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>Returns only true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private bool found;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Path is null)
        {
            line++;
            Match("InputStream", line, InputObject?.ToString() ?? "");
            return;
        }

        foreach (var file in Path.SelectMany(p => GetResolvedProviderPathFromPSPath(p, out _)))
        {
            var number = 0;
            foreach (var text in File.ReadLines(file))
            {
                Match(file, ++number, text);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Quiet)
        {
            WriteObject(found);
        }
    }

    private void Match(string source, int number, string text)
    {
        var options = CaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase;
        if (!Pattern.Any(p => Regex.IsMatch(text, SimpleMatch ? Regex.Escape(p) : p, options)))
        {
            return;
        }

        found = true;
        if (!Quiet)
        {
            WriteObject(new LineMatch(source, number, text));
        }
    }
}
