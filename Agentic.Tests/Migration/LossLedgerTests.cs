using Agentic.Agents.Migration;
using Agentic.Agents.Migration.Groovy;
using Assert = NUnit.Framework.Assert;
using Agentic.Tests.Support;

namespace Agentic.Tests.Migration;

internal sealed class LossLedgerTests
{
    private static void Covers(string text)
    {
        var migrated = JenkinsfileMigration.Migrate(new MigrationSource(text, "demo"));
        if (migrated.WorkflowYaml is null) return;
        var covered = new bool[text.Length];
        foreach (var entry in migrated.Ledger)
            Array.Fill(covered, true, entry.Span.Start, entry.Span.Length);
        var lost = Enumerable.Range(0, text.Length).Where(at => !covered[at] && LossLedger.Significant(text[at])).ToList();
        Assert.That(lost, Is.Empty, () => "not accounted for: " + text[lost[0]..Math.Min(text.Length, lost[0] + 40)]);
    }

    [Test]
    public void Covers_every_character_of_the_examples()
    {
        foreach (var folder in Directory.GetDirectories(SourceTree.Cases("Migration"))) Covers(File.ReadAllText(Path.Combine(folder, "Jenkinsfile")));
    }

    [Test]
    public void Covers_every_character_of_programs_put_together_by_chance()
    {
        var random = new Random(20);
        for (var round = 0; round < 300; round++) Covers(RandomPipelines.Next(random));
    }

    [Test]
    public void Reports_what_nothing_claimed_as_manual()
    {
        var source = new SourceText("known unknown\n");
        var ledger = new LossLedger(source);
        ledger.Mark(new Span(0, 5), Fate.Converted, "");

        Assert.That(ledger.Close([]).Select(entry => (entry.Fate, source.Slice(entry.Span))), Is.EqualTo(new[] { (Fate.Converted, "known"), (Fate.Manual, "unknown") }));
    }

    [Test]
    public void Lets_the_narrow_account_win_and_the_worse_fate_stay()
    {
        var ledger = new LossLedger(new SourceText("abcdef"));
        ledger.Mark(new Span(0, 6), Fate.Converted, "wide");
        ledger.Mark(new Span(2, 4), Fate.Manual, "narrow");
        ledger.Mark(new Span(2, 4), Fate.Converted, "again");

        Assert.That(ledger.Close([]).Select(entry => (entry.Fate, entry.Note)), Is.EqualTo(new[] { (Fate.Converted, "wide"), (Fate.Manual, "narrow") }));
    }

    [Test]
    public void Accounts_for_a_block_nothing_runs()
    {
        var migrated = JenkinsfileMigration.Migrate(new MigrationSource("def later = { sh 'make' }\nnode { sh 'now' }\n", "demo"));

        Assert.That(migrated.Report!.Ledger.Where(row => row.Status == "manual").Select(row => row.Source), Is.EqualTo(new[] { "sh 'make'" }));
    }
}
