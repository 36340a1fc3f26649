namespace Agentic.Agents.Policy;

/// <summary>What one pass over one input saw, and what it had to leave out.</summary>
internal sealed record Checked(IReadOnlyList<Finding> Findings, IReadOnlyList<NotChecked> NotChecked)
{
    public static Checked Nothing { get; } = new([], []);

    public static Checked Unread(string what, string why) => new([], [new NotChecked(what, why)]);

    public static Checked Join(IEnumerable<Checked> parts)
    {
        var findings = new List<Finding>();
        var notChecked = new List<NotChecked>();

        foreach (var part in parts)
        {
            findings.AddRange(part.Findings);
            notChecked.AddRange(part.NotChecked);
        }

        return new Checked(findings, notChecked);
    }
}
