namespace SleapNn.Configuration;

/// <summary>Probabilities of who is who, from the encoder's features (<c>class_vectors</c>).</summary>
public sealed class ClassVectorsConfig : ConfigNode, IHeadLayerConfig
{
    /// <summary>The names of the classes, that is of the tracks; null takes those of the labels file. Default: null.</summary>
    public List<string>? Classes { get; set => field = Checked(value); }

    /// <summary>The number of fully connected layers before the output. Default: 1.</summary>
    [ConfigKey(Min = 0)]
    public int NumFcLayers { get; set => field = Checked(value); } = 1;

    /// <summary>The number of units of each of these layers. Default: 64.</summary>
    [ConfigKey(Min = 1)]
    public int NumFcUnits { get; set => field = Checked(value); } = 64;

    /// <summary>Take the maximum of every feature over the image first. Default: true.</summary>
    public bool GlobalPool { get; set => field = Checked(value); } = true;

    /// <summary>The stride of the features relative to the input image: the backbone's largest. Default: 16.</summary>
    [ConfigKey(Min = 1)]
    public int OutputStride { get; set => field = Checked(value); } = 16;

    /// <summary>The weight of this layer in the loss; null counts as 1. Default: null.</summary>
    [ConfigKey(Min = 0, OmitNull = true)]
    public double? LossWeight { get; set => field = Checked(value); }
}
