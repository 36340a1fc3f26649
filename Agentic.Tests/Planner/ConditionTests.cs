using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public sealed class ConditionTests
{
    private static readonly JsonObject Known = new() { ["valid"] = true, ["count"] = 3, ["env"] = "staging", ["empty"] = null };

    private static Outcome<bool> Evaluate(string text) => Condition.Evaluate(text, path => References.Follow(Known, path.Split('.'), path));

    [TestCase("${valid}", true)]
    [TestCase("!${valid}", false)]
    [TestCase("${valid} == true && ${count} >= 3", true)]
    [TestCase("${env} == 'prod' || ${env} != \"dev\"", true)]
    [TestCase("!(${env} == 'staging')", false)]
    [TestCase("${empty} == null", true)]
    [TestCase("${count} < 10 && ${count} > 2", true)]
    [TestCase("${env} < 10", false)]
    [TestCase("false || true && false", false)]
    public void Evaluates(string text, bool expected) => Assert.That(Evaluate(text).Value, Is.EqualTo(expected));

    [TestCase("${valid} = true", "something after its end")]
    [TestCase("(${valid}", "')' is missing")]
    [TestCase("${valid", "'}' is missing")]
    [TestCase("'open", "closing quote")]
    [TestCase("staging", "put text in quotes")]
    [TestCase("", "ends where a value")]
    [TestCase("${nothing}", "there is no 'nothing'")]
    public void Says_what_is_wrong(string text, string expected) => Assert.That(Evaluate(text).Refusal!.Reason, Does.Contain(expected));

    [Test]
    public void Survives_any_text([Range(1, 300)] int seed)
    {
        var chance = new Random(seed);
        string[] parts = ["${valid}", "${", "}", "(", ")", "!", "==", "&&", "||", "'a", "'", "\"", " ", "1", "-", "true", "<", "x", "!!!!", "((((((((", "é"];
        var text = string.Concat(Enumerable.Range(0, chance.Next(1, 40)).Select(_ => parts[chance.Next(parts.Length)]));

        Assert.That(() => Evaluate(text), Throws.Nothing);
    }

    [Test]
    public void Refuses_deep_nesting() =>
        Assert.That(Evaluate(new string('(', 5000) + "true" + new string(')', 5000)).Refusal!.Reason, Does.Contain("nested too deeply"));
}
