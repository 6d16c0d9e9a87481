namespace SleapNn.Tests.Module;

/// <summary>A session, a model that was trained for a moment on generated data, and a video to predict on.</summary>
public sealed class SmallModelFixture : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-model-").FullName;

    public SmallModelFixture()
    {
        var paths = Session.Run(
            """
            $data = New-SleapDemoDataset $folder/data -Frames 8 -TestFrames 20
            $run = New-SleapConfig $data.TrainPath -Head single_instance -Backbone unet -MaxEpochs 1 -Seed 1 -Scale 0.5 -OutputPath $folder -RunName model -Values @{
                'model_config.backbone_config.unet' = @{ max_stride = 8; output_stride = 4; filters = 4 }
                'model_config.head_configs.single_instance.confmaps.output_stride' = 4
                'trainer_config.min_train_steps_per_epoch' = 1
                'trainer_config.train_steps_per_epoch' = 2
            } | Start-SleapTraining
            $run.Path
            $data.VideoPath
            """,
            new { folder });
        (Model, Video) = ((string)paths[0], (string)paths[1]);
    }

    public ModuleFixture Session { get; } = new();

    public string Model { get; }

    /// <summary>60 frames and a few seconds of work.</summary>
    public string Video { get; }

    public void Dispose()
    {
        Session.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
