using System.Text.RegularExpressions;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>Regular expressions of the pipeline, for grep and sed, and as comparisons of GitHub where they are simple enough.</summary>
internal static partial class GroovyPattern
{
    public static string Posix(string pattern) => pattern.Replace("\\d", "[0-9]", StringComparison.Ordinal).Replace("\\w", "[A-Za-z0-9_]", StringComparison.Ordinal).Replace("\\s", "[[:space:]]", StringComparison.Ordinal);

    /// <summary>Whether a pattern uses what grep and sed do not know.</summary>
    public static bool IsPerlOnly(string pattern) => PerlOnly().IsMatch(pattern);

    /// <summary>A pattern that is a prefix, suffix, part or list of words, as a comparison of the subject; null for any other.</summary>
    public static Guard? Simple(string pattern, Guard subject, bool whole)
    {
        var body = pattern.StartsWith('(') && pattern.EndsWith(')') && pattern.IndexOf(')', StringComparison.Ordinal) == pattern.Length - 1 ? pattern[1..^1] : pattern;
        if (body.Contains('|', StringComparison.Ordinal) && !body.Contains('(', StringComparison.Ordinal))
        {
            Guard? joined = null;
            foreach (var option in body.Split('|'))
            {
                if (Simple(option, subject, whole) is not { } one) return null;
                joined = joined is null ? one : Guard.Or(joined, one);
            }

            return joined;
        }

        var starts = whole || body.StartsWith('^');
        var ends = whole || body.EndsWith('$');
        body = body.TrimStart('^').TrimEnd('$');
        if (body.StartsWith(".*", StringComparison.Ordinal))
        {
            starts = false;
            body = body[2..];
        }

        if (body.EndsWith(".*", StringComparison.Ordinal))
        {
            ends = false;
            body = body[..^2];
        }

        var literal = Escaped().Replace(body, "$1");
        if (body.Replace("\\.", "", StringComparison.Ordinal).Replace("\\/", "", StringComparison.Ordinal).Replace("\\-", "", StringComparison.Ordinal).IndexOfAny(['\\', '.', '*', '+', '?', '[', ']', '(', ')', '{', '}', '|', '^', '$']) >= 0 || literal.Length == 0) return null;
        var quoted = Guard.Quote(literal);
        return new Guard((starts, ends) switch
        {
            (true, true) => $"{subject.Expression} == {quoted}",
            (true, false) => $"startsWith({subject.Expression}, {quoted})",
            (false, true) => $"endsWith({subject.Expression}, {quoted})",
            _ => $"contains({subject.Expression}, {quoted})",
        }, subject.OnlyInSteps);
    }

    [GeneratedRegex(@"\\([./-])", RegexOptions.NonBacktracking)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\(\?|\\[bBAzZGpPQE]|[*+?]\?|\\[1-9]", RegexOptions.NonBacktracking)]
    private static partial Regex PerlOnly();
}
