namespace SleapNn;

/// <summary>Why a run ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs were run.</summary>
    MaxEpochs,

    /// <summary>The validation loss had stopped improving.</summary>
    EarlyStopping,

    /// <summary>The user stopped it. The last state is in <c>last.ckpt</c>.</summary>
    Stopped,

    /// <summary>Others of its sweep were better. The last state is in <c>last.ckpt</c>, so that it can be resumed all the same.</summary>
    Pruned,
}
