using System.Management.Automation;

namespace SleapNn.Tests.Module;

/// <summary>Models of SLEAP 1.x at the prompt.</summary>
public sealed class ConvertSleapLegacyModelTests(ModuleFixture module) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-legacy-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SharedFact]
    public void An_old_model_and_its_conversion_predict_the_same()
    {
        var output = module.Invoke(
            """
            $old = "$data/legacy_models/minimal_instance.UNet.bottomup"
            $new = Convert-SleapLegacyModel $old -OutputPath $folder
            $frames = "$data/datasets/minimal_instance.pkg.slp"
            $results = foreach ($model in $old, $new.Path) { Invoke-SleapPrediction $frames -Model $model -PeakThreshold 0.1 }
            $new.SameInSleapNn
            foreach ($r in $results) { ($r.Frames | ForEach-Object { $_.Instances | ForEach-Object { $_.Points | ForEach-Object { "$($_.X) $($_.Y)" } } }) -join '; ' }
            """,
            new { data = SharedData.PathTo("data"), folder });

        var values = output.Succeeded().Output.Select(o => o.ToString()).ToList();
        Assert.Equal("False", values[0]);
        Assert.Contains(';', values[1]);
        Assert.Equal(values[1], values[2]);
        Assert.Contains(output.Warnings, w => w.Contains("sleap-nn", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_old_model_is_refused()
    {
        Assert.Equal("ModelNotLegacy", module.Invoke("Convert-SleapLegacyModel $folder -OutputPath $folder/out", new { folder }).ErrorId);
    }
}
