using SleapNn.Media;

namespace SleapNn.Tracking;

/// <summary>Moves remembered poses to where the animals should be in a new frame.</summary>
internal interface ITrackMotion
{
    /// <summary>The image of a frame in the form that <see cref="Predict"/> needs; null where it needs none.</summary>
    ImageFrame? Prepare(ImageFrame? image);

    /// <summary>What new poses are compared with, by track.</summary>
    /// <param name="store">The remembered poses.</param>
    /// <param name="time">When the new frame is, see <see cref="FrameClock"/>.</param>
    /// <param name="image">Its prepared image.</param>
    IReadOnlyDictionary<int, IReadOnlyList<TrackCandidate>> Predict(ICandidateStore store, int time, ImageFrame? image);

    /// <summary>Learns from the tracks of the new frame, which the store knows by now.</summary>
    void Observe(ICandidateStore store);
}
