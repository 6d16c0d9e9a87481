using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SleapNn.Configuration;

/// <summary>A YAML value with the place where it stands.</summary>
internal abstract class YamlValue(Mark start)
{
    public long Line { get; } = start.Line;

    public long Column { get; } = start.Column;

    /// <summary>The number of values in it, repeated ones counted as often as they occur.</summary>
    public virtual int Size => 1;
}

/// <summary>A YAML scalar.</summary>
internal sealed class YamlScalar(Mark start, string text, bool plain) : YamlValue(start)
{
    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes, so that it may stand for a number, a truth value or nothing.</summary>
    public bool Plain { get; } = plain;
}

/// <summary>A YAML list.</summary>
internal sealed class YamlList(Mark start) : YamlValue(start)
{
    private int size = 1;

    public List<YamlValue> Items { get; } = [];

    public override int Size => size;

    public void Add(YamlValue value)
    {
        Items.Add(value);
        size += value.Size;
    }
}

/// <summary>A YAML mapping; its keys are texts and occur once.</summary>
internal sealed class YamlMap(Mark start) : YamlValue(start)
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private int size = 1;

    public List<(YamlScalar Key, YamlValue Value)> Entries { get; } = [];

    public override int Size => size;

    public YamlValue? this[string key] => places.TryGetValue(key, out var place) ? Entries[place].Value : null;

    public bool Contains(string key) => places.ContainsKey(key);

    public void Add(YamlScalar key, YamlValue value)
    {
        places.Add(key.Text, Entries.Count);
        Entries.Add((key, value));
        size += value.Size + 1;
    }
}

/// <summary>Reads YAML text into a tree, within bounds on its size and depth.</summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 50;
    private const int MaxValues = 200_000;

    private readonly IParser parser;
    private readonly string name;
    private readonly Dictionary<string, YamlValue> anchors = new(StringComparer.Ordinal);

    private YamlTree(IParser parser, string name)
    {
        this.parser = parser;
        this.name = name;
    }

    /// <summary>Reads the one document of a text.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="name">What the text is called in messages.</param>
    /// <exception cref="ConfigException">The text is not YAML, or not within the bounds.</exception>
    public static YamlValue? Read(string text, string name)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = new YamlTree(parser, name).Value(0);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _)
                ? root
                : throw new ConfigException("ConfigYamlInvalid", $"{name}, line {parser.Current!.Start.Line}: a second YAML document starts; a configuration is one document.", name);
        }
        catch (YamlException e)
        {
            throw new ConfigException("ConfigYamlInvalid", $"{name}, line {e.Start.Line}, column {e.Start.Column}: this is not valid YAML: {e.Message.TrimEnd('.')}.", name, e);
        }
    }

    private ConfigException Fault(Mark at, string what) =>
        new("ConfigYamlInvalid", $"{name}, line {at.Line}, column {at.Column}: {what}", name);

    private YamlValue Value(int depth)
    {
        var start = parser.Current!.Start;
        if (depth > MaxDepth)
        {
            throw Fault(start, $"sections are nested more than {MaxDepth} deep, which no configuration is.");
        }

        switch (parser.Current)
        {
            case AnchorAlias alias:
                parser.MoveNext();
                return anchors.TryGetValue(alias.Value.Value, out var target)
                    ? target
                    : throw Fault(start, $"the anchor '{alias.Value.Value}' is not defined before it is used.");
            case Scalar scalar:
                parser.MoveNext();
                var plain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
                CheckTag(scalar, isText: true);
                return Remember(scalar, new YamlScalar(start, scalar.Value, plain || IsTypedTag(scalar)));
            case SequenceStart sequence:
                CheckTag(sequence, isText: false);
                parser.MoveNext();
                var list = new YamlList(start);
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    list.Add(Value(depth + 1));
                    Bound(list, start);
                }

                return Remember(sequence, list);
            case MappingStart mapping:
                CheckTag(mapping, isText: false);
                parser.MoveNext();
                return Remember(mapping, Map(start, depth));
            default:
                throw Fault(start, "this is not a YAML value.");
        }
    }

    private YamlMap Map(Mark start, int depth)
    {
        var map = new YamlMap(start);
        var merged = new List<YamlMap>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var at = parser.Current!.Start;
            if (Value(depth + 1) is not YamlScalar key)
            {
                throw Fault(at, "a key must be a text.");
            }

            var value = Value(depth + 1);
            if (key is { Text: "<<", Plain: true })
            {
                merged.AddRange(MergedMaps(at, value));
                continue;
            }

            if (map.Contains(key.Text))
            {
                throw Fault(at, $"the key '{key.Text}' occurs twice in the same section.");
            }

            map.Add(key, value);
            Bound(map, start);
        }

        foreach (var (key, value) in merged.SelectMany(source => source.Entries).Where(entry => !map.Contains(entry.Key.Text)))
        {
            map.Add(key, value);
            Bound(map, start);
        }

        return map;
    }

    private IEnumerable<YamlMap> MergedMaps(Mark at, YamlValue value) => value switch
    {
        YamlMap map => [map],
        YamlList list when list.Items.TrueForAll(item => item is YamlMap) => list.Items.Cast<YamlMap>(),
        _ => throw Fault(at, "'<<' takes a section, or a list of sections, to take keys from."),
    };

    private YamlValue Remember(NodeEvent node, YamlValue value)
    {
        if (!node.Anchor.IsEmpty)
        {
            anchors[node.Anchor.Value] = value;
        }

        return value;
    }

    private void Bound(YamlValue value, Mark at)
    {
        if (value.Size > MaxValues)
        {
            throw Fault(at, $"there are more than {MaxValues} values, which no configuration has.");
        }
    }

    private static bool IsTypedTag(NodeEvent node) =>
        !node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value is "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null";

    private void CheckTag(NodeEvent node, bool isText)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return;
        }

        var known = isText
            ? node.Tag.Value is "tag:yaml.org,2002:str" or "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null"
            : node.Tag.Value is "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq";
        if (!known)
        {
            throw Fault(node.Start, $"the tag '{node.Tag.Value}' asks for a type that a configuration does not have.");
        }
    }
}
