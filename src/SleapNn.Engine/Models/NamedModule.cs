using TorchSharp;

namespace SleapNn.Models;

/// <summary>
/// A module whose parts have the names they are registered under only. TorchSharp would register its fields too, under
/// C# names that no checkpoint has.
/// </summary>
/// <remarks>
/// Parameters are read through <c>get_parameter</c>, never from a field: moving a module to a device replaces them.
/// </remarks>
internal abstract class NamedModule<TInput, TOutput> : torch.nn.Module<TInput, TOutput>
{
    protected NamedModule(string name)
        : base(name)
    {
    }

    protected override void RegisterComponents()
    {
    }
}
