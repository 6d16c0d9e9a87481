namespace SleapNn;

/// <summary>Who placed an instance.</summary>
public enum InstanceKind
{
    /// <summary>A person.</summary>
    User = 0,

    /// <summary>A model.</summary>
    Predicted = 1,
}
