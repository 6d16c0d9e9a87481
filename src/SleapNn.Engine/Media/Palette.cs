using System.Text;

namespace SleapNn.Media;

/// <summary>Colours that can be told apart on grey and coloured footage alike.</summary>
internal static class Palette
{
    private static readonly (byte R, byte G, byte B)[] Colours =
    [
        (255, 87, 51), (51, 187, 255), (126, 217, 87), (255, 200, 0), (224, 102, 255), (0, 229, 196),
        (255, 128, 171), (140, 140, 255), (255, 160, 64), (190, 240, 60), (120, 220, 255), (255, 110, 110),
    ];

    /// <summary>A colour by number; it starts over after the last.</summary>
    /// <param name="index">The number, from 0.</param>
    /// <returns>The colour.</returns>
    public static (byte R, byte G, byte B) At(int index) => Colours[(int)((uint)index % Colours.Length)];

    /// <summary>The number of an instance's colour.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="position">Its position in its frame.</param>
    /// <param name="byTrack">Whether tracks are told apart, rather than positions.</param>
    /// <param name="tracks">The tracks of the labels.</param>
    /// <returns>The number.</returns>
    public static int IndexOf(PoseInstance instance, int position, bool byTrack, IReadOnlyList<Track> tracks)
    {
        if (!byTrack || instance.Track is not { } track)
        {
            return position;
        }

        for (var i = 0; i < tracks.Count; i++)
        {
            if (ReferenceEquals(tracks[i], track))
            {
                return i;
            }
        }

        // FNV-1a: the same name has the same colour in every run.
        return (int)(Encoding.UTF8.GetBytes(track.Name).Aggregate(2166136261u, (hash, b) => (hash ^ b) * 16777619u) >> 1);
    }
}
