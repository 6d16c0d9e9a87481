using System.Management.Automation;
using System.Management.Automation.Language;

namespace SleapNn.Tests.Module;

/// <summary>Checks that a piece of PowerShell names cmdlets and parameters of the module that exist.</summary>
internal sealed class CommandUse(IEnumerable<CmdletInfo> cmdlets)
{
    private readonly Dictionary<string, CmdletInfo> known = cmdlets.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a piece of code.</summary>
    /// <param name="code">The code.</param>
    public IEnumerable<string> Faults(string code)
    {
        var script = Parser.ParseInput(code, out _, out var errors);
        return errors.Select(e => e.Message)
            .Concat(script.FindAll(a => a is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>().SelectMany(FaultsOf));
    }

    private IEnumerable<string> FaultsOf(CommandAst command)
    {
        if (command.GetCommandName() is not { } name || !name.Contains("-Sleap", StringComparison.OrdinalIgnoreCase))
        {
            yield break;
        }

        if (!known.TryGetValue(name, out var cmdlet))
        {
            yield return $"there is no cmdlet {name}";
            yield break;
        }

        var elements = command.CommandElements;
        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i] is not CommandParameterAst given)
            {
                continue;
            }

            if (Find(command, cmdlet, given.ParameterName) is not { } parameter)
            {
                yield return $"{name} has no parameter -{given.ParameterName}";
            }
            else if ((given.Argument ?? (i + 1 < elements.Count ? elements[i + 1] as ExpressionAst : null)) is StringConstantExpressionAst value && !Takes(parameter, value.Value))
            {
                yield return $"-{given.ParameterName} of {name} takes no '{value.Value}'";
            }
        }
    }

    private ParameterMetadata? Find(CommandAst command, CmdletInfo cmdlet, string name)
    {
        // With -Tracking, a cmdlet has the parameters of the tracker as well.
        var tracks = command.CommandElements.Any(e => e is CommandParameterAst { ParameterName: "Tracking" });
        var all = tracks ? cmdlet.Parameters.Values.Concat(known["Invoke-SleapTracking"].Parameters.Values) : cmdlet.Parameters.Values;
        return all.FirstOrDefault(p => p.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase) || p.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private static bool Takes(ParameterMetadata parameter, string value)
    {
        var type = parameter.ParameterType.GetElementType() ?? Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var allowed = parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(set => set.ValidValues).ToList();
        return type.IsEnum ? Enum.TryParse(type, value, ignoreCase: true, out _) : allowed.Count == 0 || allowed.Contains(value, StringComparer.OrdinalIgnoreCase);
    }
}
