namespace SleapNn.Tests.Training.Keys;

/// <summary>For each key of the configuration guide, and of newer files, the tests that prove its effect.</summary>
internal static class KeyCoverageTable
{
    public static readonly (string Key, string[] Tests)[] Rows =
    [
        .. In(
            "data_config",
            ("provider", "DataKeyTests.There_is_one_provider"),
            ("train_labels_path", "DataKeyTests.All_files_to_train_on_are_read_and_split"),
            ("val_labels_path", "DataKeyTests.Files_to_validate_with_take_the_place_of_the_fraction"),
            ("validation_fraction", "DataKeyTests.The_fraction_is_kept_for_validation"),
            ("use_same_data_for_val", "DataKeyTests.The_same_data_can_be_validated_with"),
            ("test_file_path", "RunFolderTests.Predictions_and_metrics_of_train_val_and_test_are_written"),
            ("user_instances_only", "DataKeyTests.Predicted_instances_are_used_on_request"),
            ("data_pipeline_fw", "DataKeyTests.The_pipeline_decides_where_frames_are_kept FrameCachingTests.Every_kind_of_cache_trains_alike"),
            ("cache_img_path", "FrameCachingTests.Cached_files_lie_where_they_should_and_are_deleted_on_request"),
            ("use_existing_imgs", "FrameCachingTests.Existing_files_are_used_on_request_only"),
            ("delete_cache_imgs_after_training", "FrameCachingTests.Cached_files_lie_where_they_should_and_are_deleted_on_request"),
            ("parallel_caching", "DataKeyTests.The_cache_is_filled_by_as_many_threads_as_asked_for"),
            ("cache_workers", "DataKeyTests.The_cache_is_filled_by_as_many_threads_as_asked_for"),
            ("use_augmentations_train", "DataKeyTests.Images_are_varied_on_request_only"),
            ("use_negative_frames", "FrameCachingTests.Frames_without_animals_are_trained_on_with_their_weight"),
            ("negative_loss_weight", "FrameCachingTests.Frames_without_animals_are_trained_on_with_their_weight"),
            ("skeletons", "TrainerTests.A_run_learns_and_leaves_what_sleap_nn_leaves")),
        .. In(
            "data_config.preprocessing",
            ("ensure_rgb", "DataKeyTests.Images_have_the_channels_that_are_asked_for"),
            ("ensure_grayscale", "DataKeyTests.Images_have_the_channels_that_are_asked_for"),
            ("max_height", "DataKeyTests.Images_and_points_have_the_size_that_is_asked_for"),
            ("max_width", "DataKeyTests.Images_and_points_have_the_size_that_is_asked_for"),
            ("scale", "DataKeyTests.Images_and_points_have_the_size_that_is_asked_for"),
            ("crop_hw", "DataKeyTests.Crops_have_the_size_that_is_asked_for"),
            ("crop_size", "DataKeyTests.Crops_have_the_size_that_is_asked_for"),
            ("min_crop_size", "DataKeyTests.Crops_have_the_size_that_is_asked_for"),
            ("crop_padding", "DataKeyTests.Crops_have_the_size_that_is_asked_for")),
        .. All(
            "data_config.augmentation_config.intensity",
            "AugmentationKeyTests.A_range_is_filled_and_not_left",
            "uniform_noise_min uniform_noise_max contrast_min contrast_max brightness_min brightness_max"),
        .. All(
            "data_config.augmentation_config.intensity",
            "AugmentationKeyTests.Noise_has_the_moments_that_are_asked_for",
            "gaussian_noise_mean gaussian_noise_std"),
        .. All(
            "data_config.augmentation_config.intensity",
            "AugmentationKeyTests.A_chance_is_met",
            "uniform_noise_p gaussian_noise_p contrast_p brightness_p"),
        .. All(
            "data_config.augmentation_config.geometric",
            "AugmentationKeyTests.A_range_is_filled_and_not_left",
            "rotation_min rotation_max scale_min scale_max translate_width translate_height erase_scale_min erase_scale_max erase_ratio_min erase_ratio_max mixup_lambda_min mixup_lambda_max"),
        .. All(
            "data_config.augmentation_config.geometric",
            "AugmentationKeyTests.A_chance_is_met",
            "rotation_p scale_p translate_p affine_p erase_p mixup_p flip_p"),
        .. In(
            "model_config",
            ("init_weights", "InitialisationTests.Layers_are_drawn_within_the_bound_of_their_size"),
            ("pretrained_backbone_weights", "PretrainedWeightsTests.Only_the_named_part_is_loaded LegacyModelTests.Weights_of_a_legacy_file_start_a_backbone_or_a_head"),
            ("pretrained_head_weights", "PretrainedWeightsTests.Only_the_named_part_is_loaded LegacyModelTests.Weights_of_a_legacy_file_start_a_backbone_or_a_head"),
            ("total_params", "TrainerTests.A_run_learns_and_leaves_what_sleap_nn_leaves")),
        .. All(
            "model_config.backbone_config.unet",
            "BackboneKeyTests.A_key_changes_the_network",
            "in_channels kernel_size filters filters_rate max_stride stem_stride middle_block up_interpolate stacks convs_per_block"),
        .. In("model_config.backbone_config.unet", ("output_stride", "BackboneKeyTests.The_backbone_ends_at_the_stride_of_its_finest_head")),
        .. All(
            "model_config.backbone_config.convnext",
            "BackboneKeyTests.A_key_changes_the_network",
            "arch.depths arch.channels stem_patch_kernel stem_patch_stride in_channels kernel_size filters_rate convs_per_block up_interpolate"),
        .. In(
            "model_config.backbone_config.convnext",
            ("pre_trained_weights", "TrainerTests.Training_starts_from_published_weights PublishedWeightsTests.Every_name_that_a_config_may_give_is_known"),
            ("model_type", "BackboneKeyTests.The_type_of_a_model_is_its_width_and_its_depth"),
            ("max_stride", "BackboneKeyTests.The_stem_and_the_stages_make_the_largest_stride"),
            ("output_stride", "BackboneKeyTests.The_backbone_ends_at_the_stride_of_its_finest_head")),
        .. All(
            "model_config.backbone_config.swint",
            "BackboneKeyTests.A_key_changes_the_network",
            "arch.embed arch.depths arch.num_heads arch.channels patch_size stem_patch_stride window_size in_channels kernel_size filters_rate convs_per_block up_interpolate"),
        .. In(
            "model_config.backbone_config.swint",
            ("pre_trained_weights", "PublishedWeightsTests.Only_the_encoder_is_set PublishedWeightsTests.Every_name_that_a_config_may_give_is_known"),
            ("model_type", "BackboneKeyTests.The_type_of_a_model_is_its_width_and_its_depth"),
            ("max_stride", "BackboneKeyTests.The_stem_and_the_stages_make_the_largest_stride"),
            ("output_stride", "BackboneKeyTests.The_backbone_ends_at_the_stride_of_its_finest_head")),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.A_larger_sigma_spreads_the_target",
            "single_instance.confmaps.sigma centroid.confmaps.sigma centered_instance.confmaps.sigma bottomup.confmaps.sigma bottomup.pafs.sigma multi_class_bottomup.confmaps.sigma multi_class_bottomup.class_maps.sigma multi_class_topdown.confmaps.sigma"),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.Target_and_prediction_have_the_stride_that_is_asked_for",
            "single_instance.confmaps.output_stride centroid.confmaps.output_stride centered_instance.confmaps.output_stride bottomup.confmaps.output_stride bottomup.pafs.output_stride multi_class_bottomup.confmaps.output_stride multi_class_bottomup.class_maps.output_stride multi_class_topdown.confmaps.output_stride"),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.The_loss_is_the_weighted_sum_of_the_heads",
            "centered_instance.confmaps.loss_weight bottomup.confmaps.loss_weight bottomup.pafs.loss_weight multi_class_bottomup.confmaps.loss_weight multi_class_bottomup.class_maps.loss_weight multi_class_topdown.confmaps.loss_weight multi_class_topdown.class_vectors.loss_weight"),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.Channels_are_the_parts_that_are_listed_in_their_order",
            "single_instance.confmaps.part_names centered_instance.confmaps.part_names bottomup.confmaps.part_names multi_class_bottomup.confmaps.part_names multi_class_topdown.confmaps.part_names"),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.The_anchor_is_the_middle",
            "centroid.confmaps.anchor_part centered_instance.confmaps.anchor_part multi_class_topdown.confmaps.anchor_part"),
        .. All(
            "model_config.head_configs",
            "HeadKeyTests.Classes_are_the_tracks_that_are_listed_in_their_order",
            "multi_class_bottomup.class_maps.classes multi_class_topdown.class_vectors.classes"),
        .. In(
            "model_config.head_configs",
            ("bottomup.pafs.edges", "HeadKeyTests.Fields_follow_the_edges_that_are_listed"),
            ("multi_class_topdown.class_vectors.num_fc_layers", "ModelOptionsTests.Class_vectors_work_with"),
            ("multi_class_topdown.class_vectors.num_fc_units", "ModelOptionsTests.Class_vectors_work_with"),
            ("multi_class_topdown.class_vectors.global_pool", "ModelOptionsTests.Class_vectors_without_pooling_take_the_crop_size"),
            ("multi_class_topdown.class_vectors.output_stride", "HeadKeyTests.Class_vectors_start_from_the_coarsest_features_whatever_their_stride")),
        .. Loaders("train_data_loader"),
        .. Loaders("val_data_loader"),
        .. In(
            "trainer_config",
            ("model_ckpt.save_top_k", "RunFolderTests.The_best_checkpoints_are_kept"),
            ("model_ckpt.save_last", "RunFolderTests.The_last_checkpoint_can_be_left_out"),
            ("model_ckpt.monitor", "RunFolderTests.The_best_can_be_the_largest_of_another_column"),
            ("model_ckpt.mode", "RunFolderTests.The_best_can_be_the_largest_of_another_column"),
            ("trainer_devices", "TrainingDevicesTests.Devices_are_those_that_Lightning_takes TrainingDevicesTests.What_cannot_be_is_said"),
            ("trainer_device_indices", "TrainingDevicesTests.Devices_are_those_that_Lightning_takes TrainingDevicesTests.What_cannot_be_is_said"),
            ("trainer_accelerator", "TrainerTests.A_device_that_is_not_there_is_an_error TrainingDevicesTests.Devices_are_those_that_Lightning_takes"),
            ("trainer_strategy", "TrainingDevicesTests.What_cannot_be_is_said"),
            ("profiler", "RunProfilerTests.A_run_leaves_a_table_of_its_times"),
            ("enable_progress_bar", "TrainerKeyTests.The_progress_bar_is_shown_on_request"),
            ("min_train_steps_per_epoch", "TrainerKeyTests.An_epoch_has_the_steps_that_are_asked_for"),
            ("train_steps_per_epoch", "TrainerKeyTests.An_epoch_has_the_steps_that_are_asked_for"),
            ("visualize_preds_during_training", "RunFolderTests.Pictures_of_predictions_are_drawn_every_epoch_and_kept_on_request"),
            ("keep_viz", "RunFolderTests.Pictures_of_predictions_are_drawn_every_epoch_and_kept_on_request"),
            ("viz_img_format", "RunFolderTests.Pictures_of_predictions_are_drawn_every_epoch_and_kept_on_request"),
            ("max_epochs", "TrainerTests.A_run_learns_and_leaves_what_sleap_nn_leaves"),
            ("seed", "TrainerTests.The_same_seed_gives_the_same_run_whatever_the_number_of_workers"),
            ("use_wandb", "TrainerKeyTests.Weights_and_Biases_is_used_on_request"),
            ("save_ckpt", "RunFolderTests.Without_save_ckpt_there_is_no_checkpoint_and_a_warning"),
            ("save_ckpt_path", "TrainerKeyTests.A_run_lies_where_it_is_asked_for"),
            ("ckpt_dir", "TrainerKeyTests.A_run_lies_where_it_is_asked_for"),
            ("run_name", "TrainerKeyTests.A_run_lies_where_it_is_asked_for"),
            ("resume_ckpt_path", "TrainerTests.A_run_that_was_stopped_and_resumed_ends_as_one_that_was_not"),
            ("optimizer_name", "TrainerKeyTests.The_optimizer_of_a_run_is_the_one_that_is_asked_for OptimizationTests.Optimizers_step_as_those_of_torch"),
            ("optimizer.lr", "TrainerKeyTests.The_optimizer_of_a_run_is_the_one_that_is_asked_for OptimizationTests.Optimizers_step_as_those_of_torch"),
            ("optimizer.amsgrad", "TrainerKeyTests.The_optimizer_of_a_run_is_the_one_that_is_asked_for OptimizationTests.Optimizers_step_as_those_of_torch")),
        .. All("trainer_config.lr_scheduler.step_lr", "OptimizationTests.Step_lr_multiplies_every_so_many_epochs", "step_size gamma"),
        .. All(
            "trainer_config.lr_scheduler.reduce_lr_on_plateau",
            "OptimizationTests.Reduce_lr_on_plateau_obeys_each_of_its_options",
            "threshold threshold_mode cooldown patience factor min_lr"),
        .. All(
            "trainer_config.lr_scheduler",
            "OptimizationTests.Warm_up_schedules_follow_their_formulas",
            "cosine_annealing_warmup.warmup_epochs cosine_annealing_warmup.max_epochs cosine_annealing_warmup.warmup_start_lr cosine_annealing_warmup.eta_min linear_warmup_linear_decay.warmup_epochs linear_warmup_linear_decay.max_epochs linear_warmup_linear_decay.warmup_start_lr linear_warmup_linear_decay.end_lr"),
        .. All(
            "trainer_config.early_stopping",
            "TrainerKeyTests.Training_ends_when_the_loss_falls_too_little_for_too_long TrainerTests.Early_stopping_ends_a_run_that_does_not_improve",
            "stop_training_on_plateau min_delta patience"),
        .. All(
            "trainer_config.online_hard_keypoint_mining",
            "OptimizationTests.Hard_keypoints_obey_each_option",
            "hard_to_easy_ratio min_hard_keypoints max_hard_keypoints loss_scale"),
        .. In("trainer_config.online_hard_keypoint_mining", ("online_mining", "TrainerTests.Hard_keypoints_make_a_larger_loss")),
        .. All(
            "trainer_config.wandb",
            "WandbTests.A_run_offline_leaves_a_folder_that_wandb_sync_reads",
            "entity project name group save_viz_imgs_wandb current_run_id"),
        .. In(
            "trainer_config.wandb",
            ("api_key", "WandbTests.A_run_online_tells_the_server_all_and_writes_the_key_nowhere WandbTests.Online_needs_a_key_and_disabled_logs_nothing"),
            ("viz_enabled", "WandbTests.The_drawn_pictures_can_be_left_out"),
            ("viz_boxes", "WandbTests.Boxes_masks_and_tables_are_logged_where_they_are_asked_for"),
            ("viz_box_size", "WandbTests.Boxes_masks_and_tables_are_logged_where_they_are_asked_for"),
            ("log_viz_table", "WandbTests.Boxes_masks_and_tables_are_logged_where_they_are_asked_for"),
            ("viz_masks", "WandbTests.Boxes_masks_and_tables_are_logged_where_they_are_asked_for WandbTests.A_mask_follows_the_confidence_maps"),
            ("viz_confmap_threshold", "WandbTests.Boxes_masks_and_tables_are_logged_where_they_are_asked_for WandbTests.A_mask_follows_the_confidence_maps"),
            ("delete_local_logs", "WandbTests.The_local_log_is_deleted_where_it_is_not_needed WandbTests.A_log_that_the_server_lacks_is_never_deleted"),
            ("wandb_mode", "WandbTests.A_run_offline_leaves_a_folder_that_wandb_sync_reads WandbTests.A_run_online_tells_the_server_all_and_writes_the_key_nowhere WandbTests.Online_needs_a_key_and_disabled_logs_nothing"),
            ("prv_runid", "WandbTests.An_earlier_run_is_gone_on_with")),
        .. In(
            "trainer_config.zmq",
            ("publish_address", "ZmqTests.SLEAPs_window_is_told_how_a_run_goes_on ZmqTests.An_address_that_is_none_is_an_error"),
            ("controller_address", "ZmqTests.A_run_stops_when_SLEAPs_window_says_so ZmqTests.An_address_that_is_none_is_an_error"),
            ("controller_polling_timeout", "TrainerKeyTests.The_controller_is_waited_for_as_long_as_asked"),
            ("publish_port", "ZmqTests.Training_publishes_and_stops_by_it"),
            ("controller_port", "ZmqTests.Training_publishes_and_stops_by_it")),
        .. In(
            "trainer_config.eval",
            ("enabled", "RunFolderTests.Evaluation_fills_its_columns_at_its_frequency"),
            ("frequency", "RunFolderTests.Evaluation_fills_its_columns_at_its_frequency"),
            ("oks_stddev", "RunFolderTests.The_options_of_the_evaluation_change_its_numbers"),
            ("oks_scale", "RunFolderTests.The_options_of_the_evaluation_change_its_numbers"),
            ("match_threshold", "RunFolderTests.The_evaluation_of_centroids_matches_within_its_threshold")),
    ];

    private static IEnumerable<(string, string[])> Loaders(string name) => In(
        $"trainer_config.{name}",
        ("batch_size", "TrainerKeyTests.Batches_have_the_size_that_is_asked_for TrainerKeyTests.Training_and_validation_go_in_batches_of_their_own_sizes"),
        ("shuffle", $"TrainerKeyTests.Every_pass_is_shuffled_on_request{(name == "val_data_loader" ? " TrainerKeyTests.Validation_is_shuffled_on_request" : "")}"),
        ("num_workers", "TrainerKeyTests.Workers_make_the_next_batches_meanwhile TrainerTests.The_same_seed_gives_the_same_run_whatever_the_number_of_workers"));

    private static IEnumerable<(string, string[])> In(string section, params (string Key, string Tests)[] rows) =>
        rows.Select(row => ($"{section}.{row.Key}", row.Tests.Split(' ')));

    private static IEnumerable<(string, string[])> All(string section, string tests, string keys) =>
        keys.Split(' ').Select(key => ($"{section}.{key}", tests.Split(' ')));
}
