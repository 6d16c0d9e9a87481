using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>Compares any two objects: as PowerShell does where it can, else as text.</summary>
internal static class ObjectComparer
{
    public static int Compare(object? first, object? second, bool ignoreCase = true)
    {
        try
        {
            return LanguagePrimitives.Compare(first, second, ignoreCase);
        }
        catch (ArgumentException)
        {
            return string.Compare(
                LanguagePrimitives.ConvertTo<string>(first),
                LanguagePrimitives.ConvertTo<string>(second),
                ignoreCase ? StringComparison.CurrentCultureIgnoreCase : StringComparison.CurrentCulture);
        }
    }
}
