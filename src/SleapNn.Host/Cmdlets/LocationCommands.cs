using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Returns the current location.</summary>
[Cmdlet(VerbsCommon.Get, "Location")]
public sealed class GetLocationCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(SessionState.Path.CurrentLocation);
}

/// <summary>Changes the current location.</summary>
[Cmdlet(VerbsCommon.Set, "Location")]
public sealed class SetLocationCommand : PSCmdlet
{
    /// <summary>Where to go; the home folder without it.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public string Path { get; set; } = "~";

    /// <summary>Where to go, without wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath")]
    public string? LiteralPath { get; set; }

    /// <summary>Returns the new location.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var location = SessionState.Path.SetLocation(LiteralPath is null ? Path : WildcardPattern.Escape(LiteralPath));
        if (PassThru)
        {
            WriteObject(location);
        }
    }
}

/// <summary>Remembers the current location and goes to another.</summary>
[Cmdlet(VerbsCommon.Push, "Location")]
public sealed class PushLocationCommand : PSCmdlet
{
    /// <summary>Where to go.</summary>
    [Parameter(Position = 0)]
    public string? Path { get; set; }

    /// <summary>Where to go, without wildcards.</summary>
    [Parameter]
    [Alias("PSPath")]
    public string? LiteralPath { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        SessionState.Path.PushCurrentLocation(null);
        if (LiteralPath is not null || Path is not null)
        {
            SessionState.Path.SetLocation(LiteralPath is null ? Path : WildcardPattern.Escape(LiteralPath));
        }
    }
}

/// <summary>Goes back to the location that was remembered last.</summary>
[Cmdlet(VerbsCommon.Pop, "Location")]
public sealed class PopLocationCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => SessionState.Path.PopLocation(null);
}
