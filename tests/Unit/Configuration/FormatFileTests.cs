using System.Xml.Linq;
using SleapNn.Configuration;

namespace SleapNn.Tests.Configuration;

/// <summary>How configurations look at the prompt.</summary>
public sealed class FormatFileTests
{
    // PowerShell shows objects of up to four properties in a table, and numbers in it with two decimals: a learning rate
    // of 0.001 would read 0.00, and one section would leave no room for the others.
    private const int LargestTable = 4;

    [Fact]
    public void Small_sections_have_a_view_that_shows_all_of_them()
    {
        var views = XDocument.Load(Path.Combine(TypesFileTests.RepositoryRoot(), "src", "SleapNn.PowerShell", "Formats", "Configuration.format.ps1xml"))
            .Descendants("View")
            .Where(view => view.Element("ListControl") is not null)
            .ToDictionary(view => view.Descendants("TypeName").Single().Value, view => view.Descendants("PropertyName").Select(name => name.Value).ToHashSet());
        var sections = typeof(SleapConfig).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(ConfigNode)) && !type.IsAbstract)
            .Select(type => (Type: type, Keys: ConfigSchema.Of(type).Where(key => key.ViewOf is null).ToList()))
            .Where(section => section.Keys.Count <= LargestTable && section.Keys.Any(key => IsFraction(key.Type) || key.IsSection))
            .ToList();
        Assert.Contains(sections, section => section.Type == typeof(OptimizerConfig));
        foreach (var (type, keys) in sections)
        {
            Assert.True(views.TryGetValue(type.FullName!, out var shown), $"{type.Name} has no list view in Configuration.format.ps1xml.");
            Assert.Equal(keys.Select(key => key.PropertyName).Order(), shown!.Order());
        }
    }

    private static bool IsFraction(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(double);
}
