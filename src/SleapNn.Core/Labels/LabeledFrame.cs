namespace SleapNn;

/// <summary>The animals of one frame of one video.</summary>
public sealed class LabeledFrame
{
    /// <summary>Creates a frame.</summary>
    /// <param name="video">The video.</param>
    /// <param name="frameIndex">The frame's position in the video, from 0.</param>
    /// <param name="instances">The animals in it.</param>
    public LabeledFrame(SleapVideo video, int frameIndex, IEnumerable<PoseInstance>? instances = null)
    {
        Video = video;
        FrameIndex = frameIndex;
        Instances = [.. instances ?? []];
    }

    /// <summary>The video.</summary>
    public SleapVideo Video { get; set; }

    /// <summary>The frame's position in the video, from 0.</summary>
    public int FrameIndex { get; }

    /// <summary>The animals in it, labelled and predicted.</summary>
    public List<PoseInstance> Instances { get; }

    /// <summary>Whether a person marked the frame as one without animals.</summary>
    public bool IsNegative { get; set; }

    /// <summary>The animals that a person placed.</summary>
    public IEnumerable<PoseInstance> UserInstances => Instances.Where(i => i.Kind == InstanceKind.User);

    /// <summary>The animals that a model placed.</summary>
    public IEnumerable<PoseInstance> PredictedInstances => Instances.Where(i => i.Kind == InstanceKind.Predicted);

    /// <inheritdoc/>
    public override string ToString() => $"{Video}, frame {FrameIndex}: {Instances.Count} instances";
}
