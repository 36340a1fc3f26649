namespace Agentic.Agents.Policy.Secrets;

/// <summary>The credential behind the scheme of an Authorization header: <c>Bearer …</c>, <c>Basic …</c>, <c>SSWS …</c>.</summary>
internal static class AuthorizationHeader
{
    private const int LongestScheme = 12;
    private const int LongestCredential = 300;

    /// <summary>The assignment without its scheme; null where it has none, or where its Basic credentials hold a stand-in.</summary>
    public static Assignment? Credential(string text, Assignment header)
    {
        var at = header.ValueStart;

        while (at < text.Length && at - header.ValueStart <= LongestScheme && (char.IsAsciiLetter(text[at]) || text[at] == '-'))
        {
            at++;
        }

        if (at == header.ValueStart || at + 1 >= text.Length || text[at] != ' ')
        {
            return null;
        }

        var start = at + 1;
        var end = start;

        while (end < text.Length && end - start < LongestCredential && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or '`' or '\\' or ',' or ';' or '<'))
        {
            end++;
        }

        // What follows in a quoted value is prose or an expression, not a credential.
        return end == start || (header.Quote != '\0' && end != header.ValueEnd) || IsEncodedPlaceholder(text[start..end]) ? null : header with { ValueStart = start, ValueEnd = end };
    }

    /// <summary>Basic credentials are Base64 of user:password, and the password may be a placeholder.</summary>
    public static bool IsEncodedPlaceholder(string secret)
    {
        var bytes = new byte[secret.Length];

        if (!Convert.TryFromBase64String(secret, bytes, out var written))
        {
            return false;
        }

        var decoded = System.Text.Encoding.Latin1.GetString(bytes, 0, written);
        var colon = decoded.IndexOf(':');
        return colon > 0 && decoded.All(c => c is >= ' ' and <= '~') && !CurlCommands.IsPassword(decoded[(colon + 1)..]);
    }
}
