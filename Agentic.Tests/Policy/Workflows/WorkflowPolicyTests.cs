using System.Text;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Workflows;
using Agentic.Tests.Policy.Engines;
using Agentic.Tests.Support;

namespace Agentic.Tests.Policy.Workflows;

/// <summary>Runs every case file under <c>cases/workflow/&lt;rule&gt;/</c>; the file name says what is expected.</summary>
public sealed class WorkflowPolicyTests
{
    private static IEnumerable<TestCaseData> Cases() => RuleCases.In("workflow");

    private static IEnumerable<string> RuleIds() => WorkflowPolicy.Rules.Select(rule => rule.Id);

    [TestCaseSource(nameof(Cases))]
    public void Reports_the_rule_exactly_where_a_case_fails(string rule, bool fails, string file)
    {
        var result = WorkflowPolicy.Check(File.ReadAllText(file), Path.GetFileName(file));

        var hits = result.Findings.Where(finding => finding.Rule == rule).ToList();
        Assert.That(result.NotChecked, Is.Empty);
        Assert.That(hits.Count > 0, Is.EqualTo(fails));
        Assert.That(hits, Has.All.Matches<Finding>(hit => hit is { Line: > 0, Resource: not null }));
    }

    [TestCaseSource(nameof(RuleIds))]
    public void Has_at_least_two_failing_and_two_passing_cases(string rule) => RuleCases.AssertCovered("workflow", rule);

    [Test]
    public void Says_when_a_document_is_no_pipeline()
    {
        Assert.That(WorkflowPolicy.Check("a: 1\n", "x.yml").NotChecked.Single().Why, Does.Contain("neither"));
        Assert.That(WorkflowPolicy.Check("jobs: [", "x.yml").NotChecked.Single().Why, Does.Contain("could not be read"));
        Assert.That(WorkflowPolicy.Check("", "x.yml").NotChecked, Has.Count.EqualTo(1));
    }

    [Test]
    public void Never_throws_on_mangled_pipelines()
    {
        var random = new Random(77);
        var seeds = Directory.EnumerateFiles(Path.Combine(SourceTree.Cases("Policy"), "workflow"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText).ToList();

        for (var round = 0; round < 1500; round++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Count)]);

            for (var edit = random.Next(1, 8); edit > 0; edit--)
            {
                Mangle.Once(text, random, "{}[]:,&*!|>'\"$%@`#-\n\t ");
            }

            Assert.That(() => WorkflowPolicy.Check(text.ToString(), "x.yml"), Throws.Nothing);
        }
    }
}
