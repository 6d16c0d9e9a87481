using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using SleapNn.Runtime;

namespace SleapNn.PowerShell;

/// <summary>Completes the names of the devices that this machine has.</summary>
public sealed class DeviceCompleter : IArgumentCompleter
{
    // Asking the driver takes a moment, and cards do not come and go in a session.
    private static readonly Lazy<IReadOnlyList<(string Name, string Meaning)>> Devices = new(() => [.. Find()]);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var typed = wordToComplete.Trim('\'', '"');
        return Devices.Value.Where(device => device.Name.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(device => new CompletionResult(device.Name, device.Name, CompletionResultType.ParameterValue, device.Meaning));
    }

    private static IEnumerable<(string Name, string Meaning)> Find()
    {
        yield return ("auto", "the best device there is");
        yield return ("cpu", $"{Environment.ProcessorCount} logical processors");
        if (OperatingSystem.IsMacOS())
        {
            yield return ("mps", "the GPU of this Mac");
        }

        var gpus = NvidiaGpus.Find() ?? [];
        if (gpus.Count > 0)
        {
            yield return ("cuda", $"the first GPU: {gpus[0].Name}");
        }

        foreach (var gpu in gpus)
        {
            yield return (gpu.Id, gpu.Name);
        }
    }
}
