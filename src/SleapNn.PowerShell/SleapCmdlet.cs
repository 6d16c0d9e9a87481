using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>
/// The base of every cmdlet: turns exceptions into error records with stable ids, turns Ctrl-C into a
/// <see cref="CancellationToken"/>, resolves PowerShell paths, and lets long work run on a thread of its own while this
/// one writes its progress. Cmdlets override <see cref="Begin"/>, <see cref="Process"/> and <see cref="End"/>.
/// </summary>
public abstract class SleapCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Cancelled when the user presses Ctrl-C or the pipeline stops for another reason.</summary>
    protected CancellationToken CancellationToken => stopping.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs once, before the first input object. A <see cref="SleapException"/> here ends the pipeline.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>
    /// Runs for each input object. A <see cref="SleapException"/> becomes a non-terminating error; the pipeline goes on
    /// with the next object.
    /// </summary>
    protected virtual void Process()
    {
    }

    /// <summary>Runs once, after the last input object. A <see cref="SleapException"/> becomes a non-terminating error.</summary>
    protected virtual void End()
    {
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin, terminating: true);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process, terminating: false);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(End, terminating: false);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => stopping.Cancel();

    /// <summary>Writes an error of this module as a non-terminating error record.</summary>
    /// <param name="error">The error.</param>
    protected void WriteError(SleapException error) => WriteError(ErrorRecords.From(error, target: null));

    /// <summary>Writes a file to the pipeline as <c>Get-Item</c> does: with its owner and mode, which the table of files shows.</summary>
    /// <param name="path">The full file system path of a file that is there.</param>
    protected void WriteFile(string path) =>
        WriteObject(InvokeProvider.Item.Get([$@"Microsoft.PowerShell.Core\FileSystem::{path}"], force: true, literalPath: true), enumerateCollection: true);

    /// <summary>
    /// Resolves the paths of a <c>-Path</c> or <c>-LiteralPath</c> parameter to full file system paths. A path that is
    /// not there becomes a non-terminating error (PathNotFound) and the others go on.
    /// </summary>
    /// <param name="paths">PowerShell paths: relative to the current location, with any drive.</param>
    /// <param name="literal">True takes the paths as they are; false expands wildcards.</param>
    /// <returns>Existing files and folders; what a wildcard matches is in ordinal order.</returns>
    protected IReadOnlyList<string> ResolvePaths(IEnumerable<string> paths, bool literal = false)
    {
        var resolved = new List<string>();
        foreach (var path in paths)
        {
            try
            {
                resolved.AddRange(PathResolver.Existing(SessionState, path, literal));
            }
            catch (SleapException e)
            {
                WriteError(e);
            }
        }

        return resolved;
    }

    /// <summary>
    /// Resolves a path that must name exactly one existing file or folder. A name that exists as it is wins over its
    /// meaning as a wildcard.
    /// </summary>
    /// <param name="path">A PowerShell path.</param>
    /// <param name="literal">True takes the path as it is; false also expands wildcards.</param>
    /// <returns>The full file system path.</returns>
    /// <exception cref="SleapException">Nothing is there (PathNotFound), or more than one thing (PathAmbiguous).</exception>
    protected string ResolveExistingPath(string path, bool literal = false) =>
        PathResolver.Single(SessionState, path, literal);

    /// <summary>Resolves a path to write to, which need not exist, to a full file system path. Wildcards are taken as they are.</summary>
    /// <param name="path">A PowerShell path: relative to the current location, with any drive.</param>
    /// <returns>The full file system path.</returns>
    /// <exception cref="SleapException">The path does not belong to the file system (PathNotFileSystem).</exception>
    protected string ResolveOutputPath(string path) => PathResolver.Unresolved(SessionState, path);

    /// <summary>
    /// Runs work on a thread of its own while this thread, the only one that may write to the pipeline, carries out
    /// what the work posts through the <see cref="PipelinePump"/>. Returns when the work has ended. After Ctrl-C the
    /// work has <see cref="PipelinePump.StopGrace"/> to end by itself, then the pipeline stops without it.
    /// </summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="work">The work. It must watch the token.</param>
    /// <returns>The work's result.</returns>
    protected T RunPumped<T>(Func<PipelinePump, CancellationToken, T> work) => RunPumped(work, PipelinePump.StopGrace);

    /// <summary>As the other form, for work that must not be left behind while it saves.</summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="work">The work. It must watch the token.</param>
    /// <param name="stopGrace">How long it may take to end after Ctrl-C.</param>
    /// <returns>The work's result.</returns>
    protected T RunPumped<T>(Func<PipelinePump, CancellationToken, T> work, TimeSpan stopGrace) =>
        PipelinePump.Run(this, CancellationToken, work, stopGrace);

    /// <summary>
    /// Runs work on a thread of its own; each report of its progress is handled on this thread, where it may call
    /// <c>WriteProgress</c>, <c>WriteVerbose</c> or <c>WriteObject</c>.
    /// </summary>
    /// <typeparam name="TProgress">What the work reports.</typeparam>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="work">The work. It must watch the token.</param>
    /// <param name="onProgress">Handles a report, on the pipeline's thread.</param>
    /// <returns>The work's result.</returns>
    protected T RunPumped<TProgress, T>(Func<IProgress<TProgress>, CancellationToken, T> work, Action<TProgress> onProgress) =>
        RunPumped((pump, token) => work(pump.ProgressOf(onProgress), token));

    private void Guard(Action step, bool terminating)
    {
        ErrorRecord record;
        try
        {
            step();
            return;
        }
        catch (System.Management.Automation.RuntimeException)
        {
            throw;
        }
        catch (FlowControlException)
        {
            // A break, continue or exit of a script block further down the pipeline, or Select-Object -First.
            throw;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e)
        {
            record = ErrorRecords.From(e, target: null);
        }

        if (terminating)
        {
            ThrowTerminatingError(record);
        }

        WriteError(record);
    }
}
