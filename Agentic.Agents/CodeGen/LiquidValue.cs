using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>A name or a literal with the filters that follow it.</summary>
internal sealed record LiquidValue(int Line, string? Constant, string Name, string? Member, IReadOnlyList<(string Filter, LiquidValue? Argument)> Filters)
{
    public string Text(LiquidText.Run run)
    {
        var text = Constant ?? (Find(run) as string ?? throw new LiquidProblem(Line, $"'{Name}' is not text."));
        foreach (var (filter, argument) in Filters)
        {
            text = LiquidFilters.All[filter](text, argument?.Text(run) ?? "");
            run.Spend(text.Length, Line);
            if (text.Length > LiquidText.LongestOutput)
                throw new LiquidProblem(Line, $"the filter '{filter}' makes more than {LiquidText.LongestOutput} characters.");
        }

        return text;
    }

    public IReadOnlyList<string> List(LiquidText.Run run) =>
        Constant is null && Find(run) is IReadOnlyList<string> list ? list : throw new LiquidProblem(Line, $"'{Name}' is not a list.");

    private object Find(LiquidText.Run run)
    {
        var value = run.Find(Name, Line);
        if (Member is null)
            return value;
        return value is IReadOnlyDictionary<string, string> members && members.TryGetValue(Member, out var text)
            ? text
            : throw new LiquidProblem(Line, $"'{Name}' has no member '{Member}'.");
    }
}

/// <summary>Conditions over values: comparisons joined by <c>and</c>, <c>or</c> and parentheses.</summary>
internal abstract record LiquidCondition
{
    public abstract bool Holds(LiquidText.Run run);

    internal sealed record Always(bool Value) : LiquidCondition
    {
        public override bool Holds(LiquidText.Run run) => Value;
    }

    internal sealed record Compare(LiquidValue Left, string Operator, LiquidValue Right) : LiquidCondition
    {
        public override bool Holds(LiquidText.Run run) => Operator switch
        {
            "==" => Left.Text(run) == Right.Text(run),
            "!=" => Left.Text(run) != Right.Text(run),
            _ => Contains(run),
        };

        private bool Contains(LiquidText.Run run)
        {
            var text = Left.Text(run);
            run.Spend(text.Length, Left.Line);
            return text.Contains(Right.Text(run), StringComparison.Ordinal);
        }
    }

    internal sealed record Both(LiquidCondition Left, LiquidCondition Right) : LiquidCondition
    {
        public override bool Holds(LiquidText.Run run) => Left.Holds(run) && Right.Holds(run);
    }

    internal sealed record Either(LiquidCondition Left, LiquidCondition Right) : LiquidCondition
    {
        public override bool Holds(LiquidText.Run run) => Left.Holds(run) || Right.Holds(run);
    }

    internal sealed record Not(LiquidCondition Inner) : LiquidCondition
    {
        public override bool Holds(LiquidText.Run run) => !Inner.Holds(run);
    }
}

/// <summary>The filters a template may use; none makes a result longer than its input and argument together, but for escapes.</summary>
internal static class LiquidFilters
{
    public static IReadOnlyDictionary<string, Func<string, string, string>> All { get; } = new Dictionary<string, Func<string, string, string>>(StringComparer.Ordinal)
    {
        ["upcase"] = (text, _) => text.ToUpperInvariant(),
        ["downcase"] = (text, _) => text.ToLowerInvariant(),
        ["append"] = (text, more) => text + more,
        ["prepend"] = (text, more) => more + text,
        ["remove"] = (text, gone) => gone.Length == 0 ? text : text.Replace(gone, "", StringComparison.Ordinal),
        ["dashed"] = (text, _) => text.Replace('_', '-'),
        ["spaced"] = (text, _) => text.Replace('_', ' '),
        ["camel"] = (text, _) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..],
        ["json"] = (text, _) => JsonSerializer.Serialize(text, AgenticJson.Options),
    };
}
