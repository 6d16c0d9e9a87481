namespace SleapNn.Configuration;

/// <summary>The values that SLEAP 1.4.1 takes for keys that a profile lacks, from the classes of its package sleap.nn.config.</summary>
internal static class LegacyDefaults
{
    /// <summary>The values of keys that are converted; others do not matter here, and null is what is missing anyway.</summary>
    public const string Json = """
        {
          "data": {
            "labels": {"validation_fraction": 0.1},
            "preprocessing": {"ensure_rgb": false, "ensure_grayscale": false, "input_scaling": 1.0},
            "instance_cropping": {"crop_size_detection_padding": 16}
          },
          "model": {
            "backbone": {
              "unet": {"max_stride": 16, "output_stride": 1, "filters": 64, "filters_rate": 2, "middle_block": true, "up_interpolate": false, "stacks": 1}
            },
            "heads": {
              "single_instance": {"sigma": 5.0, "output_stride": 1},
              "centroid": {"sigma": 5.0, "output_stride": 1},
              "centered_instance": {"sigma": 5.0, "output_stride": 1},
              "multi_instance": {
                "confmaps": {"sigma": 5.0, "output_stride": 1, "loss_weight": 1.0},
                "pafs": {"sigma": 15.0, "output_stride": 1, "loss_weight": 1.0}
              },
              "multi_class_bottomup": {
                "confmaps": {"sigma": 5.0, "output_stride": 1, "loss_weight": 1.0},
                "class_maps": {"sigma": 5.0, "output_stride": 1, "loss_weight": 1.0}
              },
              "multi_class_topdown": {
                "confmaps": {"sigma": 5.0, "output_stride": 1, "loss_weight": 1.0},
                "class_vectors": {"num_fc_layers": 1, "num_fc_units": 64, "global_pool": true, "output_stride": 1, "loss_weight": 1.0}
              }
            }
          },
          "optimization": {
            "augmentation_config": {
              "rotation_min_angle": -180, "rotation_max_angle": 180, "scale_min": 0.9, "scale_max": 1.1,
              "uniform_noise_min_val": 0.0, "uniform_noise_max_val": 10.0, "gaussian_noise_mean": 5.0, "gaussian_noise_stddev": 1.0,
              "contrast_min_gamma": 0.5, "contrast_max_gamma": 2.0, "brightness_min_val": 0.0, "brightness_max_val": 10.0
            },
            "online_shuffling": true,
            "batch_size": 8,
            "min_batches_per_epoch": 200,
            "epochs": 100,
            "optimizer": "adam",
            "initial_learning_rate": 0.0001,
            "learning_rate_schedule": {
              "reduce_on_plateau": true, "reduction_factor": 0.5, "plateau_min_delta": 0.000001, "plateau_patience": 5,
              "plateau_cooldown": 3, "min_learning_rate": 0.00000001
            },
            "hard_keypoint_mining": {"online_mining": false, "hard_to_easy_ratio": 2.0, "min_hard_keypoints": 2, "loss_scale": 5.0},
            "early_stopping": {"stop_training_on_plateau": true, "plateau_min_delta": 0.000001, "plateau_patience": 10}
          },
          "outputs": {
            "runs_folder": "models",
            "save_visualizations": true,
            "keep_viz_images": false,
            "checkpointing": {"latest_model": false},
            "zmq": {"controller_address": "tcp://127.0.0.1:9000", "controller_polling_timeout": 10, "publish_address": "tcp://127.0.0.1:9001"}
          }
        }
        """;
}
