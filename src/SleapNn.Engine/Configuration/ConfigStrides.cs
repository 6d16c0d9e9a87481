namespace SleapNn.Configuration;

/// <summary>A stride that follows from other keys.</summary>
/// <param name="Path">The key, as a dotted YAML path.</param>
/// <param name="Given">The value that the configuration has.</param>
/// <param name="Needed">The value that follows.</param>
/// <param name="Reason">Why.</param>
internal sealed record StrideCorrection(string Path, int Given, int Needed, string Reason);

/// <summary>The strides that follow from the head and the backbone, which are used whatever the configuration says.</summary>
internal static class ConfigStrides
{
    /// <summary>The strides that are not what the head and the stem ask for.</summary>
    public static IReadOnlyList<StrideCorrection> Find(ModelConfig model)
    {
        var corrections = new List<StrideCorrection>();
        if (model.BackboneConfig.GetActive() is not { } backbone)
        {
            return corrections;
        }

        var path = $"model_config.backbone_config.{model.BackboneConfig.GetActiveName()}";
        var max = backbone switch
        {
            ConvNextConfig convnext => convnext.StemPatchStride * 16,
            SwinTConfig swint => swint.StemPatchStride * 16,
            _ => backbone.MaxStride,
        };
        var reason = "the encoder halves its features four times after the stem";
        var strides = model.HeadConfigs.GetActiveLayers().Select(layer => layer.Value.OutputStride).ToList();
        if (strides.Count > 0)
        {
            // As sleap-nn does, this looks at the stride of class vectors as it was given.
            if (strides.Max() > max)
            {
                max = strides.Max();
                reason = "a layer of the head has a larger output stride";
            }

            if (strides.Min() != backbone.OutputStride)
            {
                corrections.Add(new($"{path}.output_stride", backbone.OutputStride, strides.Min(), "the decoder has to reach the smallest output stride of the head's layers"));
            }
        }

        if (max != backbone.MaxStride)
        {
            corrections.Add(new($"{path}.max_stride", backbone.MaxStride, max, reason));
        }

        if (model.HeadConfigs.MultiClassTopdown is { } topdown && topdown.ClassVectors.OutputStride != max)
        {
            corrections.Add(new("model_config.head_configs.multi_class_topdown.class_vectors.output_stride", topdown.ClassVectors.OutputStride, max, "class vectors are computed from the encoder's coarsest features"));
        }

        return corrections;
    }
}
