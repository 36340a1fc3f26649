using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Agentic.Agents.Policy.Kubernetes;

/// <summary>One document of a YAML stream: a value, or the reason why there is none.</summary>
internal sealed record YamlDocument(YamlValue? Root, int Line, string? Error);

/// <summary>
/// Reads YAML within bounds. An alias is a reference to the anchored value, never a copy, so a "billion laughs" file
/// costs what its text costs; documents are read one by one, so a broken one does not hide its neighbours.
/// </summary>
internal static class YamlReader
{
    public const int MaxDepth = 100;
    public const int MaxValues = 500_000;

    private const int MaxRepairs = 20;
    private const int MaxRepairedLength = 256 * 1024;

    public static IReadOnlyList<YamlDocument> Read(string text)
    {
        var documents = new List<YamlDocument>();

        foreach (var (chunk, line) in Split(text))
        {
            documents.Add(ReadOne(chunk, line));
        }

        return documents;
    }

    /// <summary>The same value model from JSON; lines are unknown (0).</summary>
    public static YamlValue FromJson(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = YamlValue.Map(0, 0, isFlow: true);

                foreach (var property in element.EnumerateObject())
                {
                    map.Entries.Add(new(property.Name, FromJson(property.Value)));
                }

                return map;
            case JsonValueKind.Array:
                var list = YamlValue.List(0, 0, isFlow: true);

                foreach (var item in element.EnumerateArray())
                {
                    list.Items.Add(FromJson(item));
                }

                return list;
            case JsonValueKind.String:
                return YamlValue.Scalar(element.GetString() ?? "", isPlain: false, 0, 0);
            default:
                return YamlValue.Scalar(element.GetRawText(), isPlain: true, 0, 0);
        }
    }

    private static YamlDocument ReadOne(string chunk, int firstLine)
    {
        for (var repairs = 0; ; repairs++)
        {
            try
            {
                var parser = new Parser(new Scanner(new StringReader(chunk), skipComments: true));
                var builder = new Builder(parser, firstLine - 1);
                return new YamlDocument(builder.Document(), firstLine, null);
            }
            catch (YamlException broken) when (Repaired(chunk, broken, repairs) is { } repaired)
            {
                chunk = repaired;
            }
            catch (YamlException broken)
            {
                var line = firstLine - 1 + (int)Math.Max(1, broken.Start.Line);
                return new YamlDocument(null, firstLine, $"line {line}: {Sentence(broken)}");
            }
            catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or FormatException or OverflowException)
            {
                return new YamlDocument(null, firstLine, $"line {firstLine}: {broken.Message}");
            }
        }
    }

    private static string? Repaired(string chunk, YamlException broken, int repairs) =>
        repairs < MaxRepairs && chunk.Length <= MaxRepairedLength && broken.Message.Contains("wrong indentation", StringComparison.Ordinal)
            ? YamlContinuations.Indented(chunk, broken.Start.Index, broken.Start.Column)
            : null;

    private static string Sentence(YamlException broken)
    {
        var message = (broken.InnerException ?? broken).Message;
        return message.Length <= 200 ? message : message[..200];
    }

    /// <summary>A line that starts with <c>---</c> or <c>...</c> ends a document even inside a block scalar, so splitting by lines is exact.</summary>
    private static List<(string Chunk, int Line)> Split(string text)
    {
        var chunks = new List<(string, int)>();
        var startLine = 1;
        var line = 1;
        var position = text.StartsWith('\uFEFF') ? 1 : 0;
        var hasContent = false;
        var start = position;

        while (position < text.Length)
        {
            var end = text.IndexOf('\n', position);
            var next = end < 0 ? text.Length : end + 1;
            var span = text.AsSpan(position, next - position);

            if (IsMarker(span, "---"))
            {
                if (hasContent)
                {
                    chunks.Add((text[start..position], startLine));
                    (start, startLine) = (position, line);
                }

                hasContent = span[3..].Trim() is { Length: > 0 } rest && rest[0] != '#';
            }
            else if (IsMarker(span, "..."))
            {
                if (hasContent)
                {
                    chunks.Add((text[start..position], startLine));
                }

                (start, startLine) = (next, line + 1);
                hasContent = false;
            }
            else if (!hasContent && span.Trim() is { Length: > 0 } content && content[0] is not ('#' or '%'))
            {
                hasContent = true;
            }

            position = next;
            line++;
        }

        if (hasContent)
        {
            chunks.Add((text[start..], startLine));
        }

        return chunks;
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker, StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t' or '\r' or '\n');

    private sealed class Builder(IParser parser, int lineOffset)
    {
        private readonly Dictionary<AnchorName, YamlValue> _anchors = [];
        private int _values;

        public YamlValue? Document()
        {
            while (parser.MoveNext())
            {
                switch (parser.Current)
                {
                    case StreamStart or DocumentStart:
                        continue;
                    case StreamEnd or DocumentEnd:
                        return null;
                    default:
                        return Value(parser.Current!, 0);
                }
            }

            return null;
        }

        private YamlValue Value(ParsingEvent current, int depth)
        {
            if (++_values > MaxValues)
            {
                throw new YamlException($"more than {MaxValues} values in one document");
            }

            if (depth > MaxDepth)
            {
                throw new YamlException(current.Start, current.End, $"nested deeper than {MaxDepth} levels");
            }

            return current switch
            {
                Scalar scalar => Remember(scalar.Anchor, YamlValue.Scalar(scalar.Value, IsPlain(scalar), LineOf(scalar.Start), (int)scalar.Start.Column)),
                MappingStart map => Map(map, depth),
                SequenceStart list => List(list, depth),
                AnchorAlias alias => _anchors.TryGetValue(alias.Value, out var known)
                    ? known
                    : throw new YamlException(alias.Start, alias.End, $"alias *{alias.Value.Value} has no anchor before it"),
                _ => throw new YamlException(current.Start, current.End, "a value is missing"),
            };
        }

        private static bool IsPlain(Scalar scalar) =>
            scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific || scalar.Tag.Value != "tag:yaml.org,2002:str");

        private YamlValue Map(MappingStart start, int depth)
        {
            var map = YamlValue.Map(LineOf(start.Start), (int)start.Start.Column, start.Style == MappingStyle.Flow);

            for (var current = Next(); current is not MappingEnd; current = Next())
            {
                var key = Value(current, depth + 1);
                var value = Value(Next(), depth + 1);
                map.Entries.Add(new(key.Kind == YamlKind.Scalar ? key.Text : "", value));
                map.EndLine = Math.Max(map.EndLine, value.EndLine);
            }

            // Registered when complete: a value that contains itself is refused as an unknown alias.
            return Remember(start.Anchor, map);
        }

        private YamlValue List(SequenceStart start, int depth)
        {
            var list = YamlValue.List(LineOf(start.Start), (int)start.Start.Column, start.Style == SequenceStyle.Flow);

            for (var current = Next(); current is not SequenceEnd; current = Next())
            {
                var item = Value(current, depth + 1);
                list.Items.Add(item);
                list.EndLine = Math.Max(list.EndLine, item.EndLine);
            }

            return Remember(start.Anchor, list);
        }

        private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new YamlException("the document ends too early");

        private YamlValue Remember(AnchorName anchor, YamlValue value)
        {
            if (!anchor.IsEmpty)
            {
                _anchors[anchor] = value;
            }

            return value;
        }

        private int LineOf(Mark mark) => lineOffset + (int)mark.Line;
    }
}
