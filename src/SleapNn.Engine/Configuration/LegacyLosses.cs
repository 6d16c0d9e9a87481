using System.Collections;

namespace SleapNn.Configuration;

/// <summary>Tells what of a SLEAP 1.x configuration has no counterpart.</summary>
internal static class LegacyLosses
{
    // What is lost where a key is set to something: true, a value or a list that is not empty.
    private static readonly (string Path, string Message)[] Lost =
    [
        ("data.labels.split_by_inds", "Frames are not divided by their numbers. Write labels for training and for validation, and name both."),
        ("data.labels.search_path_hints", "Videos are not looked for there, but beside the labels and in the folders above."),
        ("data.preprocessing.imagenet_mode", "imagenet_mode has no counterpart: images are used as they are."),
        ("optimization.augmentation_config.random_crop", "random_crop has no counterpart: whole images are used."),
        ("outputs.checkpointing.initial_model", "The model as it was before training is not kept."),
        ("outputs.checkpointing.final_model", "The last model is kept where trainer_config.model_ckpt.save_last is true, as last.ckpt."),
        ("outputs.tensorboard.write_logs", "There are no logs for TensorBoard: losses are in training_log.csv."),
        ("outputs.zip_outputs", "The folder of the run is not zipped."),
    ];

    // What says nothing that matters here, or is read only where it applies.
    private static readonly string[] Quiet =
    [
        "name", "description", "sleap_version", "filename",
        "data.labels.training_inds", "data.labels.validation_inds", "data.labels.test_inds",
        "data.preprocessing.target_height", "data.preprocessing.target_width", "data.preprocessing.pad_to_stride", "data.instance_cropping.center_on_part",
        "model.backbone", "model.heads",
        "optimization.preload_data", "optimization.shuffle_buffer_size", "optimization.prefetch", "optimization.val_batches_per_epoch", "optimization.min_val_batches_per_epoch",
        "optimization.augmentation_config.translate_min", "optimization.augmentation_config.translate_max",
        "optimization.augmentation_config.random_crop_height", "optimization.augmentation_config.random_crop_width",
        "optimization.learning_rate_schedule",
        "outputs.save_outputs", "outputs.log_to_csv", "outputs.tags", "outputs.checkpointing.best_model", "outputs.tensorboard", "outputs.zmq",
    ];

    /// <summary>Adds what was lost. To be called when all else is converted.</summary>
    /// <param name="root">The old configuration, whose keys that were converted have been read.</param>
    /// <param name="notes">Takes what was lost; null where nobody wants to know.</param>
    public static void Note(LegacyJson root, ICollection<ConfigFinding>? notes)
    {
        foreach (var (path, message) in Lost)
        {
            LegacyConfig.Note(notes, root[path] is not (null or false or ICollection { Count: 0 }), path, message);
        }

        // SLEAP fills in the stride of the backbone, or 1 for crops, which means the same here.
        LegacyConfig.Note(
            notes,
            root["data.preprocessing.pad_to_stride"] is double pad && root["model.backbone.unet.max_stride"] is double stride && pad > stride,
            "data.preprocessing.pad_to_stride",
            "pad_to_stride has no counterpart: images are padded to a multiple of max_stride.");
        foreach (var path in root.Unread().Where(path => !Quiet.Any(known => path == known || path.StartsWith($"{known}.", StringComparison.Ordinal))))
        {
            LegacyConfig.Note(notes, applies: true, path, "SLEAP 1.x has no such key; it is left out.");
        }
    }
}
