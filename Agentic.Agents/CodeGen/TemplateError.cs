using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>One thing that is wrong with a template, where a person finds it.</summary>
/// <param name="Line">Counted from 1; null where the whole file is meant.</param>
internal sealed record TemplateError(string File, int? Line, string Message)
{
    public override string ToString() => Line is null ? $"{File}: {Message}" : $"{File}, line {Line}: {Message}";

    /// <summary>In the order in which a person reads the folder.</summary>
    public static IReadOnlyList<TemplateError> Sorted(IEnumerable<TemplateError> errors) =>
        [.. errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line ?? 0)];

    public static Refusal Refuse(IEnumerable<TemplateError> errors)
    {
        var sorted = Sorted(errors);
        var rest = sorted.Count == 1 ? "" : $" ({sorted.Count} errors in all)";
        return Refusal.Unprocessable(sorted[0] + rest, [.. sorted.Select(error => new MemberError(error.File, error.ToString()))]);
    }
}
