using System.Management.Automation;

namespace SleapNn.PowerShell;

/// <summary>Turns exceptions into error records.</summary>
internal static class ErrorRecords
{
    /// <summary>
    /// Makes an error record: a <see cref="SleapException"/> keeps its id and target and gets a category by its type;
    /// errors of the file system get theirs; anything else is marked as unexpected.
    /// </summary>
    public static ErrorRecord From(Exception exception, object? target)
    {
        var error = exception is AggregateException { InnerExceptions.Count: 1 } aggregate ? aggregate.InnerExceptions[0] : exception;
        return error is SleapException known
            ? new ErrorRecord(known, known.ErrorId, CategoryOf(known), known.Target ?? target)
            : new ErrorRecord(error, IdOf(error), CategoryOf(error), target);
    }

    private static ErrorCategory CategoryOf(SleapException error)
    {
        if (error.ErrorId.EndsWith("NotFound", StringComparison.Ordinal) || error.InnerException is FileNotFoundException or DirectoryNotFoundException)
        {
            return ErrorCategory.ObjectNotFound;
        }

        if (error.ErrorId.EndsWith("Unreachable", StringComparison.Ordinal))
        {
            return ErrorCategory.ConnectionError;
        }

        if (error.InnerException is UnauthorizedAccessException)
        {
            return ErrorCategory.PermissionDenied;
        }

        return error switch
        {
            ConfigException => ErrorCategory.InvalidArgument,
            LabelsException or ModelException => ErrorCategory.InvalidData,
            MediaException => ErrorCategory.ReadError,
            TrainingException or PredictionException or AutomationException => ErrorCategory.InvalidOperation,
            RuntimeException => ErrorCategory.ResourceUnavailable,
            _ => ErrorCategory.InvalidArgument,
        };
    }

    private static ErrorCategory CategoryOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => ErrorCategory.ObjectNotFound,
        UnauthorizedAccessException => ErrorCategory.PermissionDenied,
        IOException => ErrorCategory.ResourceUnavailable,
        ArgumentException => ErrorCategory.InvalidArgument,
        NotSupportedException => ErrorCategory.NotImplemented,
        OutOfMemoryException => ErrorCategory.ResourceUnavailable,
        OperationCanceledException => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };

    private static string IdOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "PathNotFound",
        UnauthorizedAccessException => "AccessDenied",
        IOException => "FileSystemError",
        OutOfMemoryException => "OutOfMemory",
        _ => "Unexpected" + error.GetType().Name,
    };
}
