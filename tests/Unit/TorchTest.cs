using SleapNn.Runtime;
using TorchSharp;

namespace SleapNn.Tests;

/// <summary>The base of tests that use tensors: loads the native libraries and disposes of every tensor of the test.</summary>
public abstract class TorchTest : IDisposable
{
    private readonly DisposeScope scope;

    protected TorchTest()
    {
        NativeLibraries.EnsureLoaded();

        // Several threads on cores that run other tests are slower than one.
        torch.set_num_threads(1);
        scope = torch.NewDisposeScope();
    }

    public virtual void Dispose()
    {
        scope.Dispose();
        GC.SuppressFinalize(this);
    }
}
