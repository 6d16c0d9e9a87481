using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell.Commands;

/// <summary>Tells what the keys of a configuration mean.</summary>
[Cmdlet(VerbsCommon.Get, "SleapConfigKey")]
[OutputType(typeof(ConfigKeyInfo))]
public sealed class GetSleapConfigKey : SleapCmdlet
{
    /// <summary>Dotted paths, or the ends of such; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ConfigPathCompleter))]
    public string[] Path { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void Process()
    {
        foreach (var path in Path)
        {
            try
            {
                WriteObject(Find(path.TrimEnd('.')), enumerateCollection: true);
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }
    }

    private static IReadOnlyList<ConfigKeyInfo> Find(string path)
    {
        if (ConfigReference.Find(path) is { } exact)
        {
            return [.. ConfigReference.Under(exact.Path)];
        }

        var pattern = WildcardPattern.Get(path, WildcardOptions.IgnoreCase);
        var ending = WildcardPattern.Get("*." + path, WildcardOptions.IgnoreCase);
        var found = ConfigReference.Keys
            .Where(key => pattern.IsMatch(key.Path) || ending.IsMatch(key.Path) || pattern.IsMatch(key.PropertyPath) || ending.IsMatch(key.PropertyPath))
            .ToList();
        return found.Count > 0 || WildcardPattern.ContainsWildcardCharacters(path) ? found : throw ConfigPath.Unknown(path);
    }
}
