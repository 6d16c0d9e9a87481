using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Shows a configuration as YAML and marks what differs from the defaults.</summary>
[Cmdlet(VerbsCommon.Show, "SleapConfig", DefaultParameterSetName = "InputObject")]
[OutputType(typeof(string))]
public sealed class ShowSleapConfig : ConfigCmdlet
{
    private const string Reset = "\e[0m";
    private const string Cyan = "\e[36m";
    private const string White = "\e[37m";
    private const string BoldYellow = "\e[1;93m";
    private const string Grey = "\e[90m";

    /// <summary>Leaves out what has its default.</summary>
    [Parameter]
    public SwitchParameter Changed { get; set; }

    /// <summary>Never uses colours.</summary>
    [Parameter]
    public SwitchParameter Plain { get; set; }

    /// <inheritdoc/>
    protected override void Process(SleapConfig config)
    {
        var colours = UsesColours();
        foreach (var line in ConfigListing.Of(config, Changed))
        {
            WriteObject(colours ? line.Render(Cyan, White, BoldYellow, Grey, Reset) : line.ToString());
        }
    }

    // Text that goes on to another command or into a file must stay YAML.
    private bool UsesColours() => !Plain && OutputRendering() switch
    {
        "PlainText" => false,
        "Ansi" => true,
        _ => Host.UI is { } ui
            && ui.SupportsVirtualTerminal
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && !Console.IsOutputRedirected
            && MyInvocation.PipelinePosition == MyInvocation.PipelineLength,
    };

    // Its type is not in the reference assembly that modules are built against.
    private string? OutputRendering() =>
        SessionState.PSVariable.GetValue("PSStyle") is { } style ? PSObject.AsPSObject(style).Properties["OutputRendering"]?.Value?.ToString() : null;
}
