using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>A secret that shows by its own shape: a literal that must stand in it, and a pattern for the whole.</summary>
/// <param name="Keyword">Found first, ignoring case; only then the pattern runs, on a few hundred characters around it.</param>
/// <param name="Lead">How many characters of the secret may stand before the keyword.</param>
/// <param name="Reach">How many characters may follow the start of the keyword.</param>
internal sealed record TokenRule(string Id, string Keyword, string Pattern, double MinEntropy, string Title)
{
    private Regex? _regex;

    public int Lead { get; init; }

    public int Reach { get; init; } = 400;

    /// <summary>The keyword counts only as written; saves the pattern on everyday words.</summary>
    public bool IsExactCase { get; init; } = true;

    /// <summary>Characters of the known prefix: they say what it is and nothing of its value.</summary>
    public int Prefix { get; init; }

    /// <summary>Characters that would make a match a part of something longer.</summary>
    public string Continues { get; init; } = "";

    /// <summary>A last look at the candidate, for what a pattern cannot say.</summary>
    public Func<string, bool>? Accepts { get; init; }

    /// <summary>Non-backtracking, and tied to the keyword where the secret starts with it: linear in what it reads, whatever the input.</summary>
    public Regex Regex => _regex ??= new Regex(Lead == 0 ? $"^(?:{Pattern})" : Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

/// <summary>A value that means nothing by its shape alone: it is a secret next to the name of the product it opens.</summary>
/// <param name="Names">Lower case; one of them stands in the name the value is assigned to, or close above it.</param>
internal sealed record NamedRule(string Id, string[] Names, string Pattern, string Title)
{
    private Regex? _regex;

    /// <summary>A word that must also stand in the name; empty: any name will do.</summary>
    public string[] Heads { get; init; } = [];

    public double MinEntropy { get; init; } = 3.0;

    public bool AllowsUuid { get; init; }

    public Regex Regex => _regex ??= new Regex("^(?:" + Pattern + ")$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}

/// <summary>One secret in one text; <paramref name="Value"/> stays inside this folder.</summary>
internal sealed record SecretMatch(string Rule, string Title, int Start, int Length, string Shown, string Value)
{
    /// <summary>What is written of a record must not write the value with it.</summary>
    public override string ToString() => $"{Rule} at {Start}: {Shown}";
}
