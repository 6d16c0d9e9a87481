using System.Management.Automation;
using SleapNn.Models;

namespace SleapNn.PowerShell.Commands;

/// <summary>Describes models.</summary>
[Cmdlet(VerbsCommon.Get, "SleapModel", DefaultParameterSetName = "Path")]
[OutputType(typeof(SleapModel))]
public sealed class GetSleapModel : ModelPathCmdlet
{
    /// <summary>The batch size that shapes and memory are for.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = 4;

    /// <summary>Height and width of the network's input, or its side.</summary>
    [Parameter]
    [ValidateCount(1, 2)]
    [ValidateRange(1, 65536)]
    public int[]? InputSize { get; set; }

    /// <inheritdoc/>
    protected override void ProcessModel(string path)
    {
        var problems = new List<SleapException>();
        (int, int)? size = InputSize is { } sides ? (sides[0], sides[^1]) : null;
        var model = RunPumped((_, _) => ModelInspector.Inspect(path, BatchSize, size, problems));
        WriteObject(model);
        foreach (var problem in problems)
        {
            // Without its log or its metrics a model is as good as any.
            if (problem is ModelException)
            {
                WriteError(problem);
            }
            else
            {
                WriteWarning(problem.Message);
            }
        }
    }
}
