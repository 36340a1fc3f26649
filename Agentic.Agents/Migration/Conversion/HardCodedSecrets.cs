using System.Text.RegularExpressions;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>Finds credentials written into a Jenkinsfile, so that they are named but never repeated in a report.</summary>
internal static partial class HardCodedSecrets
{
    public const string Hidden = "[hidden]";

    public static IEnumerable<string> Find(string text)
    {
        if (Tokens().IsMatch(text)) yield return "a token of a known form is written into the file";
        if (Urls().IsMatch(text)) yield return "a URL with a password is written into the file";
        foreach (var match in Assignments().Matches(text).Where(match => Plausible(match.Groups["value"].Value)).Take(3)) yield return $"{match.Groups["name"].Value} is given a value in the file";
    }

    public static string Redact(string text)
    {
        text = Tokens().Replace(text, Hidden);
        text = Urls().Replace(text, match => match.Value[..(match.Value.IndexOf("//", StringComparison.Ordinal) + 2)] + Hidden + "@");
        return Assignments().Replace(text, match => Plausible(match.Groups["value"].Value) ? match.Value[..(match.Groups["value"].Index - match.Index)] + Hidden : match.Value);
    }

    private static bool Plausible(string value) => value.Length >= 6 && value.IndexOfAny(['$', '{', '%', '<', '*']) < 0 && !value.StartsWith("credential", StringComparison.OrdinalIgnoreCase) && value.Any(c => char.IsAsciiDigit(c) || !char.IsLetterOrDigit(c) || char.IsUpper(c));

    [GeneratedRegex(@"\b(?:ghp_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,}|gh[ousr]_[A-Za-z0-9]{36}|glpat-[A-Za-z0-9_-]{20}|xox[baprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|sk_live_[0-9A-Za-z]{20,}|npm_[A-Za-z0-9]{36}|dckr_pat_[A-Za-z0-9_-]{20,}|sq[up]_[0-9a-f]{40}|eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,})", RegexOptions.NonBacktracking)]
    private static partial Regex Tokens();

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://[^\s:/@'""${}]+:[^\s:/@'""${}]{3,}@", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Urls();

    [GeneratedRegex(@"(?<name>[A-Za-z_.-]*(?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|private[_-]?key|_token|sonar\.login)[A-Za-z_]*)\s*[=:]\s*['""]?(?<value>[^\s'""&|;,)]{6,})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Assignments();
}
