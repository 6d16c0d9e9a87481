using System.Collections;
using System.Collections.Specialized;
using SleapNn.Configuration;

namespace SleapNn.Sweeps;

/// <summary>Makes variants of a configuration; each has a run name that says what is particular to it.</summary>
public static class ConfigSweep
{
    private const int MostVariants = 100_000;
    private const int RedrawsPerVariant = 100;

    /// <summary>All combinations of values: the last path varies fastest.</summary>
    /// <param name="config">The configuration, which is not changed.</param>
    /// <param name="values">By dotted path the values to try: a list, or one value. Paths of a table without an order are taken in alphabetical order.</param>
    /// <returns>The variants, which share nothing.</returns>
    /// <exception cref="ConfigException">A path or a value is not allowed, there is nothing to vary, or there are more than 100,000 combinations.</exception>
    public static IReadOnlyList<SleapConfig> Grid(SleapConfig config, IDictionary values)
    {
        var axes = Axes(values).Select(axis => (axis.Path, Values: Choices(axis.Path, axis.Value))).ToList();
        if (axes.Aggregate(1.0, (count, axis) => count * axis.Values.Count) > MostVariants)
        {
            throw new ConfigException("SweepTooLarge", $"The grid has more than {MostVariants} combinations. Use fewer values, or random draws.");
        }

        IEnumerable<OrderedDictionary> tables = [[]];
        foreach (var (path, choices) in axes)
        {
            tables = tables.SelectMany(table => choices.Select(value => With(table, path, value)));
        }

        return Variants(config, tables);
    }

    /// <summary>One variant for each table of values.</summary>
    /// <param name="config">The configuration, which is not changed.</param>
    /// <param name="tables">The values of each variant by dotted path.</param>
    /// <returns>The variants, which share nothing.</returns>
    /// <exception cref="ConfigException">A path or a value is not allowed, or a table is empty.</exception>
    public static IReadOnlyList<SleapConfig> List(SleapConfig config, IEnumerable<IDictionary> tables) => Variants(config, tables.Select(table =>
    {
        var ordered = new OrderedDictionary();
        foreach (var (path, value) in Axes(table))
        {
            ordered[path] = value;
        }

        return ordered;
    }));

    /// <summary>Random variants, all different.</summary>
    /// <param name="config">The configuration, which is not changed.</param>
    /// <param name="distributions">By dotted path what to draw from: a text such as <c>loguniform(1e-5, 1e-2)</c>, or a list to choose from.</param>
    /// <param name="count">How many variants.</param>
    /// <param name="seed">The seed of the draws: the same seed draws the same variants everywhere.</param>
    /// <returns>The variants; fewer where there are no more different ones.</returns>
    /// <exception cref="ConfigException">A path, a distribution or a value is not allowed.</exception>
    public static IReadOnlyList<SleapConfig> Random(SleapConfig config, IDictionary distributions, int count, int seed)
    {
        var axes = Axes(distributions).Select(axis => (axis.Path, From: Distribution.Parse(axis.Path, axis.Value))).ToList();

        // SplitMix64 rather than System.Random, whose sequence may change with the version of .NET.
        var random = new SweepRandom(seed);
        var tables = new List<OrderedDictionary>();
        var seen = new HashSet<string>();
        for (var draws = 0; tables.Count < count && draws < (long)count * RedrawsPerVariant; draws++)
        {
            var table = new OrderedDictionary();
            foreach (var (path, from) in axes)
            {
                table[path] = from.Draw(random);
            }

            if (seen.Add(RunNames.Of(table)))
            {
                tables.Add(table);
            }
        }

        return Variants(config, tables);
    }

    private static List<SleapConfig> Variants(SleapConfig config, IEnumerable<OrderedDictionary> tables)
    {
        var variants = new List<SleapConfig>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var table in tables)
        {
            var variant = config.DeepCopy();
            ConfigPath.SetAll(variant, table);
            if (variant.TrainerConfig.RunName == config.TrainerConfig.RunName)
            {
                var name = RunNames.Of(table);
                variant.TrainerConfig.RunName = config.TrainerConfig.RunName is { Length: > 0 } prefix ? $"{prefix}_{name}" : name;
            }

            var given = variant.TrainerConfig.RunName!;
            for (var i = 2; !names.Add(variant.TrainerConfig.RunName!); i++)
            {
                variant.TrainerConfig.RunName = $"{given}_{i}";
            }

            variants.Add(variant);
        }

        return variants;
    }

    private static List<(string Path, object? Value)> Axes(IDictionary table)
    {
        if (table.Count == 0)
        {
            throw new ConfigException("SweepEmpty", "There is nothing to vary. Give paths and their values, such as @{ 'trainer_config.optimizer.lr' = 1e-3, 1e-4 }.");
        }

        // The same key as a YAML path and as a property is the same axis.
        var axes = table.Cast<DictionaryEntry>().Select(entry => (Path: ConfigPath.Canonical(entry.Key.ToString()!), entry.Value));
        var ordered = (table is IOrderedDictionary ? axes : axes.OrderBy(axis => axis.Path, StringComparer.Ordinal)).ToList();
        return ordered.GroupBy(axis => axis.Path).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ConfigException("SweepPathTwice", $"{twice.Key} is given twice, as YAML spells it and as a property. Give it once.", twice.Key)
            : ordered;
    }

    private static List<object?> Choices(string path, object? value)
    {
        var choices = value is IList list and not byte[] ? [.. list.Cast<object?>()] : new List<object?> { value };
        return choices.Count > 0 ? choices : throw new ConfigException("SweepEmpty", $"{path} has no values to try. Give at least one.", path);
    }

    private static OrderedDictionary With(OrderedDictionary table, string path, object? value)
    {
        var copy = new OrderedDictionary();
        foreach (DictionaryEntry entry in table)
        {
            copy[entry.Key] = entry.Value;
        }

        copy[path] = value;
        return copy;
    }
}
