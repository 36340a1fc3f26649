using System.Globalization;

namespace Agentic.Agents.Migration.Conversion;

/// <summary>The text of a step's condition: what is asked of the run, and the guards that must hold.</summary>
internal static class StepCondition
{
    public static string? Of(string? status, IEnumerable<Guard> guards)
    {
        var parts = guards.Select(guard => Guard.Wrap(guard.Expression)).Distinct(StringComparer.Ordinal).ToList();
        if (status is not null) parts.Insert(0, Guard.Wrap(status));
        return parts.Count == 0 ? null : parts.Count == 1 ? Unwrap(parts[0]) : string.Join(" && ", parts);
    }

    public static string Unwrap(string expression) =>
        expression.StartsWith('(') && expression.EndsWith(')') && expression.IndexOf(')', StringComparison.Ordinal) == expression.Length - 1 ? expression[1..^1] : expression;

    public static string? StatusOf(string condition)
    {
        foreach (var status in (string[])["always()", "failure()", "cancelled()", "(failure() || cancelled())", "success()", "!cancelled()"])
            if (condition.StartsWith(status, StringComparison.Ordinal)) return Unwrap(status);
        return null;
    }

    /// <summary>Whether one of these steps failed; many are asked as one text, since expressions may not nest deep.</summary>
    public static string AnyFailed(List<string> outcomes)
    {
        if (outcomes.Count <= 8) return string.Join(" || ", outcomes.Select(outcome => outcome + " == 'failure'"));
        return $"contains(format('{string.Join(' ', Enumerable.Range(0, outcomes.Count).Select(index => "{" + index.ToString(CultureInfo.InvariantCulture) + "}"))}', {string.Join(", ", outcomes)}), 'failure')";
    }
}
