using System.Management.Automation;
using SleapNn.Automation;

namespace SleapNn.PowerShell;

/// <summary>Finds automations by name.</summary>
internal static class AutomationSelection
{
    /// <summary>The automations of some names.</summary>
    /// <param name="names">Names, with wildcards.</param>
    /// <param name="onMissing">Told of each name without a wildcard that nothing has.</param>
    public static IReadOnlyList<SleapAutomation> Of(IReadOnlyList<string> names, Action<SleapException> onMissing)
    {
        var all = AutomationStore.List();
        var found = new List<SleapAutomation>();
        foreach (var name in names)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var matches = all.Where(automation => pattern.IsMatch(automation.Name)).ToList();
            if (matches.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                onMissing(new AutomationException("AutomationNotFound", $"There is no automation '{name}'. Get-SleapAutomation lists those of this user.", name));
            }

            found.AddRange(matches.Except(found));
        }

        return found;
    }
}
