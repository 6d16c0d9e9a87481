namespace SleapNn.PowerShell;

/// <summary>Completes the names of the skeleton's nodes.</summary>
public sealed class NodeCompleter() : LabelsNameCompleter(Names)
{
    /// <summary>The nodes of labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>Each name, and the skeleton that has it.</returns>
    internal static IEnumerable<(string Text, string Meaning)> Names(SleapLabels labels) =>
        labels.Skeletons.SelectMany(skeleton => skeleton.Nodes.Select(node => (node, $"a node of {skeleton.Name}")));
}
