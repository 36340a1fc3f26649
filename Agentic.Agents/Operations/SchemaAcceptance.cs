using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Operations;

/// <summary>
/// Accepts input that surely fits a schema, in one pass and without building anything. It never refuses: what it does not accept goes to the
/// full validator, which knows every keyword and says what is wrong. Right input, which is nearly all of it, is thus cheap.
/// </summary>
internal sealed class SchemaAcceptance
{
    private static readonly HashSet<string> Understood = new(StringComparer.Ordinal)
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum",
        "description", "default", "examples", "title", "writeOnly", "x-pattern-meaning", "$schema",
    };

    private readonly HashSet<JsonValueKind>? _kinds;
    private readonly bool _wholeNumber;
    private readonly Dictionary<string, SchemaAcceptance?>? _properties;
    private readonly string[] _required = [];
    private readonly bool _isClosed;
    private readonly SchemaAcceptance? _items;
    private readonly HashSet<string>? _words;
    private readonly Regex? _pattern;
    private readonly (double Low, double High) _range = (double.NegativeInfinity, double.PositiveInfinity);
    private readonly (int Low, int High) _length = (0, int.MaxValue);
    private readonly (int Low, int High) _count = (0, int.MaxValue);

    private SchemaAcceptance(JsonObject schema)
    {
        var types = schema["type"] switch
        {
            JsonArray several => several.Select(type => type!.GetValue<string>()).ToArray(),
            JsonValue one => [one.GetValue<string>()],
            _ => null,
        };
        _kinds = types?.SelectMany(KindsOf).ToHashSet();
        _wholeNumber = types is not null && types.Contains("integer") && !types.Contains("number");
        if (schema["properties"] is JsonObject properties)
            _properties = properties.ToDictionary(member => member.Key, member => member.Value is JsonObject inner ? For(inner) : member.Value is JsonValue value && value.GetValueKind() == JsonValueKind.True ? Anything : null, StringComparer.Ordinal);
        if (schema["required"] is JsonArray required)
            _required = [.. required.Select(member => member!.GetValue<string>())];
        _isClosed = schema["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False;
        _items = schema["items"] is JsonObject items ? For(items) : null;
        if (schema["enum"] is JsonArray words)
            _words = words.OfType<JsonValue>().Where(word => word.GetValueKind() == JsonValueKind.String).Select(word => word.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        if (schema["pattern"]?.GetValue<string>() is { } pattern)
            _pattern = new Regex(pattern, RegexOptions.NonBacktracking);
        _range = (schema["minimum"]?.Deserialize<double>() ?? _range.Low, schema["maximum"]?.Deserialize<double>() ?? _range.High);
        _length = (schema["minLength"]?.GetValue<int>() ?? 0, schema["maxLength"]?.GetValue<int>() ?? int.MaxValue);
        _count = (schema["minItems"]?.GetValue<int>() ?? 0, schema["maxItems"]?.GetValue<int>() ?? int.MaxValue);
    }

    private static SchemaAcceptance Anything { get; } = new([]);

    /// <summary>Null where the schema uses a keyword this does not understand: then nothing is accepted here.</summary>
    public static SchemaAcceptance? For(JsonObject schema)
    {
        if (schema.Any(keyword => !Understood.Contains(keyword.Key))
            || (schema["additionalProperties"] is JsonObject)
            || (schema["items"] is { } items && items is not JsonObject))
            return null;
        try
        {
            var acceptance = new SchemaAcceptance(schema);
            return schema["items"] is not null && acceptance._items is null ? null : acceptance;
        }
        catch (Exception unusual) when (unusual is InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            // A keyword with a value of an unusual type (a pattern that needs backtracking, a fractional length): the full validator decides.
            return null;
        }
    }

    public bool Accepts(JsonElement value)
    {
        if (_kinds is not null && !_kinds.Contains(value.ValueKind))
            return false;
        return value.ValueKind switch
        {
            JsonValueKind.Object => AcceptsObject(value),
            JsonValueKind.Array => AcceptsArray(value),
            JsonValueKind.String => AcceptsText(value.GetString()!),
            JsonValueKind.Number => _words is null && (!_wholeNumber || value.TryGetInt64(out _)) && value.TryGetDouble(out var number) && number >= _range.Low && number <= _range.High,
            _ => _words is null,
        };
    }

    private bool AcceptsObject(JsonElement value)
    {
        if (_words is not null)
            return false;
        var found = 0;
        foreach (var member in value.EnumerateObject())
        {
            if (_properties is null || !_properties.TryGetValue(member.Name, out var schema))
            {
                if (_isClosed)
                    return false;
                continue;
            }

            if (schema is null || !schema.Accepts(member.Value))
                return false;
            if (Array.IndexOf(_required, member.Name) >= 0)
                found++;
        }

        return found == _required.Length;
    }

    private bool AcceptsArray(JsonElement value)
    {
        if (_words is not null || value.GetArrayLength() < _count.Low || value.GetArrayLength() > _count.High)
            return false;
        if (_items is null)
            return true;
        foreach (var item in value.EnumerateArray())
            if (!_items.Accepts(item))
                return false;
        return true;
    }

    private bool AcceptsText(string text) =>
        text.Length >= _length.Low && text.Length <= _length.High
        && (_words is null || _words.Contains(text))
        && (_pattern is null || _pattern.IsMatch(text));

    private static IEnumerable<JsonValueKind> KindsOf(string type) => type switch
    {
        "object" => [JsonValueKind.Object],
        "array" => [JsonValueKind.Array],
        "string" => [JsonValueKind.String],
        "integer" or "number" => [JsonValueKind.Number],
        "boolean" => [JsonValueKind.True, JsonValueKind.False],
        "null" => [JsonValueKind.Null],
        _ => throw new FormatException(type),
    };
}
