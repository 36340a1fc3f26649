namespace Agentic.Agents.Policy;

/// <summary>Rules an organisation adds as data, and what it changes about the built-in ones.</summary>
internal sealed record RulePack(
    string Name,
    string Version,
    IReadOnlyList<PackRule> Rules,
    IReadOnlyList<PackOverride> Overrides,
    IReadOnlyList<PackTest> Tests)
{
    /// <summary>The catalogue with this pack's rules added and its overrides applied.</summary>
    public PolicyCatalogue Apply(PolicyCatalogue catalogue)
    {
        var changed = new List<RuleDescription>(Rules.Select(rule => rule.Description with { Source = $"{Name} {Version}" }));
        foreach (var change in Overrides)
        {
            if (catalogue.Resolve(change.Rule) is { } id && catalogue.Find(id) is { } known)
            {
                changed.Add(known with
                {
                    Severity = change.Severity ?? known.Severity,
                    Fix = change.Fix ?? known.Fix,
                    Disabled = change.Disabled ?? known.Disabled,
                    Source = $"{known.Source}, changed by {Name} {Version}",
                });
            }
        }

        return catalogue.With(changed);
    }
}

/// <param name="Matches">Resource types or kinds it looks at; <c>*</c> in a name stands for anything.</param>
/// <param name="Condition">JMESPath over the resource that must come out true.</param>
/// <param name="Message">What to say where it does not; <c>{resource}</c> stands for the name.</param>
internal sealed record PackRule(RuleDescription Description, IReadOnlyList<string> Matches, string Condition, string Message);

internal sealed record PackOverride(string Rule, string? Severity, string? Fix, bool? Disabled);

/// <param name="Resource">JSON of a resource as the condition sees it.</param>
internal sealed record PackTest(string Name, string Rule, string Resource, bool Fails);

/// <summary>How one test of a pack went.</summary>
internal sealed record PackTestResult(string Name, string Rule, bool Passed, string Message);
