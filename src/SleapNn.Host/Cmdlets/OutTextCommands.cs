using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text;

namespace SleapNn.Host.Cmdlets;

/// <summary>Formats objects as the screen would show them, as text.</summary>
[Cmdlet(VerbsData.Out, "String")]
public sealed class OutStringCommand : PSCmdlet
{
    private readonly List<PSObject?> items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>One text a line.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>The width of a line.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; } = 120;

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var text = TextFormatter.Format(items, Width);
        if (!Stream)
        {
            WriteObject(text);
            return;
        }

        WriteObject(text.TrimEnd('\r', '\n').Split('\n').Select(l => l.TrimEnd('\r')), enumerateCollection: true);
    }
}

/// <summary>Writes objects to a file as the screen would show them.</summary>
[Cmdlet(VerbsData.Out, "File")]
public sealed class OutFileCommand : PSCmdlet
{
    private readonly List<PSObject?> items = [];

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Path", "LiteralPath")]
    public string FilePath { get; set; } = "";

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Adds to the file.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>The width of a line.</summary>
    [Parameter]
    public int Width { get; set; } = 120;

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var path = GetUnresolvedProviderPathFromPSPath(FilePath);
        var text = TextFormatter.Format(items, Width);
        if (Append)
        {
            File.AppendAllText(path, text);
        }
        else
        {
            File.WriteAllText(path, text);
        }
    }
}

/// <summary>Runs PowerShell's formatter into a text. The writer it needs is internal to PowerShell.</summary>
internal static class TextFormatter
{
    public static string Format(IEnumerable<PSObject?> items, int width)
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var text = new StringBuilder();
        using var writer = new StringWriter(text, CultureInfo.InvariantCulture);
        var type = typeof(PSObject).Assembly.GetType("Microsoft.PowerShell.Commands.Internal.Format.TextWriterLineOutput", throwOnError: true)!;
        var output = type.GetConstructor(Any, [typeof(TextWriter), typeof(int)])!.Invoke([writer, width]);
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(new CmdletInfo("Out-LineOutput", typeof(Microsoft.PowerShell.Commands.OutLineOutputCommand))).AddParameter("LineOutput", output).Invoke(items);
        return new System.Management.Automation.Internal.StringDecorated(text.ToString()).ToString(OutputRendering.PlainText);
    }
}
