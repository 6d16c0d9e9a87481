namespace SleapNn.Checkpoints;

/// <summary>
/// An object of a checkpoint that is not plain data, such as a config object. Nothing of it was created or run; only
/// its type's name is known.
/// </summary>
/// <param name="TypeName">The Python name of its type, or of the function that would have made it.</param>
public sealed record OpaqueValue(string TypeName);
