using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Agentic.Agents.Operations;

namespace Agentic.Host.Http;

/// <summary>Reads JSON that came from outside: no duplicate names, bounded depth, valid UTF-8, and a position in every complaint.</summary>
internal static class StrictJson
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static Outcome<JsonElement> Read(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        if (FirstInvalidByte(json.Span) is { } offset)
            return Refusal.Malformed($"The body is not valid UTF-8: the byte at offset {offset} does not belong to any character. Send UTF-8.");
        if (Complaint(json.Span) is { } complaint)
            return complaint;
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth });
        return document.RootElement.Clone();
    }

    private static Refusal? Complaint(ReadOnlySpan<byte> json)
    {
        // One level above the limit, so that too deep is told apart from malformed.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = AgenticJson.MaxDepth + 1 });
        var names = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= AgenticJson.MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return TooDeep();
                if (Complaint(ref reader, names) is { } problem)
                    return Refusal.Malformed($"The body cannot be accepted: {problem} ({Position(json, (int)reader.TokenStartIndex)}).");
            }
        }
        catch (JsonException malformed) when (reader.CurrentDepth >= AgenticJson.MaxDepth)
        {
            _ = malformed;
            return TooDeep();
        }
        catch (JsonException malformed)
        {
            var line = (malformed.LineNumber ?? 0) + 1;
            var column = (malformed.BytePositionInLine ?? 0) + 1;
            return Refusal.Malformed($"The body is not valid JSON: {Words(malformed.Message)} (line {line}, column {column}).");
        }

        return null;
    }

    private static string? Complaint(ref Utf8JsonReader reader, Stack<HashSet<string>> names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                names.Push(new HashSet<string>(StringComparer.Ordinal));
                return null;
            case JsonTokenType.EndObject:
                names.Pop();
                return null;
            case JsonTokenType.PropertyName:
                return Text(ref reader) is not { } name ? LoneSurrogate : names.Peek().Add(name) ? null : $"the member '{Shorten(name)}' stands twice in one object; send it once";
            case JsonTokenType.String when reader.ValueIsEscaped:
                return Text(ref reader) is null ? LoneSurrogate : null;
            case JsonTokenType.Number when !reader.TryGetDouble(out var number) || !double.IsFinite(number):
                return "a number is larger than a double can hold";
            default:
                return null;
        }
    }

    private const string LoneSurrogate = "a string holds half of a surrogate pair, which is no character";

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static Refusal TooDeep() =>
        Refusal.Malformed($"The body is nested deeper than {AgenticJson.MaxDepth} levels. Send a flatter document.");

    private static int? FirstInvalidByte(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
            return null;
        var offset = 0;
        while (Rune.DecodeFromUtf8(text[offset..], out _, out var length) == System.Buffers.OperationStatus.Done)
            offset += length;
        return offset;
    }

    private static string Position(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..offset];
        return $"line {before.Count((byte)'\n') + 1}, column {offset - before.LastIndexOf((byte)'\n')}";
    }

    // The reader's own sentence ends with a position counted from zero, which ours replaces.
    private static string Words(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.', ' ');
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
