namespace SleapNn.Checkpoints;

/// <summary>The errors of this folder, so that each is worded once.</summary>
internal static class CheckpointErrors
{
    public static ModelException Damaged(string path, string what) => new(
        "CheckpointDamaged",
        $"The checkpoint '{path}' cannot be read: {what}. Copy it again from where it was trained.",
        path);

    public static ModelException Unsupported(string path, string what) => new(
        "CheckpointUnsupported",
        $"The checkpoint '{path}' cannot be read: {what}.",
        path);

    public static ModelException Unsafe(string path, string global) => new(
        "CheckpointUnsafe",
        $"The checkpoint '{path}' asks for '{global}', which no model needs. Nothing of it was run. Use a checkpoint from a source that you trust.",
        path);
}
