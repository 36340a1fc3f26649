using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Secrets that take more than a line: PEM keys, Kubernetes Secrets, NuGet passwords, curl commands.</summary>
internal static class BlockSecrets
{
    public const string Manifest = "kubernetes-secret-yaml";

    private const int MaxPem = 20_000;

    private const string Putty = "PuTTY-User-Key-File-";

    private static readonly Regex NugetPassword = new("(?i)<add\\s+key=[\"'](?:ClearText)?Password[\"']\\s+value=[\"']([^\"']{6,})[\"']", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static IEnumerable<SecretMatch> Find(string text, SecretPath place)
    {
        foreach (var match in PrivateKeys(text, place))
        {
            yield return match;
        }

        if (text.StartsWith(Putty, StringComparison.Ordinal) && !place.IsTest && text.IndexOf("Private-Lines:", StringComparison.Ordinal) is > 0 and var lines
            && text.IndexOf('\n', lines) is > 0 and var bodyStart && IsKeyBody(text[bodyStart..Math.Min(text.Length, bodyStart + MaxPem)], isComplete: true))
        {
            yield return new SecretMatch("private-key", "Private key in PuTTY form", lines, 14, "key file", text[bodyStart..Math.Min(text.Length, bodyStart + MaxPem)]);
        }

        if (place.IsYamlOrJson && text.Contains("ata", StringComparison.Ordinal) && SecretManifests.AreNamedIn(text))
        {
            foreach (var match in SecretManifests.Find(text))
            {
                yield return match;
            }
        }

        if (place.IsNugetConfig && text.Contains("<add", StringComparison.OrdinalIgnoreCase))
        {
            foreach (Match match in NugetPassword.Matches(text))
            {
                var value = match.Groups[1];

                if (!Wording.IsTemplated(value.Value) && !Wording.IsRepeated(value.Value) && !PublishedExamples.Contains(value.Value) && !(value.Value.StartsWith('%') && value.Value.EndsWith('%')))
                {
                    yield return new SecretMatch("nuget-config-password", "Password in a NuGet configuration file", value.Index, value.Length, $"{value.Length} characters", value.Value);
                }
            }
        }

        if (text.Contains("curl", StringComparison.Ordinal))
        {
            foreach (var match in CurlCommands.Find(text))
            {
                yield return match;
            }
        }
    }

    private static IEnumerable<SecretMatch> PrivateKeys(string text, SecretPath place)
    {
        var at = 0;

        while ((at = text.IndexOf("-----BEGIN", at, StringComparison.Ordinal)) >= 0)
        {
            var headEnd = text.IndexOf("-----", at + 10, StringComparison.Ordinal);
            var start = at;
            at += 10;

            if (headEnd < 0 || headEnd - start > 120 || !text.AsSpan(start, headEnd - start).Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var limit = Math.Min(text.Length, headEnd + MaxPem);
            var next = text.IndexOf("-----BEGIN", headEnd + 5, limit - headEnd - 5, StringComparison.Ordinal);
            limit = next < 0 ? limit : next;
            var end = text.IndexOf("-----END", headEnd + 5, limit - headEnd - 5, StringComparison.Ordinal);
            var body = text[(headEnd + 5)..(end < 0 ? Math.Clamp(headEnd + 2000, headEnd + 5, limit) : end)];

            if (!place.IsTest && !place.IsLockFile && IsKeyBody(body, isComplete: end >= 0))
            {
                yield return new SecretMatch("private-key", "Private key in PEM form", start, (end < 0 ? headEnd + 5 + body.Length : end) - start, "PEM block", body);
            }
        }
    }

    /// <summary>At least 64 characters of Base64 that no one made up; headers and escaped line ends are passed over.</summary>
    private static bool IsKeyBody(string body, bool isComplete)
    {
        var letters = body.Replace("\\n", "", StringComparison.Ordinal).Replace("\\r", "", StringComparison.Ordinal).Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=').Take(400).ToArray();

        if (letters.Length < 64 || body.Contains("...", StringComparison.Ordinal) || body.Contains("${", StringComparison.Ordinal) || body.Contains("{{", StringComparison.Ordinal))
        {
            return false;
        }

        var sample = new string(letters);
        return (isComplete || letters.Length >= 200) && Wording.Entropy(sample) >= 3.5 && !Wording.IsRepeated(sample) && !Wording.IsSequential(sample)
            && !body.Contains("example", StringComparison.OrdinalIgnoreCase) && !body.Contains("placeholder", StringComparison.OrdinalIgnoreCase) && !body.Contains("redacted", StringComparison.OrdinalIgnoreCase)
            && !Wording.IsMostlyWords(sample[..64]);
    }
}
