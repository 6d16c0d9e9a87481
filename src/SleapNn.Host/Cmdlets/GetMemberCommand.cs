using System.Management.Automation;

namespace SleapNn.Host.Cmdlets;

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MemberType">What it is.</param>
/// <param name="Definition">How it is declared.</param>
/// <param name="TypeName">The object's type.</param>
public sealed record ObjectMember(string Name, PSMemberTypes MemberType, string Definition, string TypeName);

/// <summary>Lists the properties and methods of objects, once a type.</summary>
[Cmdlet(VerbsCommon.Get, "Member")]
public sealed class GetMemberCommand : PSCmdlet
{
    private readonly HashSet<string> seen = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Names, with wildcards.</summary>
    [Parameter(Position = 0)]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The kinds of members.</summary>
    [Parameter]
    public PSMemberTypes MemberType { get; set; } = PSMemberTypes.All;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null || !seen.Add(InputObject.TypeNames[0]))
        {
            return;
        }

        var patterns = Name.Select(n => WildcardPattern.Get(n, WildcardOptions.IgnoreCase)).ToList();
        WriteObject(
            InputObject.Members
                .Where(m => (m.MemberType & MemberType) != 0 && patterns.Any(p => p.IsMatch(m.Name)))
                .Where(m => !m.Name.StartsWith("get_", StringComparison.Ordinal) && !m.Name.StartsWith("set_", StringComparison.Ordinal))
                .OrderBy(m => m.MemberType).ThenBy(m => m.Name, StringComparer.Ordinal)
                .Select(m => new ObjectMember(m.Name, m.MemberType, m.ToString() ?? "", InputObject.TypeNames[0])),
            enumerateCollection: true);
    }
}
