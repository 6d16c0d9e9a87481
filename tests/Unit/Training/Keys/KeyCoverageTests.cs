using System.Reflection;
using SleapNn.Configuration;

namespace SleapNn.Tests.Training.Keys;

/// <summary>No key of a configuration is without a test that proves what it does.</summary>
public sealed class KeyCoverageTests
{
    private static readonly string[] Sections = ["data_config", "model_config", "trainer_config"];

    [Fact]
    public void Every_key_has_a_test()
    {
        var keys = Keys(typeof(SleapConfig), "").Where(key => Sections.Contains(key.Split('.')[0])).ToList();
        Assert.True(keys.Count > 180, $"{keys.Count} keys");
        Assert.Empty(keys.Except(KeyCoverageTable.Rows.Select(row => row.Key)));
        Assert.Empty(KeyCoverageTable.Rows.Select(row => row.Key).Except(keys));
        Assert.Empty(KeyCoverageTable.Rows.GroupBy(row => row.Key).Where(rows => rows.Count() > 1).Select(rows => rows.Key));
    }

    [Fact]
    public void Every_test_of_the_table_is_there()
    {
        var types = typeof(KeyCoverageTests).Assembly.GetTypes().ToLookup(type => type.Name);
        foreach (var (key, tests) in KeyCoverageTable.Rows)
        {
            Assert.True(tests.Length > 0, $"{key} has no test");
            foreach (var test in tests)
            {
                var (typeName, method) = test.Split('.') is [var first, var second] ? (first, second) : throw new InvalidOperationException($"{key}: '{test}' is no Type.Method");
                var found = types[typeName].SelectMany(type => type.GetMethods()).FirstOrDefault(m => m.Name == method && m.GetCustomAttribute<FactAttribute>() is not null);
                Assert.True(found is not null, $"{key}: there is no test {test}");
                RequireRow(key, test, found!);
            }
        }
    }

    // A theory over keys must have a row of this one.
    private static void RequireRow(string key, string test, MethodInfo method)
    {
        if (method.GetParameters() is [{ Name: "key" }, ..])
        {
            var rows = method.GetCustomAttributes<InlineDataAttribute>().SelectMany(row => row.GetData(method));
            Assert.True(rows.Any(row => key.Equals(row[0])), $"{test} has no row of {key}");
        }
    }

    private static IEnumerable<string> Keys(Type type, string prefix) => ConfigSchema.Of(type)
        .SelectMany(key => key.IsSection ? Keys(key.Type, $"{prefix}{key.Name}.") : [prefix + key.Name]);
}
