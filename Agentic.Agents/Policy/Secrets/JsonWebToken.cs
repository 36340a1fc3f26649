using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Tells a token from text that merely has its dots: both halves must decode to JSON, and the textbook example is not a secret.</summary>
internal static class JsonWebToken
{
    private static readonly string[] Textbook = ["John Doe", "Jane Doe", "1234567890"];

    /// <summary>{"alg":, {"typ":, {"kid": and {"cty": in Base64.</summary>
    private static readonly string[] Starts = ["eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi", "eyJjdHkiOi"];

    public static bool IsReal(string token)
    {
        var parts = token.Split('.');

        if (parts.Length != 3 || !IsHeader(parts[0]))
        {
            return false;
        }

        // A payload that does not decode may be compressed or cut by a line break; only a readable one can acquit.
        return !IsTextbook(token);
    }

    /// <summary>Whoever it was made for is the person every manual makes one for.</summary>
    public static bool IsTextbook(string token)
    {
        var parts = token.Split('.');
        return parts.Length is 2 or 3 && parts[0].StartsWith("eyJ", StringComparison.Ordinal) && Json(parts[1].Replace("\\", "", StringComparison.Ordinal)) is { } payload
            && Textbook.Any(word => payload.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>A header that was cut or has a letter wrong does not decode; how it begins still tells it.</summary>
    private static bool IsHeader(string part) =>
        Json(part) is { } header ? header.Contains("\"alg\"", StringComparison.Ordinal) : Starts.Any(start => part.StartsWith(start, StringComparison.Ordinal));

    private static string? Json(string part)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part.AsSpan().TrimEnd('=')));
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? text : null;
        }
        catch (Exception broken) when (broken is FormatException or JsonException)
        {
            return null;
        }
    }
}
