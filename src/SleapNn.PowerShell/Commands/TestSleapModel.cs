using System.Management.Automation;
using SleapNn.Models;
using SleapNn.Runtime;

namespace SleapNn.PowerShell.Commands;

/// <summary>Finds out whether a model computes what it should.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SleapModel", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelOutputTest), typeof(bool))]
public sealed class TestSleapModel : ModelPathCmdlet
{
    private const string LegacyWeights = "best_model.h5";

    /// <summary>What to compare with.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ModelPathTransformation]
    [ArgumentCompleter(typeof(ModelPathCompleter))]
    public string Reference { get; set; } = "";

    /// <summary>What an output may differ by, as a share of the reference's largest value.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double Tolerance { get; set; } = 1e-4;

    /// <summary>The input that two models are compared on.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InputPath { get; set; }

    /// <summary>The seed of the input that two models are compared on.</summary>
    [Parameter]
    public int Seed { get; set; } = 1;

    /// <summary>Where to compute.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "cpu";

    /// <summary>Outputs whether all is within the tolerance instead of an object for each output.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessModel(string path)
    {
        var reference = ResolveExistingPath(Reference);
        var isModel = IsModelReference(reference);
        if (!isModel && InputPath is not null)
        {
            throw new ModelException("ReferenceHasInput", $"-InputPath is for comparing two models; the record '{reference}' has an input of its own. Leave -InputPath out, or give a model folder as -Reference.", reference);
        }

        var inputPath = InputPath is null ? null : ResolveExistingPath(InputPath);
        WriteVerbose($"Comparing '{path}' with '{reference}' on {Device}.");
        var results = RunPumped((_, token) => isModel ? CompareModels(path, reference, inputPath) : CompareWithRecord(path, reference));
        if (Quiet)
        {
            WriteObject(results.All(result => result.WithinTolerance));
        }
        else
        {
            WriteObject(results, enumerateCollection: true);
        }
    }

    private static bool IsModelReference(string path) => Directory.Exists(path)
        || System.IO.Path.GetFileName(path) == LegacyWeights
        || System.IO.Path.GetExtension(path).ToLowerInvariant() is ".ckpt" or ".pth" or ".pt" or ".yaml" or ".yml" or ".json";

    private IReadOnlyList<ModelOutputTest> CompareWithRecord(string path, string reference)
    {
        using var record = ModelReference.Read(reference);
        using var model = ModelFolder.Load(path, Devices.Resolve(Device));
        return ModelTester.Compare(model, record, Tolerance);
    }

    private IReadOnlyList<ModelOutputTest> CompareModels(string path, string reference, string? inputPath)
    {
        var device = Devices.Resolve(Device);
        using var other = ModelFolder.Load(reference, device);
        using var model = ModelFolder.Load(path, device);
        using var input = inputPath is null ? ModelTester.RandomInput(model, Seed) : ModelTester.ReadInput(inputPath, model);
        return ModelTester.Compare(model, other, input, Tolerance);
    }
}
