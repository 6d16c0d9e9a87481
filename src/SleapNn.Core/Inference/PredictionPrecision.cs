namespace SleapNn;

/// <summary>The numbers that models compute with.</summary>
public enum PredictionPrecision
{
    /// <summary>32 bits, as in training.</summary>
    Float32,

    /// <summary>16 bits with a short range: fastest on most CUDA devices.</summary>
    Float16,

    /// <summary>16 bits with the range of 32 and few digits: for CUDA devices from Ampere on.</summary>
    BFloat16,
}
