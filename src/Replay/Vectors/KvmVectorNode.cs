using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>A mapping of a vector file, read key by key; keys that nobody asked for are an error.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: YAML anchors and tags, which vectors do not use.
/// </remarks>
internal sealed class KvmVectorNode
{
    private readonly YamlMappingNode _node;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _where;

    public KvmVectorNode(YamlNode node, string where)
    {
        _where = where;
        _node = node as YamlMappingNode ?? throw Bad($"found {node.NodeType}, expected a mapping");
    }

    /// <summary>Keys in order of the file.</summary>
    public List<string> Keys
    {
        get
        {
            var keys = new List<string>();
            foreach (KeyValuePair<YamlNode, YamlNode> child in _node.Children)
            {
                keys.Add(((YamlScalarNode)child.Key).Value ?? "");
            }
            return keys;
        }
    }

    public bool Has(string key) => _node.Children.ContainsKey(new YamlScalarNode(key));

    public YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;
    }

    public YamlNode Get(string key) => Find(key) ?? throw Bad($"key '{key}' is missing");

    public string? Text(string key) => Find(key) is { } node ? ScalarOf(node) : null;

    public string TextOf(string key) => ScalarOf(Get(key));

    public ulong Number(string key) => ParseNumber(ScalarOf(Get(key)));

    public ulong Number(string key, ulong otherwise) => Find(key) is { } node ? ParseNumber(ScalarOf(node)) : otherwise;

    public bool Flag(string key, bool otherwise = false) => Number(key, otherwise ? 1UL : 0) != 0;

    public KvmVectorNode? Mapping(string key) => Find(key) is { } node ? new KvmVectorNode(node, $"{_where}.{key}") : null;

    public List<string>? Scalars(string key) => Find(key) is { } node ? ScalarsOf(node) : null;

    public List<ulong>? Numbers(string key)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }
        var numbers = new List<ulong>();
        foreach (string text in ScalarsOf(node))
        {
            numbers.Add(ParseNumber(text));
        }
        return numbers;
    }

    public List<KvmVectorNode> Mappings(string key)
    {
        YamlSequenceNode sequence = Get(key) as YamlSequenceNode ?? throw Bad($"'{key}' is no list");
        var nodes = new List<KvmVectorNode>();
        foreach (YamlNode child in sequence.Children)
        {
            nodes.Add(new KvmVectorNode(child, $"{_where}.{key}[{nodes.Count}]"));
        }
        return nodes;
    }

    /// <summary>Fails when the mapping holds a key that was never asked for.</summary>
    public void RejectOthers()
    {
        foreach (string key in Keys)
        {
            if (!_asked.Contains(key))
            {
                throw Bad($"unknown key '{key}'");
            }
        }
    }

    public FormatException Bad(string problem) => new($"{_where}: {problem}");

    public List<string> ScalarsOf(YamlNode node)
    {
        YamlSequenceNode sequence = node as YamlSequenceNode ?? throw Bad("found no list where one was expected");
        var texts = new List<string>();
        foreach (YamlNode child in sequence.Children)
        {
            texts.Add(ScalarOf(child));
        }
        return texts;
    }

    public string ScalarOf(YamlNode node) => (node as YamlScalarNode)?.Value ?? throw Bad($"found {node.NodeType}, expected a value");

    public ulong ParseNumber(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        string digits = hex ? text[2..] : text;
        return ulong.TryParse(digits, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Bad($"'{text}' is no number");
    }
}
