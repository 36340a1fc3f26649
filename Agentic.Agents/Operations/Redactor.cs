using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Operations;

/// <summary>
/// Takes secrets out of everything that is kept or shown: logs, journal, audit, answers, prompts. By the name of the member that holds
/// them, and by their shape wherever they stand.
/// </summary>
internal sealed partial class Redactor
{
    public const string Mark = "[redacted]";

    /// <summary>A copy with secrets replaced; never the same node.</summary>
    public JsonNode? Redact(JsonNode? node, IReadOnlyList<string>? secretMembers = null) => node switch
    {
        null => null,
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(
            member.Key,
            IsSecretName(member.Key, secretMembers) && member.Value is not null and not JsonObject and not JsonArray
                ? JsonValue.Create(Mark)
                : Redact(member.Value, secretMembers)))),
        JsonArray items => new JsonArray([.. items.Select(item => Redact(item, secretMembers))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Redact(text)),
        _ => node.DeepClone(),
    };

    public string Redact(string text)
    {
        if (text.Length < 8)
            return text;
        text = KnownToken().Replace(text, Mark);
        text = PrivateKey().Replace(text, Mark);
        text = UserInfo().Replace(text, match => $"{match.Groups["before"].Value}{Mark}@");
        text = Authorization().Replace(text, match => $"{match.Groups["before"].Value}{Mark}");
        return Assignment().Replace(text, match => $"{match.Groups["before"].Value}{Mark}");
    }

    public bool ContainsSecret(string text) => Redact(text) != text;

    private static bool IsSecretName(string name, IReadOnlyList<string>? declared) =>
        declared?.Contains(name, StringComparer.Ordinal) == true || SecretName().IsMatch(name);

    [GeneratedRegex("^(.*[_-])?(password|passwd|pwd|secret|token|api_?key|access_?key|private_?key|client_?secret|credential|credentials|authorization|connection_?string)$|^.*(Password|Secret|Token|ApiKey|AccessKey|PrivateKey|ConnectionString)$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{18,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bsk-(ant-|proj-)?[A-Za-z0-9_-]{20,}|\bsk_live_[A-Za-z0-9]{16,}|\bagk_[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{30,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex KnownToken();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?", RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"(?<before>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@]*:)[^\s@/]+@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"(?<before>\b[Aa]uthorization:? *(Bearer|Basic|token) +|\b[Bb]earer +)[A-Za-z0-9._~+/=-]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"(?<before>\b[A-Za-z0-9_.-]*(password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)[A-Za-z0-9_]*[""']?\s*[:=]\s*[""']?)(?<value>[^\s""',;}\[\]$\{<]{6,})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Assignment();
}
