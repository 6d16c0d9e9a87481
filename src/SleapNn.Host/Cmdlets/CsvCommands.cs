using System.Collections;
using System.Management.Automation;
using System.Text;

namespace SleapNn.Host.Cmdlets;

/// <summary>Reads and writes lines of comma-separated values.</summary>
internal static class Csv
{
    public static string Line(IEnumerable<string?> values, char delimiter) =>
        string.Join(delimiter, values.Select(v => v is null ? "" : $"\"{v.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    public static IReadOnlyList<string> Lines(IReadOnlyList<PSObject> items, char delimiter, bool header)
    {
        if (items.Count == 0)
        {
            return [];
        }

        var names = items[0].BaseObject is IDictionary table
            ? table.Keys.Cast<object>().Select(k => k.ToString()!).ToList()
            : [.. items[0].Properties.Where(p => p.IsGettable).Select(p => p.Name)];
        var rows = items.Select(i => Line(names.Select(n => Text(PropertyReader.Get(i, n))), delimiter));
        return [.. header ? rows.Prepend(Line(names, delimiter)) : rows];
    }

    public static IEnumerable<PSObject> Parse(string text, char delimiter, IReadOnlyList<string>? header)
    {
        foreach (var row in Rows(text, delimiter))
        {
            if (header is null)
            {
                header = row;
                continue;
            }

            var item = new PSObject();
            for (var i = 0; i < header.Count; i++)
            {
                item.Properties.Add(new PSNoteProperty(header[i], i < row.Count ? row[i] : null));
            }

            yield return item;
        }
    }

    private static string? Text(object? value) => value is null ? null : LanguagePrimitives.ConvertTo<string>(value);

    private static IEnumerable<List<string>> Rows(string text, char delimiter)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    field.Append(c);
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == delimiter)
            {
                row.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                if (row.Count > 0 || field.Length > 0)
                {
                    row.Add(field.ToString());
                    yield return row;
                }

                row = [];
                field.Clear();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (row.Count > 0 || field.Length > 0)
        {
            row.Add(field.ToString());
            yield return row;
        }
    }
}

/// <summary>Writes objects to a file of comma-separated values.</summary>
[Cmdlet(VerbsData.Export, "Csv")]
public sealed class ExportCsvCommand : PSCmdlet
{
    private readonly List<PSObject> items = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath", "PSPath")]
    public string Path { get; set; } = "";

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject InputObject { get; set; } = new();

    /// <summary>What stands between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>Adds to the file.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>Accepted as in pwsh, where it leaves out a line that is never written here.</summary>
    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var path = GetUnresolvedProviderPathFromPSPath(Path);
        var add = Append && File.Exists(path) && new FileInfo(path).Length > 0;
        var text = string.Concat(Csv.Lines(items, Delimiter, header: !add).Select(l => l + Environment.NewLine));
        if (add)
        {
            File.AppendAllText(path, text);
        }
        else
        {
            File.WriteAllText(path, text);
        }
    }
}

/// <summary>Turns objects into comma-separated values.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
public sealed class ConvertToCsvCommand : PSCmdlet
{
    private readonly List<PSObject> items = [];

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, Position = 0)]
    public PSObject InputObject { get; set; } = new();

    /// <summary>What stands between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(Csv.Lines(items, Delimiter, header: true), enumerateCollection: true);
}

/// <summary>Reads a file of comma-separated values.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
public sealed class ImportCsvCommand : PathCommandBase
{
    /// <summary>What stands between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>The names of the columns, where the file has no line of them.</summary>
    [Parameter]
    public string[]? Header { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => ForEachPath(path =>
    {
        foreach (var file in GetResolvedProviderPathFromPSPath(IsLiteral ? WildcardPattern.Escape(path) : path, out _))
        {
            WriteObject(Csv.Parse(File.ReadAllText(file), Delimiter, Header), enumerateCollection: true);
        }
    });
}

/// <summary>Turns comma-separated values into objects.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
public sealed class ConvertFromCsvCommand : PSCmdlet
{
    private readonly StringBuilder text = new();

    /// <summary>The lines.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, Position = 0)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    /// <summary>What stands between the values.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>The names of the columns, where there is no line of them.</summary>
    [Parameter]
    public string[]? Header { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => text.AppendJoin('\n', InputObject).Append('\n');

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(Csv.Parse(text.ToString(), Delimiter, Header), enumerateCollection: true);
}
