using System.Globalization;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy;

/// <param name="Rule">As written: our id or another tool's.</param>
/// <param name="Reason">Empty where none was given; such a suppression is not honoured.</param>
/// <param name="Until">The last day it holds, as written (2026-12-31); null where it has no end.</param>
internal sealed record Suppression(int Line, string Rule, string Reason, string? Until = null)
{
    /// <summary>Why it does not hold at a time; null where it does.</summary>
    public string? WhyNot(DateTimeOffset now) =>
        Reason.Length == 0 ? $"The suppression of {Rule} gives no reason and was not honoured."
        : Until is null ? null
        : LastDay is not { } last ? $"The suppression of {Rule} ends on {Until}, which is no day, and was not honoured."
        : DateOnly.FromDateTime(now.UtcDateTime) > last ? $"The suppression of {Rule} expired after {Until} and was not honoured."
        : null;

    /// <summary>The moment it ends, in UTC.</summary>
    public DateTimeOffset? EndsAt => LastDay is { } last ? new DateTimeOffset(last.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;

    private DateOnly? LastDay => DateOnly.TryParseExact(Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? day : null;
}

/// <summary>
/// Inline suppressions: <c># agentic:allow aws-s3-versioning because …</c>, and the forms of Checkov, Trivy, tfsec and hadolint.
/// Each needs a reason, and may have an end: <c>agentic:allow aws-s3-versioning until 2026-12-31 because …</c>, <c>tfsec:ignore:…:exp:2026-12-31 …</c>.
/// </summary>
internal static partial class Suppressions
{
    private const int LongestLine = 2000;

    public static IReadOnlyList<Suppression> Read(string text)
    {
        if (!text.Contains("agentic:allow", StringComparison.Ordinal) && !text.Contains("checkov:skip", StringComparison.Ordinal)
            && !text.Contains(":ignore:", StringComparison.Ordinal) && !text.Contains("hadolint ignore", StringComparison.Ordinal))
        {
            return [];
        }

        var found = new List<Suppression>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.Length <= LongestLine && Pattern().Match(line.ToString()) is { Success: true } match)
            {
                foreach (var rule in match.Groups["rules"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    found.Add(new Suppression(number, rule, match.Groups["reason"].Value.Trim().TrimStart(':', '-').TrimEnd('*', '/').Trim(), match.Groups["until"] is { Success: true } until ? until.Value : null));
                }
            }
        }

        return found;
    }

    /// <summary>
    /// The suppression that covers a finding: anywhere inside the resource, on the finding's own line, or on the comment lines right above either.
    /// </summary>
    public static Suppression? Covering(IReadOnlyList<Suppression> suppressions, Finding finding, int? from, int? to, IReadOnlyList<string> lines, PolicyCatalogue catalogue)
    {
        foreach (var suppression in suppressions)
        {
            if ((catalogue.Resolve(suppression.Rule) ?? suppression.Rule) != finding.Rule)
            {
                continue;
            }

            if ((from <= suppression.Line && suppression.Line <= to)
                || suppression.Line == finding.Line
                || IsRightAbove(suppression.Line, from ?? finding.Line, lines)
                || IsRightAbove(suppression.Line, finding.Line, lines))
            {
                return suppression;
            }
        }

        return null;
    }

    private static bool IsRightAbove(int comment, int? line, IReadOnlyList<string> lines)
    {
        if (line is null || comment >= line || line > lines.Count)
        {
            return false;
        }

        for (var number = line.Value - 1; number >= comment; number--)
        {
            var text = lines[number - 1].AsSpan().TrimStart();
            if (!text.StartsWith("#") && !text.StartsWith("//"))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"(?:#|//|/\*|\{\{!--|<!--)\s*(?:agentic:allow\s+(?<rules>[\w.,*/-]+)(?:\s+until\s+(?<until>\d{4}-\d{2}-\d{2}))?|checkov:skip\s*=\s*(?<rules>[\w.,-]+)|(?:trivy|tfsec):ignore:(?<rules>[\w.,-]+)(?:\[[^\]]*\])?(?::exp:(?<until>\d{4}-\d{2}-\d{2}))?|hadolint\s+ignore\s*=\s*(?<rules>[\w.,-]+))(?<reason>.*)$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
