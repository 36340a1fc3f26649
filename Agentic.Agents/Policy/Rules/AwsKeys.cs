using System.Text;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Recognises AWS credentials inside an attribute.</summary>
internal static partial class AwsKeys
{
    public static bool AreIn(string text)
    {
        if (HasKey(text))
        {
            return true;
        }

        var trimmed = text.Trim();
        if (trimmed.Length is < 20 or > 200_000)
        {
            return false;
        }

        var bytes = new byte[trimmed.Length];
        return Convert.TryFromBase64String(trimmed, bytes, out var count) && HasKey(Encoding.Latin1.GetString(bytes, 0, count));
    }

    private static bool HasKey(string text)
    {
        if (KeyId().IsMatch(text))
        {
            return true;
        }

        foreach (var match in SecretShape().EnumerateMatches(text))
        {
            var before = match.Index == 0 ? ' ' : text[match.Index - 1];
            // "name=<40 characters>" is how a secret is usually given; the sign itself is not part of it.
            var secret = text.AsSpan(match.Index, match.Length);
            if (secret.Length > 40)
            {
                secret = secret[(secret.IndexOf('=') + 1)..];
            }

            if (secret.Length == 40 && !IsPart(before) && IsRandom(secret))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '+';

    /// <summary>A secret mixes cases and digits; a SHA-1, a path or a word does not.</summary>
    private static bool IsRandom(ReadOnlySpan<char> secret)
    {
        var (upper, lower, digit, slash) = (0, 0, 0, 0);
        foreach (var c in secret)
        {
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            digit += char.IsAsciiDigit(c) ? 1 : 0;
            slash += c == '/' ? 1 : 0;
        }

        return upper >= 3 && lower >= 3 && digit >= 1 && slash <= 4;
    }

    [GeneratedRegex(@"\b(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}\b", RegexOptions.NonBacktracking)]
    private static partial Regex KeyId();

    [GeneratedRegex(@"[A-Za-z0-9/+=]{40,}", RegexOptions.NonBacktracking)]
    private static partial Regex SecretShape();
}
