namespace Agentic.Tests.Architecture;

internal sealed class SourceRulesTests
{
    [TestCaseSource(typeof(SourceRules), nameof(SourceRules.All))]
    public void Holds(SourceRule rule)
    {
        var complaints = SourceFile.All.Select(file => (file.Path, Complaint: rule.Complaint(file))).Where(found => found.Complaint is not null);

        Assert.That(complaints.Select(found => $"{found.Path} {found.Complaint}"), Is.Empty, rule.Name);
    }

    [TestCaseSource(typeof(SourceRules), nameof(SourceRules.All))]
    public void Can_fail(SourceRule rule) => Assert.That(rule.Complaint(rule.Red), Is.Not.Null);

    [Test]
    public void Looks_at_all_four_projects() =>
        Assert.That(SourceFile.All.Select(file => file.Project).Distinct(), Is.EquivalentTo(new[] { "Agentic.Agents", "Agentic.Persistence", "Agentic.Host", "Agentic.Tests" }));

    [Test]
    public void Keeps_the_contents_page_short() =>
        Assert.That(SourceFile.All.Single(file => file.Path == "Agentic.Host/Program.cs").Text.TrimEnd().Split('\n'), Has.Length.LessThan(60));

    // A guide for the eye, not a gate: the longest files are printed, none is refused.
    [Test]
    public void Names_the_longest_files()
    {
        var longest = SourceFile.All.Where(file => file.Project != "Agentic.Tests").Select(file => (file.Path, Lines: file.Text.Split('\n').Length)).OrderByDescending(file => file.Lines).Take(10);

        foreach (var (path, lines) in longest)
            TestContext.Out.WriteLine($"{lines,5} {path}");
    }
}
