using Agentic.Agents.Operations;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Agentic.Agents.CodeGen;

/// <summary>Reads the members of YAML mappings and keeps the line of everything that does not fit, so that all of it is said at once.</summary>
internal sealed class YamlMembers(string file, List<TemplateError> errors)
{
    private const int Deepest = 30;
    private const int MostEvents = 50_000;

    public void Error(int line, string message) => errors.Add(new TemplateError(file, line, message));

    /// <summary>The root mapping of the one document, or null with an error.</summary>
    public YamlMappingNode? Root(string text)
    {
        try
        {
            // Counted before it is loaded, since loading follows the nesting with the stack.
            if (!IsBounded(text))
                return null;
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return root;
            Error(1, stream.Documents.Count == 0 ? "the file is empty; a template needs name, version, description and files." : "a template is one mapping with name, version, description and files.");
        }
        catch (YamlException problem)
        {
            Error((int)problem.Start.Line, (problem.InnerException ?? problem).Message);
        }

        return null;
    }

    public void Only(YamlMappingNode map, IReadOnlyList<string> members)
    {
        foreach (var key in map.Children.Keys.Select(Key).OfType<Located>().Where(key => !members.Contains(key.Text)))
        {
            var near = Nearness.Closest(key.Text, members, 2);
            Error(key.Line, $"'{key.Text}' is not a member here{(near is null ? "" : $" (did you mean '{near}'?)")}; use {string.Join(", ", members)}.");
        }
    }

    public Located? Key(YamlNode key)
    {
        if (key is YamlScalarNode { Value: { } name })
            return new Located(name, (int)key.Start.Line);
        Error((int)key.Start.Line, "a member's name is plain text.");
        return null;
    }

    public Located? Text(YamlMappingNode map, string name) => Find(map, name) switch
    {
        null => null,
        YamlScalarNode { Value: { } text } node => new Located(text, (int)node.Start.Line),
        var other => Wrong<Located>(other, $"'{name}' is text."),
    };

    public Located? Required(YamlMappingNode map, string name, string such)
    {
        if (Find(map, name) is null)
            Error((int)map.Start.Line, $"'{name}' is missing; add it, such as {name}: {such}.");
        var text = Text(map, name);
        if (text is { Text.Length: 0 })
            Error(text.Line, $"'{name}' is empty; such as {name}: {such}.");
        return text is { Text.Length: > 0 } ? text : null;
    }

    public YamlMappingNode? Map(YamlMappingNode map, string name) => Find(map, name) switch
    {
        null => null,
        YamlMappingNode found => found,
        var other => Wrong<YamlMappingNode>(other, $"'{name}' is a mapping."),
    };

    public IReadOnlyList<YamlMappingNode> Maps(YamlMappingNode map, string name)
    {
        var items = List(map, name);
        foreach (var other in items.Where(item => item is not YamlMappingNode))
            Error((int)other.Start.Line, $"an entry of '{name}' is a mapping.");
        return [.. items.OfType<YamlMappingNode>()];
    }

    public IReadOnlyList<Located> Texts(YamlMappingNode map, string name)
    {
        var items = List(map, name);
        foreach (var other in items.Where(item => item is not YamlScalarNode))
            Error((int)other.Start.Line, $"an entry of '{name}' is text.");
        return [.. items.OfType<YamlScalarNode>().Select(item => new Located(item.Value ?? "", (int)item.Start.Line))];
    }

    private IReadOnlyList<YamlNode> List(YamlMappingNode map, string name) => Find(map, name) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Children],
        var other => Wrong<IReadOnlyList<YamlNode>>(other, $"'{name}' is a list.") ?? [],
    };

    private T? Wrong<T>(YamlNode node, string message)
        where T : class
    {
        Error((int)node.Start.Line, message);
        return null;
    }

    private static YamlNode? Find(YamlMappingNode map, string name) =>
        map.Children.FirstOrDefault(child => child.Key is YamlScalarNode key && key.Value == name).Value;

    private bool IsBounded(string text)
    {
        var parser = new Parser(new StringReader(text));
        var (depth, events) = (0, 0);
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > Deepest + 2 || ++events > MostEvents)
            {
                Error((int)parser.Current.Start.Line, "the document is too large or nested too deep.");
                return false;
            }

            if (parser.Current is AnchorAlias)
            {
                Error((int)parser.Current.Start.Line, "aliases are not taken in a template; write the value again.");
                return false;
            }
        }

        return true;
    }
}
