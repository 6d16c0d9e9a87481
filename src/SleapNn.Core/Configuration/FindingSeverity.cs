namespace SleapNn.Configuration;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing: nothing needs to be done.</summary>
    Information,

    /// <summary>Something is probably not what was meant.</summary>
    Warning,

    /// <summary>Training can not start like this.</summary>
    Error,
}
