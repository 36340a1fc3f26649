using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Kubernetes Secret manifests that carry their values.</summary>
internal static class SecretManifests
{
    private static readonly Regex Kind = new("(?i)kind[\"']?[ \\t]*:[ \\t]*[\"']?secret\\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Spares every other YAML file the reading.</summary>
    public static bool AreNamedIn(string text) => text.Contains("kind", StringComparison.OrdinalIgnoreCase) && Kind.IsMatch(text);

    public static IEnumerable<SecretMatch> Find(string text)
    {
        var lines = LineStarts(text);
        var isTemplate = false;

        foreach (var document in YamlReader.Read(text))
        {
            isTemplate |= document.Error is not null;

            foreach (var match in document.Root is null ? [] : InValue(document.Root, text, lines, 0))
            {
                yield return match;
            }
        }

        if (isTemplate && ByLines(text) is { } found)
        {
            yield return found;
        }
    }

    private static IEnumerable<SecretMatch> InValue(YamlValue root, string text, List<int> lines, int depth)
    {
        if (depth < 4 && root.Get("items") is { Kind: YamlKind.List } items)
        {
            return items.Items.SelectMany(item => InValue(item, text, lines, depth + 1));
        }

        return string.Equals(root.TextOf("kind"), "Secret", StringComparison.OrdinalIgnoreCase) && First(root) is { } value ? [Match(root, value, text, lines)] : [];
    }

    /// <summary>The first value whose key promises a secret; failing that the first there is: a reader is not helped by the line of the user's name.</summary>
    private static YamlValue? First(YamlValue secret)
    {
        var encoded = (secret.Get("data")?.Entries ?? []).Where(entry => entry.Value.Kind == YamlKind.Scalar && IsEncodedValue(entry.Key, entry.Value.Text));
        var plain = (secret.Get("stringData")?.Entries ?? []).Where(entry => entry.Value.Kind == YamlKind.Scalar && IsValue(entry.Key, entry.Value.Text));
        return encoded.Concat(plain).OrderBy(entry => SecretName.Judge(entry.Key) == NameStrength.None).Select(entry => entry.Value).FirstOrDefault();
    }

    private static bool IsEncodedValue(string key, string encoded)
    {
        var compact = encoded.Trim().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

        if (compact.Length < 8 || Wording.IsTemplated(compact))
        {
            return false;
        }

        var bytes = new byte[compact.Length];

        if (!Convert.TryFromBase64String(compact, bytes, out var written))
        {
            return false;
        }

        return IsValue(key, Encoding.Latin1.GetString(bytes, 0, Math.Min(written, 4096)));
    }

    private static bool IsValue(string key, string value)
    {
        var trimmed = value.Trim();
        var isPublic = trimmed.Contains("-----BEGIN CERTIFICATE", StringComparison.Ordinal) || trimmed.Contains("PUBLIC KEY-----", StringComparison.Ordinal) || key is "ca.crt" or "tls.crt";
        return trimmed.Length >= 4 && !isPublic && !IsWhollyTemplated(trimmed) && (trimmed.Contains('{') || !IsObviousPlaceholder(trimmed));
    }

    /// <summary>A document in braces (a docker configuration) is a value; one with expressions in it is not.</summary>
    private static bool IsWhollyTemplated(string value) => Wording.IsTemplated(value) && !(value.StartsWith("{\"", StringComparison.Ordinal) && !value.Contains("{{", StringComparison.Ordinal) && !value.Contains("${", StringComparison.Ordinal));

    private static bool IsObviousPlaceholder(string value) =>
        value.Contains("changeme", StringComparison.OrdinalIgnoreCase) || value.Contains("change-me", StringComparison.OrdinalIgnoreCase) || value.Contains("placeholder", StringComparison.OrdinalIgnoreCase)
        || value.Contains("example", StringComparison.OrdinalIgnoreCase) || value.Contains("replace", StringComparison.OrdinalIgnoreCase) || value.Contains("your-", StringComparison.OrdinalIgnoreCase) || value.Contains("your_", StringComparison.OrdinalIgnoreCase)
        || value.Contains("redacted", StringComparison.OrdinalIgnoreCase) || value.Contains("dummy", StringComparison.OrdinalIgnoreCase) || value.All(c => c == value[0]);

    /// <summary>From the first value to the end of the manifest: what follows are more values of the same Secret.</summary>
    private static SecretMatch Match(YamlValue root, YamlValue value, string text, List<int> lines)
    {
        var start = Math.Min(text.Length, lines[Math.Clamp(value.Line, 1, lines.Count) - 1] + Math.Max(0, value.Column - 1));
        var end = root.EndLine < lines.Count ? lines[root.EndLine] - 1 : text.Length;
        return Made(start, Math.Clamp(end - start, 1, Math.Max(1, text.Length - start)), value.Text);
    }

    private static SecretMatch Made(int start, int length, string value) =>
        new(BlockSecrets.Manifest, "Kubernetes Secret with its values in it", start, length, "manifest", value);

    /// <summary>A chart template, or a file indented with tabs, is no YAML; its lines still tell a literal from an expression, and their kind may come last.</summary>
    private static SecretMatch? ByLines(string text)
    {
        var isSecret = false;
        var dataIndent = -1;
        var offset = 0;
        SecretMatch? found = null;

        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.AsSpan().Trim();
            var indent = line.Length - line.AsSpan().TrimStart().Length;

            if (trimmed.StartsWith("---", StringComparison.Ordinal))
            {
                if (isSecret && found is not null)
                {
                    return found;
                }

                (isSecret, dataIndent, found) = (false, -1, null);
            }
            else if (trimmed.StartsWith("kind:", StringComparison.Ordinal) && (dataIndent < 0 || indent <= dataIndent))
            {
                isSecret = Unquoted(trimmed[5..]).Equals("Secret", StringComparison.OrdinalIgnoreCase);
                dataIndent = -1;
            }
            else if (trimmed is "data:" or "stringData:")
            {
                dataIndent = indent;
            }
            else if (dataIndent >= 0 && indent > dataIndent && trimmed.Length > 0 && trimmed[0] != '#' && trimmed.IndexOf(':') is > 0 and var colon)
            {
                var value = Unquoted(trimmed[(colon + 1)..]).ToString();

                if (found is null && IsEncodedValue(trimmed[..colon].ToString(), value))
                {
                    found = Made(offset + line.IndexOf(value, StringComparison.Ordinal), value.Length, value);
                }
            }
            else if (trimmed.Length > 0 && indent <= dataIndent && trimmed[0] != '#')
            {
                dataIndent = -1;
            }

            offset += line.Length + 1;
        }

        return isSecret ? found : null;
    }

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) => value.Trim().Trim('"').Trim('\'');

    private static List<int> LineStarts(string text)
    {
        var starts = new List<int> { 0 };

        for (var at = text.IndexOf('\n'); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            starts.Add(at + 1);
        }

        return starts;
    }
}
