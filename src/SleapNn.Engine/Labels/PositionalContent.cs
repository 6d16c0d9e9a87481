namespace SleapNn.LabelFiles;

/// <summary>Guards what points at frames by position against operations that move frames.</summary>
internal static class PositionalContent
{
    public static void RequireNone(SleapLabels labels, string operation)
    {
        if (labels.Sessions.Count > 0 || labels.Preserved is { Names.Count: > 0 } || labels.Preserved?.Refusal is not null)
        {
            throw new LabelsException(
                "LabelsPositionalContent",
                $"{labels} cannot be {operation}: {PreservedContent.Describe(labels)} may point at frames by position. Call ClearPositionalContent() on the labels to do without it.",
                labels);
        }
    }
}
