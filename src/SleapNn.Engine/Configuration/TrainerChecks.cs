using SleapNn.Training;

namespace SleapNn.Configuration;

/// <summary>Checks the trainer's section.</summary>
internal static class TrainerChecks
{
    public static void Check(SleapConfig config, ConfigFindings findings)
    {
        var trainer = config.TrainerConfig;
        CheckDevices(trainer, findings);
        CheckSchedulers(trainer, findings);
        const string Path = "trainer_config";
        if (trainer.OnlineHardKeypointMining is { OnlineMining: true, MaxHardKeypoints: { } max } mining && max < mining.MinHardKeypoints)
        {
            findings.Error($"{Path}.online_hard_keypoint_mining.max_hard_keypoints", $"At most {max} nodes can count as hard, but at least {mining.MinHardKeypoints} do.", "Make max_hard_keypoints the larger one.");
        }

        if (!trainer.SaveCkpt)
        {
            findings.Information($"{Path}.save_ckpt", "No checkpoint is kept, so that the trained model is lost.", "Set save_ckpt to true.");
        }
        else if (trainer.ModelCkpt.SaveTopK == 0 && trainer.ModelCkpt.SaveLast != true)
        {
            findings.Warning($"{Path}.model_ckpt.save_top_k", "save_ckpt is true, but neither the best checkpoint nor the last is kept.", "Set save_top_k to 1.");
        }

        if (trainer.UseWandb && trainer.Wandb.Project is null)
        {
            findings.Warning($"{Path}.wandb.project", "Logging to Weights and Biases is asked for, but no project is named.", "Name a project, or set use_wandb to false.");
        }

        if (trainer.KeepViz && !trainer.VisualizePredsDuringTraining)
        {
            findings.Information($"{Path}.keep_viz", "keep_viz has no effect while visualize_preds_during_training is false.", "Set visualize_preds_during_training to true.");
        }

        if (config.DataConfig.DataPipelineFw == "torch_dataset" && (trainer.TrainDataLoader.NumWorkers > 0 || trainer.ValDataLoader.NumWorkers > 0))
        {
            findings.Information($"{Path}.train_data_loader.num_workers", "sleap-nn needs num_workers to be 0 while data_pipeline_fw is torch_dataset.", "Set it to 0 if sleap-nn is to use the file.");
        }

        CheckAddress($"{Path}.zmq.publish_address", trainer.Zmq?.PublishAddress, trainer.Zmq?.PublishPort, findings);
        CheckAddress($"{Path}.zmq.controller_address", trainer.Zmq?.ControllerAddress, trainer.Zmq?.ControllerPort, findings);
    }

    private static void CheckDevices(TrainerConfig trainer, ConfigFindings findings)
    {
        const string Path = "trainer_config";
        if (trainer.TrainerAccelerator is "tpu" or "ipu")
        {
            findings.Error($"{Path}.trainer_accelerator", $"There is no support for {trainer.TrainerAccelerator}: training runs on cpu or gpu.", "Set it to auto, cpu or gpu.");
        }

        var indices = trainer.TrainerDeviceIndices is { Count: > 0 } given ? given : null;
        var where = indices is null ? $"{Path}.trainer_devices" : $"{Path}.trainer_device_indices";
        var devices = trainer.TrainerDeviceIndices?.Count ?? trainer.TrainerDevices as int? ?? 1;
        if (devices == 0)
        {
            findings.Error($"{Path}.trainer_devices", "Training on no device is asked for.", "Set trainer_devices to auto.");
        }
        else if (indices is not null && indices.Distinct().Count() < indices.Count)
        {
            findings.Error(where, $"A device is named twice: {string.Join(", ", indices)}.", "Name each once.");
        }
        else if (devices > 1)
        {
            CheckSeveral(trainer, indices is not null, devices, where, findings);
        }

        if (!TrainingDevices.IsSupported(trainer.TrainerStrategy))
        {
            findings.Error($"{Path}.trainer_strategy", $"There is no support for the strategy '{trainer.TrainerStrategy}'.", $"Use {TrainingDevices.Strategies}.");
        }
    }

    private static void CheckSeveral(TrainerConfig trainer, bool areNamed, int devices, string where, ConfigFindings findings)
    {
        if (trainer.TrainerStrategy == "single_device")
        {
            findings.Error("trainer_config.trainer_strategy", $"The strategy single_device trains on one device, but {devices} are asked for.", "Set trainer_strategy to auto or ddp, or trainer_devices to 1.");
        }
        else if (trainer.TrainerAccelerator == "mps")
        {
            findings.Error(where, $"There is one device of the kind mps, but {devices} are asked for.", "Set trainer_devices to 1 or auto.");
        }
        else if (trainer.TrainerAccelerator == "cpu" && areNamed)
        {
            findings.Error(where, "The list names GPUs, but trainer_accelerator is cpu.", "Set trainer_device_indices to null, and trainer_devices to auto or the number of copies to train on the CPU.");
        }
        else if (trainer.TrainerAccelerator == "cpu")
        {
            findings.Information(where, $"{devices} copies of the model share the CPU: each step takes {devices} batches, one after the other, and is no faster than one copy.", "Set trainer_devices to auto, unless a run on several GPUs is to be repeated.");
        }
    }

    private static void CheckSchedulers(TrainerConfig trainer, ConfigFindings findings)
    {
        const string Path = "trainer_config.lr_scheduler";
        if (trainer.LrScheduler is not { } scheduler)
        {
            return;
        }

        var set = ConfigSchema.Of(typeof(LrSchedulerConfig)).Where(key => key.Get(scheduler) is not null).Select(key => key.Name).ToList();
        if (set.Count > 1)
        {
            findings.Error(Path, $"Several schedulers are set: {string.Join(", ", set)}; sleap-nn silently uses only one of them.", "Set all but one to null.");
        }

        CheckWarmup($"{Path}.cosine_annealing_warmup", scheduler.CosineAnnealingWarmup?.WarmupEpochs, scheduler.CosineAnnealingWarmup?.MaxEpochs ?? trainer.MaxEpochs, findings);
        CheckWarmup($"{Path}.linear_warmup_linear_decay", scheduler.LinearWarmupLinearDecay?.WarmupEpochs, scheduler.LinearWarmupLinearDecay?.MaxEpochs ?? trainer.MaxEpochs, findings);
        if (scheduler.ReduceLrOnPlateau is { } plateau && trainer.EarlyStopping.StopTrainingOnPlateau && trainer.EarlyStopping.Patience <= plateau.Patience)
        {
            findings.Warning("trainer_config.early_stopping.patience", $"Training stops after {trainer.EarlyStopping.Patience} epochs without improvement, before the learning rate drops (after {plateau.Patience}).", "Give early_stopping the larger patience.");
        }
    }

    private static void CheckWarmup(string path, int? warmup, int epochs, ConfigFindings findings)
    {
        if (warmup >= epochs)
        {
            findings.Warning($"{path}.warmup_epochs", $"The learning rate rises for {warmup} epochs, but there are {epochs}: it never falls.", "Make warmup_epochs smaller.");
        }
    }

    private static void CheckAddress(string path, string? address, int? port, ConfigFindings findings)
    {
        if (address is not null && port is null)
        {
            findings.Warning(path, $"sleap-nn from 0.0.2 on takes a port of this machine only and can not open a file with the address '{address}'.", "Give publish_port or controller_port, unless only this module is to use the file.");
        }
    }
}
