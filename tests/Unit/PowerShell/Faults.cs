namespace SleapNn.Tests.Module;

/// <summary>Lists of what is wrong, told whole.</summary>
internal static class Faults
{
    /// <summary>Fails with all faults, one a line.</summary>
    /// <param name="faults">What is wrong.</param>
    public static void None(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count} faults:\n{string.Join("\n", all)}");
    }
}
