using System.Management.Automation;

namespace SleapNn.HelpBuilder;

/// <summary>What <c>Get-SleapConfigKey</c> tells of a key of the configuration.</summary>
/// <param name="Path">Its dotted path in YAML.</param>
/// <param name="Section">The path of its section; empty at the top.</param>
/// <param name="Name">The last part of the path.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Takes">What it accepts.</param>
/// <param name="Default">Its default in YAML; empty for a section that is always there.</param>
/// <param name="Since">The version of sleap-nn that brought it.</param>
/// <param name="IsSection">Whether it has keys of its own.</param>
public sealed record KeyText(string Path, string Section, string Name, string Meaning, string Takes, string Default, string Since, bool IsSection)
{
    /// <summary>Reads the cmdlet's output, whose type is that of the module.</summary>
    /// <param name="key">An object of the cmdlet.</param>
    public static KeyText Of(PSObject key)
    {
        return new(Text("Path"), Text("Section"), Text("Name"), Text("Meaning"), Text("Takes"), Text("Default"), Text("Since"), (bool)key.Properties["IsSection"].Value);

        string Text(string property) => (string)key.Properties[property].Value;
    }
}
