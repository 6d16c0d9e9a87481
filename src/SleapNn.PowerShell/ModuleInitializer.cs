using System.Management.Automation;
using SleapNn.Configuration;

namespace SleapNn.PowerShell;

/// <summary>Gives the types that people hold what they need of the module, when it is imported.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => SleapConfig.Transport = (config => ConfigFile.ToYaml(config), Read);

    private static SleapConfig? Read(object sent) =>
        sent is PSObject copy && copy.TypeNames.Contains($"Deserialized.{typeof(SleapConfig).FullName}") && copy.Properties[nameof(SleapConfig.Yaml)]?.Value is string text
            ? ConfigFile.Parse(text, "the configuration from another session")
            : null;
}
