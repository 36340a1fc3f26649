using System.Security.Cryptography;
using System.Text;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Every built-in secret rule. A value never leaves this folder: findings show a prefix, a length and a fingerprint.</summary>
internal static class SecretPolicy
{
    public const int MaxCharacters = 20 * 1024 * 1024;

    private const int LongestLine = 2000;

    private static readonly string[] Allowed = ["gitleaks:allow", "pragma: allowlist secret", "agentic:allow-secret"];

    public static IReadOnlyList<BuiltInRule> Rules { get; } = SecretRuleBook.Rules;

    public static Checked Check(string text, string? path)
    {
        var place = path ?? "text";

        if (text.Length > MaxCharacters)
        {
            return Checked.Unread(place, $"It is longer than {MaxCharacters / 1024 / 1024} MB and was not searched for secrets.");
        }

        if (SecretPath.Of(path).IsSkipped || text.AsSpan(0, Math.Min(text.Length, 8000)).Contains('\0'))
        {
            return Checked.Nothing;
        }

        var matches = SecretScan.Find(text, path);

        if (matches.Count == 0)
        {
            return Checked.Nothing;
        }

        var findings = new List<Finding>(matches.Count);
        var notChecked = new List<NotChecked>();
        if (matches.Count >= SecretScan.MostMatches)
        {
            notChecked.Add(new NotChecked(place, $"It holds {SecretScan.MostMatches} secrets or more; what comes after them was not searched."));
        }

        var line = 1;
        var counted = 0;

        foreach (var match in matches)
        {
            line += text.AsSpan(counted, match.Start - counted).Count('\n');
            counted = match.Start;

            if (AllowedBy(text, match.Start) is { } marker)
            {
                notChecked.Add(new NotChecked(place, $"Line {line}: a finding of {match.Rule} is allowed by the comment '{marker}'."));
                continue;
            }

            findings.Add(new Finding(match.Rule, path, path, line, $"{match.Title}: {match.Shown}.")
            {
                EndLine = line + text.AsSpan(match.Start, match.Length).Count('\n'),
                Fingerprint = Fingerprint(match.Rule, path, match.Value),
            });
        }

        return new Checked(findings, notChecked);
    }

    /// <summary>
    /// The same value in the same file is the same finding, whatever line it moves to. Of a value nobody can try out all forms of, 48 bits;
    /// of one that could be guessed from a dictionary only 12, so that thousands of guesses fit and none is confirmed.
    /// </summary>
    public static string Fingerprint(string rule, string? path, string value)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"agentic-secret\0{rule}\0{value}")));
        return $"{rule}|{path}|{hash[..(IsGuessable(value) ? 3 : 12)]}";
    }

    private static bool IsGuessable(string value) => value.Length * Wording.Entropy(value) < 64 || Wording.IsMostlyWords(value);

    private static string? AllowedBy(string text, int position)
    {
        // A marker stands near what it allows; a line can be a whole file long.
        var from = Math.Max(0, position - LongestLine);
        var start = text.LastIndexOf('\n', Math.Max(0, position - 1), Math.Max(0, position - 1) - from) + 1;
        var end = text.IndexOf('\n', position, Math.Min(LongestLine, text.Length - position));
        var line = text.AsSpan(Math.Max(start, from), (end < 0 ? Math.Min(text.Length, position + LongestLine) : end) - Math.Max(start, from));

        foreach (var marker in Allowed)
        {
            if (line.Contains(marker, StringComparison.OrdinalIgnoreCase))
            {
                return marker;
            }
        }

        return null;
    }
}
