using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace SleapNn.Host;

/// <summary>
/// Text in and out. Output goes to the standard output; errors, warnings, verbose text and progress go to the standard
/// error, so that output can be piped. Colours are used where the stream is a terminal and NO_COLOR is not set.
/// </summary>
internal sealed class ConsoleUI : PSHostUserInterface
{
    private const string Red = "\e[31;1m";
    private const string Yellow = "\e[33;1m";
    private const string Reset = "\e[0m";

    private readonly Lock gate = new();
    private readonly bool interactive;
    private readonly bool colourOutput;
    private readonly bool colourError;
    private readonly ProgressDisplay progress;

    public ConsoleUI(bool interactive)
    {
        this.interactive = interactive;
        var colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        colourOutput = colour && !Console.IsOutputRedirected;
        colourError = colour && !Console.IsErrorRedirected;
        progress = new ProgressDisplay(Console.Error, isTerminal: !Console.IsErrorRedirected, () => RawUI.BufferSize.Width, TimeProvider.System);
    }

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawUI();

    public override bool SupportsVirtualTerminal => colourOutput;

    public override void Write(string value) => Put(Console.Out, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (!colourOutput || (int)foregroundColor < 0)
        {
            Put(Console.Out, value);
            return;
        }

        lock (gate)
        {
            progress.Hide();
            Console.ForegroundColor = foregroundColor;
            if (backgroundColor != ConsoleColor.Black && (int)backgroundColor >= 0)
            {
                Console.BackgroundColor = backgroundColor;
            }

            Console.Out.Write(value);
            Console.ResetColor();
        }
    }

    public override void WriteLine(string value) => Put(Console.Out, value + Environment.NewLine);

    public override void WriteErrorLine(string value) => PutLine(value, Red);

    public override void WriteWarningLine(string message) => PutLine("WARNING: " + message, Yellow);

    public override void WriteVerboseLine(string message) => PutLine("VERBOSE: " + message, Yellow);

    public override void WriteDebugLine(string message) => PutLine("DEBUG: " + message, Yellow);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (gate)
        {
            progress.Show(record);
        }
    }

    /// <summary>Takes the progress bar off the screen until the next progress arrives.</summary>
    public void HideProgress()
    {
        lock (gate)
        {
            progress.Hide();
        }
    }

    /// <summary>Forgets the activities of a pipeline that has ended.</summary>
    public void EndProgress()
    {
        lock (gate)
        {
            progress.Clear();
        }
    }

    /// <summary>Leaves the terminal as it was found.</summary>
    public void Finish()
    {
        EndProgress();
        Console.Out.Flush();
        Console.Error.Flush();
    }

    public override string ReadLine()
    {
        RequireInteractive("text");
        HideProgress();
        return Console.In.ReadLine() ?? "";
    }

    public override SecureString ReadLineAsSecureString()
    {
        RequireInteractive("a secret");
        HideProgress();
        var secret = new SecureString();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                Console.WriteLine();
                return secret;
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                if (secret.Length > 0)
                {
                    secret.RemoveAt(secret.Length - 1);
                }
            }
            else if (key.KeyChar != '\0')
            {
                secret.AppendChar(key.KeyChar);
            }
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RequireInteractive(string.Join(", ", descriptions.Select(d => d.Name)));
        ShowCaption(caption, message);
        var answers = new Dictionary<string, PSObject>();
        foreach (var field in descriptions)
        {
            Write($"{field.Name}: ");
            answers[field.Name] = field.ParameterTypeFullName == typeof(SecureString).FullName
                ? PSObject.AsPSObject(ReadLineAsSecureString())
                : PSObject.AsPSObject(ReadLine());
        }

        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireInteractive(string.IsNullOrEmpty(caption) ? "a choice" : caption);
        ShowCaption(caption, message);
        var keys = choices.Select((c, i) => (Key: HotKey(c), Label: c.Label.Replace("&", "", StringComparison.Ordinal), Index: i)).ToList();
        var hint = defaultChoice >= 0 ? $" (default is \"{keys[defaultChoice].Key}\")" : "";
        while (true)
        {
            Write(string.Join("  ", keys.Select(k => $"[{k.Key}] {k.Label}")) + hint + ": ");
            var answer = Console.In.ReadLine();
            if (answer is null or "")
            {
                if (defaultChoice >= 0)
                {
                    return defaultChoice;
                }

                if (answer is null)
                {
                    throw new PSInvalidOperationException("The input ended before a choice was made.");
                }
            }

            var chosen = keys.FindIndex(k => string.Equals(k.Key, answer, StringComparison.OrdinalIgnoreCase) || string.Equals(k.Label, answer, StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RequireInteractive("a credential");
        ShowCaption(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadLine();
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private static string HotKey(ChoiceDescription choice)
    {
        var at = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return at >= 0 && at + 1 < choice.Label.Length ? choice.Label.Substring(at + 1, 1).ToUpperInvariant() : choice.Label;
    }

    private void ShowCaption(string caption, string message)
    {
        foreach (var text in new[] { caption, message }.Where(t => !string.IsNullOrEmpty(t)))
        {
            WriteLine(text);
        }
    }

    private void RequireInteractive(string what)
    {
        if (!interactive)
        {
            throw new PSInvalidOperationException($"The script asks for input ({what}), but this run is not interactive. Give the value as a parameter, or -Confirm:$false to a command that asks for confirmation.");
        }
    }

    private void Put(TextWriter writer, string text)
    {
        lock (gate)
        {
            progress.Hide();
            writer.Write(colourOutput ? text : new System.Management.Automation.Internal.StringDecorated(text).ToString(OutputRendering.PlainText));
        }
    }

    private void PutLine(string text, string colour)
    {
        lock (gate)
        {
            progress.Hide();
            var plain = new System.Management.Automation.Internal.StringDecorated(text);
            if (colourError)
            {
                // A text that brings its own colours, as a formatted error does, keeps them.
                Console.Error.WriteLine(plain.IsDecorated ? text : colour + text + Reset);
            }
            else
            {
                Console.Error.WriteLine(plain.ToString(OutputRendering.PlainText));
            }
        }
    }
}
