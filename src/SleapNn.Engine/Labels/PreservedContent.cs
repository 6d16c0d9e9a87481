using PureHDF;

namespace SleapNn.LabelFiles;

/// <summary>Carries the parts of a labels file that SleapNn does not interpret from the file that is read to the one that is written.</summary>
internal static class PreservedContent
{
    public static PreservedLabelsContent? Read(Hdf5Source source, SleapLabels labels, Func<string, bool> isInterpreted)
    {
        var names = source.Root.Children().Select(child => child.Name).Where(name => !isInterpreted(name)).ToList();
        return names.Count == 0
            ? null
            : new PreservedLabelsContent(names, names, labels.Frames.SelectMany(frame => frame.Instances).ToList(), labels.Frames.ToList(), labels.Videos.ToList());
    }
}
