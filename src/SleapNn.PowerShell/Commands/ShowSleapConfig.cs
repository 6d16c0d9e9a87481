using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Shows a configuration as YAML and marks what differs from the defaults.</summary>
[Cmdlet(VerbsCommon.Show, "SleapConfig", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(string))]
public sealed class ShowSleapConfig : SleapCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "InputObject")]
    [ValidateNotNull]
    public SleapConfig InputObject { get; set; } = null!;

    /// <summary>Configuration files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Configuration files, as they are.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Leaves out what has its default.</summary>
    [Parameter]
    public SwitchParameter Changed { get; set; }

    /// <summary>Never uses colours.</summary>
    [Parameter]
    public SwitchParameter Plain { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        if (ParameterSetName == "InputObject")
        {
            Show(InputObject);
            return;
        }

        var literal = ParameterSetName == "LiteralPath";
        foreach (var path in ResolvePaths(literal ? LiteralPath : Path, literal))
        {
            try
            {
                Show(ConfigFile.Load(path));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private void Show(SleapConfig config)
    {
        var style = PSStyle.Instance;
        var colours = UsesColours(style);
        foreach (var line in ConfigListing.Of(config, Changed))
        {
            WriteObject(colours
                ? line.Render(style.Foreground.Cyan, style.Foreground.White, style.Bold + style.Foreground.BrightYellow, style.Foreground.BrightBlack, style.Reset)
                : line.ToString());
        }
    }

    // Text that goes on to another command or into a file must stay YAML.
    private bool UsesColours(PSStyle style) => !Plain && style.OutputRendering switch
    {
        OutputRendering.PlainText => false,
        OutputRendering.Ansi => true,
        _ => Host.UI?.SupportsVirtualTerminal == true
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && !Console.IsOutputRedirected
            && MyInvocation.PipelinePosition == MyInvocation.PipelineLength,
    };
}
