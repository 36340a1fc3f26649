using System.Text;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Kubernetes Secret manifests that carry their values.</summary>
internal static class SecretManifests
{
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

        return root.TextOf("kind") == "Secret" && First(root) is { } value ? [Match(root, value, text, lines)] : [];
    }

    private static YamlValue? First(YamlValue secret)
    {
        foreach (var (key, value) in secret.Get("data")?.Entries ?? [])
        {
            if (value.Kind == YamlKind.Scalar && IsEncodedValue(key, value.Text))
            {
                return value;
            }
        }

        foreach (var (key, value) in secret.Get("stringData")?.Entries ?? [])
        {
            if (value.Kind == YamlKind.Scalar && IsValue(key, value.Text))
            {
                return value;
            }
        }

        return null;
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
        return trimmed.Length >= 4 && !isPublic && !Wording.IsTemplated(trimmed) && !IsObviousPlaceholder(trimmed);
    }

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

    /// <summary>A chart template is no YAML; its lines still tell a literal from an expression.</summary>
    private static SecretMatch? ByLines(string text)
    {
        var isSecret = false;
        var dataIndent = -1;
        var offset = 0;

        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.AsSpan().Trim();
            var indent = line.Length - line.AsSpan().TrimStart().Length;

            if (trimmed.StartsWith("---", StringComparison.Ordinal))
            {
                (isSecret, dataIndent) = (false, -1);
            }
            else if (trimmed.StartsWith("kind:", StringComparison.Ordinal))
            {
                isSecret = trimmed[5..].Trim().Trim('"').SequenceEqual("Secret");
            }
            else if (trimmed is "data:" or "stringData:")
            {
                dataIndent = indent;
            }
            else if (isSecret && dataIndent >= 0 && indent > dataIndent && trimmed.IndexOf(':') is > 0 and var colon)
            {
                var value = trimmed[(colon + 1)..].Trim().Trim('"').Trim('\'').ToString();

                if (IsEncodedValue(trimmed[..colon].ToString(), value))
                {
                    return Made(offset + line.IndexOf(value, StringComparison.Ordinal), value.Length, value);
                }
            }
            else if (trimmed.Length > 0 && indent <= dataIndent && trimmed[0] != '#')
            {
                dataIndent = -1;
            }

            offset += line.Length + 1;
        }

        return null;
    }

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
