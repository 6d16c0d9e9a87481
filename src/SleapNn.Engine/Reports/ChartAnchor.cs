namespace SleapNn.Reports;

/// <summary>Which part of a text is where it is put.</summary>
internal enum ChartAnchor
{
    Start,
    Middle,
    End,
}
