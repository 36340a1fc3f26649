using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Rules;

namespace Agentic.Tests.Policy.Terraform;

/// <summary>Which resource a finding names where two of them make the fault, and that both places can speak for it.</summary>
internal sealed class AttributionTests
{
    private const string Bucket = "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"orders\"\n}\n";
    private const string Acl = "resource \"aws_s3_bucket_acl\" \"data\" {\n  bucket = aws_s3_bucket.data.id\n  acl    = \"public-read\"\n}\n";

    private static PolicyVerdict Evaluate(string bucket, string acl) => PolicyEvaluation.Evaluate(
        new PolicyContent("terraform", new Dictionary<string, string> { ["bucket.tf"] = bucket, ["acl.tf"] = acl }, []),
        "production", PolicyBook.BuiltIn, DateTimeOffset.UnixEpoch).Value!;

    [Test]
    public void Names_the_bucket_and_the_line_of_the_ACL_that_makes_it_public()
    {
        var violation = Evaluate(Bucket, Acl).Violations.Single(found => found.Rule == "aws-s3-public-acl");

        Assert.That((violation.Resource, violation.File, violation.Line), Is.EqualTo(("aws_s3_bucket.data", "acl.tf", 3)));
        Assert.That(violation.Message, Is.EqualTo("aws_s3_bucket.data has the ACL public-read, which lets people outside the account in (aws_s3_bucket_acl.data)."));
    }

    [Test]
    public void Names_the_ACL_where_its_bucket_is_not_part_of_the_input()
    {
        var violation = Evaluate("", Acl).Violations.Single(found => found.Rule == "aws-s3-public-acl");

        Assert.That(violation.Resource, Is.EqualTo("aws_s3_bucket_acl.data"));
    }

    [TestCase("# checkov:skip=CKV_AWS_20: a public site\n" + Bucket, Acl)]
    [TestCase(Bucket, "# checkov:skip=CKV_AWS_20: a public site\n" + Acl)]
    [TestCase(Bucket, "resource \"aws_s3_bucket_acl\" \"data\" {\n  bucket = aws_s3_bucket.data.id\n\n  acl = \"public-read\"\n  # agentic:allow aws-s3-public-acl a public site\n}\n")]
    public void Counts_a_suppression_on_the_bucket_and_on_the_ACL(string bucket, string acl)
    {
        Assert.That(Evaluate(bucket, acl).Violations.Select(found => found.Rule), Does.Not.Contain("aws-s3-public-acl"));
    }
}
