using TorchSharp;

namespace SleapNn.Models;

/// <summary>A named folder in the tree of modules, so that parameters get sleap-nn's names. It computes nothing.</summary>
internal sealed class ModuleGroup : torch.nn.Module
{
    private int count;

    public ModuleGroup()
        : base(nameof(ModuleGroup))
    {
    }

    /// <summary>Adds a module under a name and returns it.</summary>
    public T Add<T>(string name, T module)
        where T : torch.nn.Module
    {
        register_module(name, module);
        count++;
        return module;
    }

    /// <summary>Adds a module under the next number, as in a Python <c>ModuleList</c>, and returns it.</summary>
    public T Add<T>(T module)
        where T : torch.nn.Module =>
        Add(count.ToString(System.Globalization.CultureInfo.InvariantCulture), module);
}
