namespace SleapNn.Configuration;

/// <summary>What every output layer of a head has.</summary>
public interface IHeadLayerConfig
{
    /// <summary>The stride of the layer's output relative to the input image.</summary>
    int OutputStride { get; set; }
}
