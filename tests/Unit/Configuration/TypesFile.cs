using System.Text;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>Writes the types file that gives configuration objects their YAML names at the prompt.</summary>
internal static class TypesFile
{
    /// <summary>The text of the file, from the configuration's types.</summary>
    public static string Generate()
    {
        var text = new StringBuilder();
        text.Append("""
            <?xml version="1.0" encoding="utf-8"?>
            <!-- Generated from the configuration's types; run the tests with SLEAPNN_UPDATE=1 to write it again.
                 Each key has its YAML name as an alias. Numbers and truth values are set through SetValue, since PowerShell
                 itself would round 2.7 to a whole number and take the text 'no' for true. Other sessions get a configuration as
                 YAML, of which they make a configuration again. -->
            <Types>

            """);
        foreach (var type in ConfigSchema.AllTypes())
        {
            text.Append($"  <Type>\n    <Name>{type.FullName}</Name>\n    <Members>\n");
            foreach (var key in ConfigSchema.Of(type))
            {
                Append(text, key);
            }

            text.Append("      <MemberSet>\n        <Name>PSStandardMembers</Name>\n        <Members>\n");
            if (type == typeof(SleapConfig))
            {
                text.Append("          <NoteProperty>\n            <Name>SerializationMethod</Name>\n            <Value>SpecificProperties</Value>\n          </NoteProperty>\n          <PropertySet>\n            <Name>PropertySerializationSet</Name>\n            <ReferencedProperties>\n              <Name>Yaml</Name>\n            </ReferencedProperties>\n          </PropertySet>\n");
            }

            text.Append("          <PropertySet>\n            <Name>DefaultDisplayPropertySet</Name>\n            <ReferencedProperties>\n");
            foreach (var key in ConfigSchema.Of(type).Where(key => key.ViewOf is null))
            {
                text.Append($"              <Name>{key.PropertyName}</Name>\n");
            }

            text.Append("            </ReferencedProperties>\n          </PropertySet>\n        </Members>\n      </MemberSet>\n    </Members>\n  </Type>\n");
        }

        return text.Append("</Types>\n").ToString();
    }

    /// <summary>The text of the file that lets the keys of a table of values be completed.</summary>
    public static string GenerateTable()
    {
        var text = new StringBuilder();
        text.Append("""
            <?xml version="1.0" encoding="utf-8"?>
            <!-- Generated from the configuration's types; run the tests with SLEAPNN_UPDATE=1 to write it again.
                 PowerShell completes the keys of a hashtable from the members of the parameter's type, and shows their values
                 beside them. -->
            <Types>
              <Type>
                <Name>SleapNn.PowerShell.ConfigTable</Name>
                <Members>

            """);
        foreach (var key in ConfigReference.Keys)
        {
            var meaning = System.Security.SecurityElement.Escape($"{key.Meaning} Takes {key.Takes}." + (key.Default.Length > 0 ? $" Default: {key.Default}." : ""));
            foreach (var path in new[] { key.Path, key.PropertyPath }.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                text.Append($"      <NoteProperty><Name>{path}</Name><Value>{meaning}</Value></NoteProperty>\n");
            }
        }

        return text.Append("    </Members>\n  </Type>\n</Types>\n").ToString();
    }

    private static void Append(StringBuilder text, ConfigKey key)
    {
        if (key.Type == typeof(bool) || key.Type == typeof(int) || key.Type == typeof(double))
        {
            text.Append($"      <ScriptProperty>\n        <Name>{key.PropertyName}</Name>\n        <GetScriptBlock>$this.GetValue('{key.Name}')</GetScriptBlock>\n        <SetScriptBlock>try {{ $this.SetValue('{key.Name}', $args[0]) }} catch {{ throw $_.Exception.InnerException }}</SetScriptBlock>\n      </ScriptProperty>\n");
        }

        if (!string.Equals(key.Name, key.PropertyName, StringComparison.OrdinalIgnoreCase))
        {
            text.Append($"      <AliasProperty>\n        <Name>{key.Name}</Name>\n        <ReferencedMemberName>{key.PropertyName}</ReferencedMemberName>\n      </AliasProperty>\n");
        }
    }
}
