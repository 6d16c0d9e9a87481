using PureHDF;
using SleapNn.Hdf5;

namespace SleapNn.LabelFiles;

/// <summary>
/// Carries the parts of a labels file that SleapNn does not interpret from the file that is read to the one that is
/// written, or refuses to write where that cannot be done faithfully.
/// </summary>
internal static class PreservedContent
{
    private static readonly string[] KnownMetadata = ["format_id", "json"];

    private static readonly Dictionary<string, string[]> KnownColumns = new()
    {
        ["frames"] = ["frame_id", "video", "frame_idx", "instance_id_start", "instance_id_end"],
        ["instances"] =
        [
            "instance_id", "instance_type", "frame_id", "skeleton", "track", "from_predicted", "score", "point_id_start", "point_id_end", "tracking_score",
        ],
        ["points"] = ["x", "y", "visible", "complete"],
        ["pred_points"] = ["x", "y", "visible", "complete", "score"],
        ["negative_frames"] = ["video_id", "frame_idx"],
    };

    private static readonly string[] Texts = ["videos_json", "tracks_json", "suggestions_json", "sessions_json"];

    /// <summary>Finds what is not interpreted; nothing of it is read yet.</summary>
    public static PreservedLabelsContent? Find(Hdf5Source source, SleapLabels labels)
    {
        var root = source.Root;
        var videoGroups = labels.Videos.Where(video => video.IsEmbedded).Select(video => video.Dataset!.Split('/')[0]).ToHashSet();
        var names = new List<string>();
        string? refusal = null;
        foreach (var child in root.Children())
        {
            if (KnownColumns.TryGetValue(child.Name, out var columns))
            {
                var unknown = child is IH5Dataset { Type.Class: H5DataTypeClass.Compound } table
                    ? table.Type.Compound.Members.Select(member => member.Name).FirstOrDefault(name => !columns.Contains(name))
                    : null;
                refusal ??= unknown is null ? null : $"the column '{unknown}' of '{child.Name}' is not known to SleapNn";
            }
            else if (child.Name != "metadata" && !Texts.Contains(child.Name) && !videoGroups.Contains(child.Name))
            {
                names.Add(child.Name);
            }
        }

        names.AddRange(root.Attributes().Select(attribute => "@" + attribute.Name));
        var metadata = root.Group("metadata");
        names.AddRange(metadata.Attributes().Where(attribute => !KnownMetadata.Contains(attribute.Name)).Select(attribute => "metadata@" + attribute.Name));
        if (metadata.Children().Any())
        {
            refusal ??= "the group 'metadata' holds more than SleapNn knows";
        }

        return names.Count == 0 && refusal is null && labels.Sessions.Count == 0
            ? null
            : new PreservedLabelsContent(names, source.Path, refusal, labels.Frames.SelectMany(frame => frame.Instances).ToList(), labels.Frames.ToList(), labels.Videos.ToList());
    }

    /// <summary>Checks that the content can still be written with these labels.</summary>
    /// <exception cref="LabelsException">It cannot (LabelsUnsupportedContent, LabelsPositionalContent).</exception>
    public static void RequireWritable(SleapLabels labels)
    {
        if (labels.Preserved is not { } content)
        {
            return;
        }

        if (content.Refusal is not null)
        {
            throw new LabelsException(
                "LabelsUnsupportedContent",
                $"The labels of '{content.SourcePath}' cannot be written without loss: {content.Refusal}. Call ClearPositionalContent() on the labels to write them without it.",
                content.SourcePath);
        }

        if (!content.Fits(labels) && (content.Names.Count > 0 || labels.Sessions.Count > 0))
        {
            throw new LabelsException(
                "LabelsPositionalContent",
                $"The frames, instances or videos have changed since '{content.SourcePath}' was read, and {Describe(labels)} may point at them by position. "
                + "Call ClearPositionalContent() on the labels to write them without it.",
                content.SourcePath);
        }
    }

    /// <summary>Names what points at frames by position, for messages.</summary>
    public static string Describe(SleapLabels labels) => string.Join(", ", labels.PreservedContent.Select(name => $"'{name}'")
        .Concat(labels.Sessions.Count > 0 ? ["the sessions"] : []));

    /// <summary>Copies the content into the file being written.</summary>
    public static void Write(PreservedLabelsContent content, Hdf5Group target)
    {
        if (content.Names.Count == 0)
        {
            return;
        }

        try
        {
            using var source = Hdf5Source.Open(content.SourcePath);
            foreach (var name in content.Names)
            {
                Copy(source, name, target);
            }
        }
        catch (NotSupportedException error)
        {
            throw new LabelsException(
                "LabelsUnsupportedContent",
                $"The labels of '{content.SourcePath}' cannot be written without loss: {error.Message}. Call ClearPositionalContent() on the labels to write them without it.",
                content.SourcePath,
                error);
        }
        catch (Exception error) when (error is not LabelsException)
        {
            throw new LabelsException(
                "LabelsSourceGone",
                $"The labels carry content of '{content.SourcePath}' that is copied when they are written, but that file cannot be read any more: {error.Message}",
                content.SourcePath,
                error);
        }
    }

    private static void Copy(Hdf5Source source, string name, Hdf5Group target)
    {
        var at = name.IndexOf('@');
        if (at < 0)
        {
            Hdf5Copy.Object(source.Root.Get(name), target, source.Length);
            return;
        }

        IH5Object holder = at == 0 ? source.Root : source.Root.Group(name[..at]);
        var group = at == 0 ? target : target.Group(name[..at]);
        group.Attribute(name[(at + 1)..], Hdf5Copy.Attribute(holder.Attribute(name[(at + 1)..]), name[..at]));
    }
}
