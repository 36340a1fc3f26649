namespace Agentic.Agents.Policy.Dependencies;

/// <summary>Reads SPDX expressions far enough to know whether a choice without a denied licence is left.</summary>
internal static class Licence
{
    public static bool IsDenied(string expression, IReadOnlyList<string> denied)
    {
        var alternatives = Plain(expression).Split(" OR ", StringSplitOptions.RemoveEmptyEntries);
        return alternatives.Length > 0 && alternatives.All(alternative => alternative.Split(" AND ", StringSplitOptions.RemoveEmptyEntries).Any(part => IsOneOf(part, denied)));
    }

    public static bool IsUnknown(string? expression) =>
        string.IsNullOrWhiteSpace(expression) || expression is "UNLICENSED" or "NOASSERTION" or "UNKNOWN" || expression.StartsWith("SEE LICENSE", StringComparison.OrdinalIgnoreCase);

    private static string Plain(string expression) => expression.Replace('(', ' ').Replace(')', ' ').Trim();

    /// <summary>An exception (WITH ...) is what makes such a licence usable, so it is not denied.</summary>
    private static bool IsOneOf(string part, IReadOnlyList<string> denied)
    {
        var id = part.Trim();
        return !id.Contains(" WITH ", StringComparison.Ordinal) && denied.Any(each => each.Equals(id, StringComparison.OrdinalIgnoreCase));
    }
}
