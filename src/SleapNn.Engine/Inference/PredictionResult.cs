namespace SleapNn.Inference;

/// <summary>What a prediction gave.</summary>
/// <param name="Labels">The predictions; without frames where these were only written to a file.</param>
/// <param name="FrameCount">How many frames were looked at.</param>
/// <param name="InstanceCount">How many animals were found and kept.</param>
/// <param name="UntrackedCount">How many animals were removed because they got no track.</param>
/// <param name="ResumedCount">How many of the frames an earlier run had predicted.</param>
/// <param name="Warning">What did not fit into the file, in words, or null.</param>
public sealed record PredictionResult(
    SleapLabels Labels, long FrameCount, long InstanceCount, int UntrackedCount, long ResumedCount = 0, string? Warning = null);
