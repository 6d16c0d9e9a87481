using System.Globalization;
using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Returns the time.</summary>
[Cmdlet(VerbsCommon.Get, "Date")]
public sealed class GetDateCommand : PSCmdlet
{
    /// <summary>A time in place of now.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("LastWriteTime")]
    public DateTime? Date { get; set; }

    /// <summary>A .NET format; the result is text.</summary>
    [Parameter]
    public string? Format { get; set; }

    /// <summary>Universal time.</summary>
    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var date = Date ?? DateTime.Now;
        date = AsUTC ? date.ToUniversalTime() : date;
        WriteObject(Format is null ? date : date.ToString(Format, CultureInfo.CurrentCulture));
    }
}

/// <summary>Waits; Ctrl-C ends it at once.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = "Seconds")]
public sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim stopped = new();

    /// <summary>How long, in seconds.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Seconds")]
    [ValidateRange(0, 2_000_000)]
    public double Seconds { get; set; }

    /// <summary>How long, in milliseconds.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Milliseconds")]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    /// <inheritdoc/>
    public void Dispose() => stopped.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        stopped.Wait(ParameterSetName == "Seconds" ? TimeSpan.FromSeconds(Seconds) : TimeSpan.FromMilliseconds(Milliseconds));

    /// <inheritdoc/>
    protected override void StopProcessing() => stopped.Set();
}

/// <summary>Returns random numbers, or random objects of the input.</summary>
[Cmdlet(VerbsCommon.Get, "Random")]
public sealed class GetRandomCommand : PSCmdlet
{
    private readonly List<object> items = [];

    /// <summary>Objects to choose from.</summary>
    [Parameter(ValueFromPipeline = true)]
    public object[]? InputObject { get; set; }

    /// <summary>The smallest number.</summary>
    [Parameter]
    public int Minimum { get; set; }

    /// <summary>One more than the largest number.</summary>
    [Parameter(Position = 0)]
    public int Maximum { get; set; } = int.MaxValue;

    /// <summary>How many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>The same seed gives the same numbers.</summary>
    [Parameter]
    public int? SetSeed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => items.AddRange(InputObject ?? []);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var random = SetSeed is { } seed ? new Random(seed) : Random.Shared;
        if (items.Count > 0)
        {
            var chosen = items.ToArray();
            random.Shuffle(chosen);
            WriteObject(chosen.Take(Count), enumerateCollection: true);
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            WriteObject(random.Next(Minimum, Maximum));
        }
    }
}
