using Agentic.Agents.Policy;

namespace Agentic.Tests.Policy;

internal sealed class PolicyCatalogueTests
{
    [TestCase("terraform", 84)]
    [TestCase("kubernetes", 36)]
    [TestCase("dockerfile", 25)]
    [TestCase("secret", 85)]
    public void Holds_the_whole_baseline(string type, int count) =>
        Assert.That(PolicyCatalogue.BuiltIn.All.Count(rule => rule.Type == type), Is.GreaterThanOrEqualTo(count));

    [Test]
    public void Says_of_every_rule_how_bad_it_is_and_what_to_do()
    {
        Assert.That(PolicyCatalogue.BuiltIn.All.Select(rule => rule.Severity).Except(PolicyCatalogue.Severities), Is.Empty);
        Assert.That(PolicyCatalogue.BuiltIn.All.Select(rule => rule.Category).Distinct(), Is.SubsetOf((string[])["security", "cost", "compliance", "operational"]));
        Assert.That(PolicyCatalogue.BuiltIn.All.Where(rule => rule.Fix.Length < 5 || rule.FailsWhen.Length < 5).Select(rule => rule.Id), Is.Empty);
    }

    [TestCase("aws-s3-public-acl", "aws-s3-public-acl")]
    [TestCase("CKV_AWS_20", "aws-s3-public-acl")]
    [TestCase("ckv_aws_57", "aws-s3-public-acl")]
    [TestCase("AVD-AWS-0092", "aws-s3-public-acl")]
    [TestCase("DL3002", "docker-user-root")]
    [TestCase("NOPE", null)]
    public void Finds_a_rule_by_any_of_its_names(string name, string? rule) => Assert.That(PolicyCatalogue.BuiltIn.Resolve(name), Is.EqualTo(rule));
}
