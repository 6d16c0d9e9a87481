using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace SleapNn.PowerShell;

/// <summary>Writes the script that an automation runs.</summary>
internal static class AutomationScript
{
    // What programs see of the session in which the automation was registered, and schedulers do not pass on.
    private static readonly string[] Variables = ["PATH", "CUDA_VISIBLE_DEVICES", "SLEAPNN_CACHE", "SLEAPNN_WEIGHTS"];

    /// <summary>The script's text.</summary>
    /// <param name="name">The automation's name.</param>
    /// <param name="module">The folder of the module.</param>
    /// <param name="parameters">The parameters of <c>Watch-SleapFolder</c>.</param>
    public static string Write(string name, string module, IEnumerable<KeyValuePair<string, object>> parameters)
    {
        var text = new StringBuilder(
            $$"""
            # What the automation {{name}} does. Written by Register-SleapAutomation; may be changed by hand.
            # Exit codes: 0 all well, 1 an error that concerns all videos, 2 a video failed, 3 another watcher is at work.
            $ErrorActionPreference = 'Stop'
            $ProgressPreference = 'SilentlyContinue'
            if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }

            """);
        foreach (var variable in Variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                text.Append(CultureInfo.InvariantCulture, $"$env:{variable} = {Literal(value)}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"if (-not (Get-Module SleapNn)) {{ Import-Module {Literal(module)} }}\n\n$watch = @{{\n");
        foreach (var (key, value) in parameters)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {key} = {Literal(value)}\n");
        }

        text.Append(
            """
            }
            try {
                $summary = Watch-SleapFolder @watch -Once
            }
            catch {
                if ($_.FullyQualifiedErrorId -like 'WatcherBusy,*') {
                    Write-Warning $_.Exception.Message
                    exit 3
                }
                throw
            }
            $summary
            exit $summary.ExitCode

            """);
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>A value as PowerShell reads it.</summary>
    /// <param name="value">Text, a number, a truth value, a time, a name of an enumeration, or a list of these.</param>
    internal static string Literal(object value) => value switch
    {
        PSObject wrapped => Literal(wrapped.BaseObject),
        string text => $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'",
        SwitchParameter given => given ? "$true" : "$false",
        bool given => given ? "$true" : "$false",
        TimeSpan time => $"'{time.ToString("c", CultureInfo.InvariantCulture)}'",
        Enum named => $"'{named}'",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IEnumerable items => $"@({string.Join(", ", items.Cast<object>().Select(Literal))})",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A {value.GetType()} cannot be written into a script."),
    };
}
