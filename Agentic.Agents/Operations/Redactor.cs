using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Operations;

/// <summary>
/// Takes secrets out of everything that is kept or shown: logs, journal, audit, answers, prompts. By the name of the member that holds
/// them, and by their shape wherever they stand. A reference to a secret (<c>${DB_PASSWORD}</c>, <c>os.environ["TOKEN"]</c>) is no secret and stays.
/// </summary>
internal sealed partial class Redactor
{
    public const string Mark = "[redacted]";

    private const int ShortestText = 8;

    /// <summary>A copy with secrets replaced; never the same node.</summary>
    public JsonNode? Redact(JsonNode? node, IReadOnlyList<string>? secretMembers = null) => node switch
    {
        null => null,
        JsonObject members => Members(members, secretMembers),
        JsonArray items => new JsonArray([.. items.Select(item => Redact(item, secretMembers))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Redact(text)),
        _ => node.DeepClone(),
    };

    public string Redact(string text)
    {
        if (text.Length < ShortestText)
            return text;
        text = PrivateKeys(text);
        text = KnownToken().Replace(text, Mark);
        text = UserInfo().Replace(text, match => $"{match.Groups["before"].Value}{Mark}@");
        text = Authorization().Replace(text, match => $"{match.Groups["before"].Value}{Mark}");
        return Assignments(text);
    }

    public bool ContainsSecret(string text) => Redact(text) != text;

    /// <summary>True where a member of this name holds a credential, whatever its value looks like.</summary>
    public bool IsSecret(string name) => SecretName().IsMatch(name);

    // A name can be a secret too: a client may use a token as the key of a map.
    private JsonObject Members(JsonObject members, IReadOnlyList<string>? secretMembers)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in members)
        {
            var shown = Redact(name);
            for (var other = 2; clean.ContainsKey(shown); other++)
                shown = $"{Mark} {other}";
            clean[shown] = IsSecretName(name, secretMembers) ? Hide(value, secretMembers) : Redact(value, secretMembers);
        }

        return clean;
    }

    private static bool IsSecretName(string name, IReadOnlyList<string>? declared) =>
        declared?.Contains(name, StringComparer.Ordinal) == true || SecretName().IsMatch(name);

    private JsonNode? Hide(JsonNode? value, IReadOnlyList<string>? secretMembers) => value switch
    {
        JsonArray items => new JsonArray([.. items.Select(item => Hide(item, secretMembers))]),
        JsonValue text when text.TryGetValue<string>(out var secret) => JsonValue.Create(secret.Length == 0 || SecretValue.IsReference(secret) ? secret : Mark),
        JsonValue other when other.TryGetValue<double>(out _) => JsonValue.Create(Mark),
        _ => Redact(value, secretMembers),
    };

    // By hand, since the end of a key belongs to its beginning and the text between may hold anything.
    private static string PrivateKeys(string text)
    {
        const string Begin = "-----BEGIN ";
        var start = text.IndexOf(Begin, StringComparison.Ordinal);
        if (start < 0)
            return text;
        var clean = new StringBuilder(text.Length);
        var kept = 0;
        for (; start >= 0; start = text.IndexOf(Begin, Math.Max(kept, start + Begin.Length), StringComparison.Ordinal))
        {
            var label = text.AsSpan(start + Begin.Length, Math.Min(40, text.Length - start - Begin.Length));
            var labelEnd = label.IndexOf("-----", StringComparison.Ordinal);
            if (labelEnd < 0 || !label[..labelEnd].Contains("PRIVATE KEY", StringComparison.Ordinal))
                continue;
            var closing = $"-----END {label[..labelEnd]}-----";
            var end = text.IndexOf(closing, start, StringComparison.Ordinal);
            clean.Append(text, kept, start - kept).Append(Mark);
            kept = end < 0 ? text.Length : end + closing.Length;
        }

        return clean.Append(text, kept, text.Length - kept).ToString();
    }

    private static string Assignments(string text)
    {
        StringBuilder? clean = null;
        var kept = 0;
        for (var match = Assignment().Match(text); match.Success; match = match.NextMatch())
        {
            var start = match.Index + match.Length;
            if (start < kept || SecretValue.Find(text, start, isTight: match.ValueSpan.EndsWith("=")) is not { } value)
                continue;
            clean ??= new StringBuilder(text.Length);
            clean.Append(text, kept, value.Start - kept).Append(Mark);
            kept = value.Start + value.Length;
        }

        return clean is null ? text : clean.Append(text, kept, text.Length - kept).ToString();
    }

    [GeneratedRegex("^(.*[_.-])?(password|passwd|passphrase|pwd|secret|token|api_?key|access_?key|private_?key|signing_?key|client_?secret|credentials?|authorization|connection_?string|cookie|set-cookie)$|^.*(password|passphrase|secret|token|apikey|accesskey|privatekey|signingkey|connectionstring)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bgl(pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_.-]{18,}|\bx(ox[abeprs]|app)-[A-Za-z0-9-]{10,}|\bhooks\.slack\.com/services/[A-Za-z0-9/_-]{10,}|\bsk-(ant-|proj-)?[A-Za-z0-9_-]{20,}|\b[sr]k_(live|test)_[A-Za-z0-9]{16,}|\bagk_[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{40,}|\bdop_v1_[a-f0-9]{40,}|\bhv[sb]\.[A-Za-z0-9_-]{20,}|\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bATATT[A-Za-z0-9_=-]{30,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex KnownToken();

    // Up to the last @ before the path, since a password may hold one.
    [GeneratedRegex(@"(?<before>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@""'<>$\{]*:)[^\s/""'<>$\{\[]+@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<before>\bauthorization[""']?\s*[:=]\s*[""']?(bearer|basic|token|digest|negotiate)\s+|\bbearer\s+|\b(cookie|set-cookie)[""']?\s*:\s*[""']?)(?<value>[A-Za-z0-9._~+/=;%-]{8,})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    // A name that ends in a word for a secret, and what joins it to its value.
    [GeneratedRegex(@"(\b[A-Za-z0-9_.-]*(password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|account[_-]?key|credentials?|x-amz-signature|[?&]sig)[0-9]*\\?[""']?\s*(=>|:=|[:=]))|(--[a-z-]*(password|passphrase|secret|token|api-?key|access-?key)\s)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Assignment();
}
