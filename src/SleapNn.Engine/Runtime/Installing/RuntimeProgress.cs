namespace SleapNn.Runtime.Installing;

/// <summary>How far an installation is.</summary>
/// <param name="Status">What is being done, for people.</param>
/// <param name="Percent">How much of it is done, 0 to 100; -1 where that is not known.</param>
internal sealed record RuntimeProgress(string Status, int Percent);
