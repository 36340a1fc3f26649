using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Agentic.Agents.Policy.CloudFormation;

/// <summary>A value of a template with its line. Short forms of functions (<c>!Ref x</c>) are written out as their long forms.</summary>
internal sealed class TemplateNode
{
    private const int Deepest = 100;
    private const int Most = 300_000;

    public string? Text { get; private init; }

    public bool IsPlain { get; private init; }

    public IReadOnlyList<TemplateNode>? Items { get; private init; }

    public IReadOnlyDictionary<string, TemplateNode>? Members { get; private init; }

    public int? Line { get; private init; }

    public int? EndLine { get; private init; }

    public TemplateNode? Member(string name) => Members is not null && Members.TryGetValue(name, out var member) ? member : null;

    public static (TemplateNode? Root, string? Problem) Parse(string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("{"))
        {
            try
            {
                using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Deepest, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
                return (FromJson(document.RootElement), null);
            }
            catch (JsonException broken)
            {
                return (null, $"line {broken.LineNumber + 1}: it is not valid JSON.");
            }
        }

        try
        {
            var reader = new YamlTree(new Parser(new Scanner(new StringReader(text), skipComments: true)));
            return reader.Read() is { } root ? (root, null) : (null, "it is empty.");
        }
        catch (YamlException broken)
        {
            return (null, $"line {broken.Start.Line}: {broken.Message}");
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            return (null, broken.Message);
        }
    }

    private static TemplateNode FromJson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new TemplateNode { Members = element.EnumerateObject().GroupBy(property => property.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => FromJson(group.Last().Value), StringComparer.Ordinal) },
        JsonValueKind.Array => new TemplateNode { Items = [.. element.EnumerateArray().Select(FromJson)] },
        JsonValueKind.String => new TemplateNode { Text = element.GetString() },
        JsonValueKind.Null => new TemplateNode { Text = "", IsPlain = true },
        _ => new TemplateNode { Text = element.GetRawText(), IsPlain = true },
    };

    private sealed class YamlTree(IParser parser)
    {
        private readonly Dictionary<AnchorName, TemplateNode> anchors = [];
        private int count;

        public TemplateNode? Read()
        {
            while (parser.MoveNext())
            {
                if (parser.Current is not (StreamStart or DocumentStart))
                {
                    return parser.Current is StreamEnd or DocumentEnd ? null : Value(parser.Current!, 0);
                }
            }

            return null;
        }

        private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new YamlException("the document ends too early");

        private TemplateNode Value(ParsingEvent current, int depth)
        {
            if (++count > Most || depth > Deepest)
            {
                throw new YamlException(current.Start, current.End, "the template is too large or nests too deeply");
            }

            switch (current)
            {
                case Scalar scalar:
                    return Remember(scalar.Anchor, Tagged(scalar.Tag, new TemplateNode
                    {
                        Text = scalar.Value, IsPlain = scalar.Style == ScalarStyle.Plain, Line = (int)scalar.Start.Line, EndLine = (int)scalar.End.Line,
                    }));
                case SequenceStart list:
                    var items = new List<TemplateNode>();
                    for (current = Next(); current is not SequenceEnd; current = Next())
                    {
                        items.Add(Value(current, depth + 1));
                    }

                    return Remember(list.Anchor, Tagged(list.Tag, new TemplateNode { Items = items, Line = (int)list.Start.Line, EndLine = (int)current.Start.Line }));
                case MappingStart map:
                    var members = new Dictionary<string, TemplateNode>(StringComparer.Ordinal);
                    for (current = Next(); current is not MappingEnd; current = Next())
                    {
                        var key = Value(current, depth + 1);
                        members[key.Text ?? ""] = Value(Next(), depth + 1);
                    }

                    var last = members.Values.Select(member => member.EndLine ?? 0).DefaultIfEmpty(0).Max();
                    return Remember(map.Anchor, Tagged(map.Tag, new TemplateNode { Members = members, Line = (int)map.Start.Line, EndLine = Math.Max((int)map.Start.Line, last) }));
                case AnchorAlias alias:
                    return anchors.TryGetValue(alias.Value, out var known) ? known : throw new YamlException(alias.Start, alias.End, "an alias has no anchor before it");
                default:
                    throw new YamlException(current.Start, current.End, "a value is missing");
            }
        }

        private static TemplateNode Tagged(TagName tag, TemplateNode inner)
        {
            if (tag.IsEmpty || tag.IsNonSpecific || tag.Value is not ['!', not '!', ..])
            {
                return inner;
            }

            var name = tag.Value[1..];
            var function = name is "Ref" or "Condition" ? name : $"Fn::{name}";
            return new TemplateNode
            {
                Members = new Dictionary<string, TemplateNode>(StringComparer.Ordinal) { [function] = inner }, Line = inner.Line, EndLine = inner.EndLine,
            };
        }

        private TemplateNode Remember(AnchorName anchor, TemplateNode node)
        {
            if (!anchor.IsEmpty)
            {
                anchors[anchor] = node;
            }

            return node;
        }
    }
}
