using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Agentic.Agents.Policy.Resources;

/// <summary>JSON inside an attribute (policies, container definitions): known, or with holes where a part is unknown.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 64 };

    public static CloudValue Write(CloudValue value)
    {
        if (value.IsUnknown)
        {
            return CloudValue.UnknownFrom(value.Origins);
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            Write(writer, value, 0);
        }

        var text = Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length).Replace("\\uE000", "\uE000", StringComparison.Ordinal);
        var result = value.IsWhollyKnown ? CloudValue.Of(text) : CloudValue.Partial(text);
        return result.WithOrigins(Origins(value, 0));
    }

    private static IReadOnlyList<string> Origins(CloudValue value, int depth)
    {
        if (depth > 20)
        {
            return [];
        }

        return [.. value.Origins
            .Concat(value.Items.SelectMany(item => Origins(item, depth + 1)))
            .Concat(value.Members.Values.SelectMany(member => Origins(member, depth + 1)))
            .Distinct(StringComparer.Ordinal).Take(64)];
    }

    private static void Write(Utf8JsonWriter writer, CloudValue value, int depth)
    {
        switch (depth > 60 ? CloudValueKind.Unknown : value.Kind)
        {
            case CloudValueKind.Null:
                writer.WriteNullValue();
                break;
            case CloudValueKind.Bool:
                writer.WriteBooleanValue(value.Number != 0);
                break;
            case CloudValueKind.Number when double.IsFinite(value.Number):
                writer.WriteRawValue(CloudValue.Render(value.Number));
                break;
            case CloudValueKind.Text:
                writer.WriteStringValue(value.Text);
                break;
            case CloudValueKind.List:
                writer.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Write(writer, item, depth + 1);
                }

                if (value.IsOpen)
                {
                    writer.WriteStringValue(CloudValue.Hole.ToString());
                }

                writer.WriteEndArray();
                break;
            case CloudValueKind.Map:
                writer.WriteStartObject();
                foreach (var (name, member) in value.Members.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, member, depth + 1);
                }

                if (value.IsOpen)
                {
                    writer.WriteString(CloudValue.Hole.ToString(), CloudValue.Hole.ToString());
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteStringValue(value.PartialText ?? CloudValue.Hole.ToString());
                break;
        }
    }

    /// <summary>Reads JSON text; a string with a hole in it comes back as unknown. Null where it is not JSON.</summary>
    public static CloudValue? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Contains(CloudValue.Hole, StringComparison.Ordinal) ? QuoteBareHoles(text) : text, Lenient);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A hole that stands for a number or an object has no quotes around it; it gets them, so that the rest can be read.</summary>
    private static string QuoteBareHoles(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && inString && i + 1 < text.Length)
            {
                result.Append(c).Append(text[++i]);
                continue;
            }

            inString ^= c == '"';
            result.Append(c == CloudValue.Hole && !inString ? $"\"{c}\"" : c.ToString());
        }

        return result.ToString();
    }

    public static CloudValue Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.True:
                return CloudValue.True;
            case JsonValueKind.False:
                return CloudValue.False;
            case JsonValueKind.Number:
                return element.TryGetDouble(out var number) ? CloudValue.Of(number) : CloudValue.Unknown;
            case JsonValueKind.String:
                return FromText(element.GetString()!);
            case JsonValueKind.Array:
                var items = new List<CloudValue>(element.GetArrayLength());
                foreach (var item in element.EnumerateArray())
                {
                    items.Add(Read(item));
                }

                return CloudValue.Of(items);
            case JsonValueKind.Object:
                var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
                var open = false;
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Name.Length == 1 && property.Name[0] == CloudValue.Hole)
                    {
                        open = true;
                    }
                    else
                    {
                        members[property.Name] = Read(property.Value);
                    }
                }

                return CloudValue.Of(members, open);
            default:
                return CloudValue.Null;
        }
    }

    private static CloudValue FromText(string text) => text.Contains(CloudValue.Hole, StringComparison.Ordinal) ? CloudValue.Partial(text) : CloudValue.Of(text);
}
