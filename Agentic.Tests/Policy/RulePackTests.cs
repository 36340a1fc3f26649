using Agentic.Agents.Policy;

namespace Agentic.Tests.Policy;

internal sealed class RulePackTests
{
    private const string Pack = """
        pack: acme
        version: 1.2.0
        rules:
          - id: acme-bucket-prefix
            severity: high
            match: { type: aws_s3_bucket }
            condition: starts_with(values.bucket, 'acme-')
            message: "{resource} must be named acme-*."
        overrides:
          - { rule: CKV_AWS_18, severity: info }
        disable: [aws-s3-kms-encryption]
        tests:
          - name: prefixed
            rule: acme-bucket-prefix
            resource: { values: { bucket: acme-orders } }
            expect: pass
          - name: bare
            rule: acme-bucket-prefix
            resource: { values: { bucket: orders } }
            expect: fail
        """;

    private static PolicyVerdict Judge(string hcl)
    {
        var pack = RulePackReader.Read(Pack, "acme.yaml").Value!;
        var book = PolicyBook.BuiltIn with { Catalogue = pack.Apply(PolicyCatalogue.BuiltIn), Packs = [pack] };
        return PolicyEvaluation.Evaluate(new PolicyContent("terraform", new Dictionary<string, string> { ["main.tf"] = hcl }, []), null, book, DateTimeOffset.UnixEpoch).Value!;
    }

    [Test]
    public void Adds_overrides_and_disables_rules()
    {
        var verdict = Judge("resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"orders\"\n}\n");

        Assert.That(verdict.Violations.Single(violation => violation.Rule == "acme-bucket-prefix").Message, Is.EqualTo("aws_s3_bucket.a must be named acme-*."));
        Assert.That(verdict.Violations.Single(violation => violation.Rule == "aws-s3-access-logging").Severity, Is.EqualTo("info"));
        Assert.That(verdict.Violations.Select(violation => violation.Rule), Does.Not.Contain("aws-s3-kms-encryption"));
    }

    [Test]
    public void Says_nothing_about_what_is_not_known() =>
        Assert.That(Judge("variable \"n\" {}\nresource \"aws_s3_bucket\" \"a\" {\n  bucket = var.n\n}\n").Violations.Select(violation => violation.Rule), Does.Not.Contain("acme-bucket-prefix"));

    [Test]
    public void Runs_the_tests_of_a_pack()
    {
        var results = RulePackCheck.Test(RulePackReader.Read(Pack, "acme.yaml").Value!);

        Assert.That(results.Select(result => (result.Name, result.Passed)), Is.EqualTo(((string, bool)[])[("prefixed", true), ("bare", true)]));
    }

    [Test]
    public void Shows_a_test_that_does_not_hold()
    {
        var pack = RulePackReader.Read(Pack.Replace("expect: fail", "expect: pass", StringComparison.Ordinal), "acme.yaml").Value!;

        Assert.That(RulePackCheck.Test(pack)[1].Message, Does.Contain("expected to pass"));
    }

    [TestCase("condition: starts_with(values.bucket, 'acme-')", "condition: '[[['", "not JMESPath")]
    [TestCase("severity: high", "severity: enormous", "enormous")]
    [TestCase("pack: acme", "pack: 'Not A Name'", "lower-case")]
    [TestCase("rule: acme-bucket-prefix", "rule: another", "of this pack")]
    public void Names_the_mistakes_in_a_pack(string good, string bad, string why) =>
        Assert.That(RulePackReader.Read(Pack.Replace(good, bad, StringComparison.Ordinal), "acme.yaml").Refusal!.Errors.Select(error => error.Message), Has.Some.Contain(why));

    [TestCase("- just a list")]
    [TestCase("a: [")]
    [TestCase("")]
    public void Refuses_what_is_no_pack(string text) => Assert.That(RulePackReader.Read(text, "x.yaml").IsRefused, Is.True);
}
