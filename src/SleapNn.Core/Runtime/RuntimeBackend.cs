namespace SleapNn;

/// <summary>What the native libraries compute on.</summary>
public enum RuntimeBackend
{
    /// <summary>The processor; on Apple silicon its GPU as well.</summary>
    Cpu,

    /// <summary>NVIDIA GPUs; the processor where there is none.</summary>
    Cuda,
}
