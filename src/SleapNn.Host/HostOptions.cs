using System.Management.Automation.Runspaces;

namespace SleapNn.Host;

/// <summary>The command line, in the form that pwsh takes.</summary>
internal sealed record HostOptions
{
    public string? File { get; init; }

    public IReadOnlyList<CommandParameter> FileArguments { get; init; } = [];

    public string? Command { get; init; }

    public bool NonInteractive { get; init; }

    public bool NoLogo { get; init; }

    public bool NoModule { get; init; }

    public bool Help { get; init; }

    public bool Version { get; init; }

    public string? Error { get; init; }

    public static HostOptions Parse(IReadOnlyList<string> args)
    {
        var options = new HostOptions();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i].TrimStart('-').ToLowerInvariant())
            {
                case "file" or "f" when args[i][0] == '-':
                    return i + 1 < args.Count
                        ? options with { File = args[i + 1], FileArguments = [.. args.Skip(i + 2).Select(ToParameter)] }
                        : options with { Error = "-File needs the path of a script." };
                case "command" or "c" when args[i][0] == '-':
                    return i + 1 < args.Count
                        ? options with { Command = string.Join(' ', args.Skip(i + 1)) }
                        : options with { Error = "-Command needs a command." };
                case "noninteractive" when args[i][0] == '-':
                    options = options with { NonInteractive = true };
                    break;
                case "nologo" when args[i][0] == '-':
                    options = options with { NoLogo = true };
                    break;
                case "nomodule" when args[i][0] == '-':
                    options = options with { NoModule = true };
                    break;
                case "noprofile" when args[i][0] == '-':
                    // There are no profiles here; scripts written for pwsh pass it.
                    break;
                case "help" or "h" or "?" when args[i][0] == '-':
                    return options with { Help = true };
                case "version" or "v" when args[i][0] == '-':
                    return options with { Version = true };
                default:
                    if (args[i].StartsWith('-'))
                    {
                        return options with { Error = $"Unknown option '{args[i]}'. See -Help." };
                    }

                    // A script without -File, as pwsh allows.
                    return options with { File = args[i], FileArguments = [.. args.Skip(i + 1).Select(ToParameter)] };
            }
        }

        return options;
    }

    // PowerShell itself joins a name that has a dash to the argument after it.
    private static CommandParameter ToParameter(string argument)
    {
        if (argument.Length < 2 || argument[0] != '-' || !char.IsLetter(argument[1]))
        {
            return new CommandParameter(null, argument);
        }

        var colon = argument.IndexOf(':');
        if (colon < 0)
        {
            return new CommandParameter(argument);
        }

        object value = argument[(colon + 1)..] switch
        {
            "$true" => true,
            "$false" => false,
            var text => text,
        };
        return new CommandParameter(argument[1..colon], value);
    }
}
