namespace SleapNn.Inference;

/// <summary>A peak that is to be grouped with others into an animal.</summary>
/// <param name="X">The horizontal position in pixels of the model's input.</param>
/// <param name="Y">The vertical position in pixels of the model's input.</param>
/// <param name="Value">The confidence map's value.</param>
/// <param name="Node">The node's index.</param>
public readonly record struct PafPeak(float X, float Y, float Value, int Node);
