namespace SleapNn.Automation;

/// <summary>What the prediction on a video gave.</summary>
/// <param name="Frames">Frames predicted.</param>
/// <param name="Instances">Animals found.</param>
/// <param name="Resumed">How many of the frames an earlier attempt had predicted.</param>
/// <param name="Warning">What somebody should look at, or null.</param>
public sealed record VideoOutcome(long Frames, long Instances, long Resumed = 0, string? Warning = null);
