namespace Agentic.Agents.Migration.Conversion;

/// <summary>File and branch patterns with stars, as conditions and as regular expressions for grep.</summary>
internal static class GlobPattern
{
    public static string Regex(string pattern) => pattern.Replace(".", "\\.", StringComparison.Ordinal).Replace("**/", "\u0001", StringComparison.Ordinal).Replace("**", "\u0002", StringComparison.Ordinal)
        .Replace("*", "[^/]*", StringComparison.Ordinal).Replace("?", "[^/]", StringComparison.Ordinal).Replace("\u0001", "(.*/)?", StringComparison.Ordinal).Replace("\u0002", ".*", StringComparison.Ordinal);

    public static Guard? OfBranch(string pattern)
    {
        if (pattern.StartsWith("PR-", StringComparison.Ordinal)) return new Guard("github.event_name == 'pull_request'", false);
        if (pattern.IndexOfAny(['*', '?', '{', '[']) < 0) return new Guard($"github.ref == {Guard.Quote("refs/heads/" + pattern)}", false);
        return Of(pattern, "github.ref_name");
    }

    public static Guard? Of(string pattern, string subject)
    {
        var body = pattern.Replace("**", "*", StringComparison.Ordinal).Replace("/*", "/*", StringComparison.Ordinal);
        var stars = body.Count(c => c == '*');
        if (body.IndexOfAny(['?', '{', '[']) >= 0 || stars > 2) return null;
        if (stars == 0) return new Guard($"{subject} == {Guard.Quote(body)}", false);
        if (body == "*") return new Guard($"{subject} != ''", false);
        var parts = body.Split('*');
        if (stars == 1)
        {
            var first = parts[0].Length > 0 ? new Guard($"startsWith({subject}, {Guard.Quote(parts[0])})", false) : null;
            var last = parts[1].Length > 0 ? new Guard($"endsWith({subject}, {Guard.Quote(parts[1])})", false) : null;
            return first is not null && last is not null ? Guard.And(first, last) : first ?? last;
        }

        return parts[0].Length == 0 && parts[2].Length == 0 ? new Guard($"contains({subject}, {Guard.Quote(parts[1])})", false) : null;
    }
}
