using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Terraform;
using Agentic.Tests.Policy.Terraform;

namespace Agentic.Tests.Policy;

internal sealed class PolicyEvaluationTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private const string Volume = "resource \"aws_ebs_volume\" \"data\" {\n  availability_zone = \"eu-west-1a\"\n  size              = 20\n  tags              = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\n";

    private static PolicyContent Terraform(string text) => new("terraform", new Dictionary<string, string> { ["main.tf"] = text }, []);

    private static PolicyVerdict Judge(string text, string? environment = "staging", PolicyBook? book = null, IReadOnlySet<string>? baseline = null, bool fixes = false) =>
        PolicyEvaluation.Evaluate(Terraform(text), environment, book ?? PolicyBook.BuiltIn, Now, baseline, fixes).Value!;

    private static PolicyException Exception(DateTimeOffset expires) =>
        new("exc-1", "CKV_AWS_3", "aws_ebs_volume.*", null, "storage-team", "Holds public test data only.", "ann", Now.AddDays(-10), expires);

    [TestCase(null, false)]
    [TestCase("dev", false)]
    [TestCase("staging", true)]
    [TestCase("production", true)]
    [TestCase("somewhere-new", true)]
    public void Blocks_where_policy_binds(string? environment, bool blocked)
    {
        var verdict = Judge(Volume, environment);

        Assert.That((verdict.Valid, verdict.Blocked), Is.EqualTo((false, blocked)));
        Assert.That(verdict.Violations.Select(violation => violation.Rule), Is.EqualTo((string[])["aws-ebs-encryption"]));
    }

    [TestCase("staging")]
    [TestCase("production")]
    public void Reports_small_things_and_blocks_for_none_of_them(string environment)
    {
        const string group = "resource \"aws_cloudwatch_log_group\" \"a\" {\n  name              = \"a\"\n  retention_in_days = 30\n  tags = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\n";

        var verdict = Judge(group, environment);

        Assert.That((verdict.Violations.Select(violation => violation.Severity).Distinct().Single(), verdict.Blocked), Is.EqualTo(("low", false)));
    }

    [Test]
    public void Lists_the_most_severe_of_more_violations_than_anyone_reads_and_decides_over_all()
    {
        var text = string.Concat(Enumerable.Range(0, 10_001).Select(number => $"resource \"aws_ebs_volume\" \"v{number}\" {{\n  encrypted = {(number == 7 ? "false" : "true")}\n}}\n"));

        var verdict = Judge(text);

        Assert.That((verdict.Violations.Count, verdict.Violations[0].Resource, verdict.Blocked), Is.EqualTo((10_000, "aws_ebs_volume.v7", true)));
        Assert.That(verdict.Decision, Does.StartWith("Blocked: 10002 violations are open"));
        Assert.That(verdict.NotChecked.Select(gap => gap.Why), Does.Contain("10,002 are open; the 10,000 most severe are listed."));
    }

    [Test]
    public void Blocks_from_medium_where_it_is_strict_whatever_is_enforced_elsewhere()
    {
        const string log = "resource \"aws_cloudwatch_log_group\" \"a\" {\n  name = \"a\"\n  kms_key_id = \"k\"\n  tags = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\n";
        var lenient = PolicyBook.BuiltIn with { BlocksFrom = "high" };

        Assert.That(Judge(log).Violations.Select(violation => violation.Severity), Is.EqualTo((string[])["medium"]));
        Assert.That((Judge(log, "staging", lenient).Blocked, Judge(log, "production", lenient).Blocked), Is.EqualTo((false, true)));
    }

    [Test]
    public void Blocks_what_it_could_not_check_where_it_is_strict()
    {
        const string module = "module \"vpc\" {\n  source = \"git::https://example.com/vpc.git\"\n}\n";

        Assert.That((Judge(module).Blocked, Judge(module, "production").Blocked), Is.EqualTo((false, true)));
    }

    [Test]
    public void Honours_an_exception_until_it_expires_and_says_so_after()
    {
        var held = Judge(Volume, book: PolicyBook.BuiltIn with { Exceptions = [Exception(Now.AddDays(1))] });
        var lapsed = Judge(Volume, book: PolicyBook.BuiltIn with { Exceptions = [Exception(Now.AddDays(-1))] });

        Assert.That((held.Valid, held.Waived.Single().ExceptionId), Is.EqualTo((true, "exc-1")));
        Assert.That(lapsed.Valid, Is.False);
        Assert.That(lapsed.NotChecked.Single().Why, Does.Contain("expired on 2026-05-03"));
    }

    [Test]
    public void Honours_the_same_exception_in_the_plan()
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = Volume });
        var plan = new PolicyContent("terraform_plan", new Dictionary<string, string> { ["plan.json"] = PlanOf.Resources(graph) }, []);

        var verdict = PolicyEvaluation.Evaluate(plan, "staging", PolicyBook.BuiltIn with { Exceptions = [Exception(Now.AddDays(1))] }, Now).Value!;

        Assert.That((verdict.Valid, verdict.Waived.Count), Is.EqualTo((true, 1)));
    }

    [TestCase("  # agentic:allow aws-ebs-encryption Scratch data of the build farm.\n")]
    [TestCase("  #checkov:skip=CKV_AWS_3:Scratch data of the build farm.\n")]
    [TestCase("  # trivy:ignore:AWS-0026 Scratch data of the build farm.\n")]
    [TestCase("  # agentic:allow aws-ebs-encryption until 2026-05-04 Scratch data of the build farm.\n")]
    [TestCase("  # tfsec:ignore:AWS-0026:exp:2026-06-01 Scratch data of the build farm.\n")]
    public void Honours_an_inline_suppression_with_a_reason(string comment)
    {
        var verdict = Judge(Volume.Replace("  size", comment + "  size", StringComparison.Ordinal));

        Assert.That((verdict.Valid, verdict.Waived.Single().Reason), Is.EqualTo((true, "Scratch data of the build farm.")));
    }

    [Test]
    public void Honours_a_suppression_right_above_the_resource() =>
        Assert.That(Judge("# agentic:allow aws-ebs-encryption Scratch data.\n" + Volume).Valid, Is.True);

    [Test]
    public void Does_not_honour_a_suppression_without_a_reason()
    {
        var verdict = Judge("# agentic:allow aws-ebs-encryption\n" + Volume);

        Assert.That(verdict.Valid, Is.False);
        Assert.That(verdict.NotChecked.Single().Why, Does.Contain("gives no reason"));
    }

    [TestCase("# agentic:allow aws-ebs-encryption until 2026-05-03 Scratch data.\n", "expired after 2026-05-03")]
    [TestCase("# trivy:ignore:AWS-0026:exp:2026-05-03 Scratch data.\n", "expired after 2026-05-03")]
    [TestCase("# trivy:ignore:AWS-0026:exp:2026-06-01\n", "gives no reason")]
    [TestCase("# agentic:allow aws-ebs-encryption until 2026-02-30 Scratch data.\n", "is no day")]
    public void Says_loudly_why_a_suppression_holds_no_longer(string comment, string why)
    {
        var verdict = Judge(comment + Volume);

        Assert.That(verdict.Valid, Is.False);
        Assert.That(verdict.NotChecked.Single().Why, Does.Contain(why));
    }

    [TestCase("", 1, 0)]
    [TestCase("  # agentic:allow aws-ebs-encryption Scratch data.\n", 0, 1)]
    public void Finds_what_a_plan_knows_where_its_configuration_has_it(string comment, int open, int waived)
    {
        var asked = "variable \"encrypted\" {}\n" + Volume.Replace("  size", comment + "  encrypted = var.encrypted\n  size", StringComparison.Ordinal);
        var (planned, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = Volume });
        var files = new PolicyContent("files", new Dictionary<string, string> { ["main.tf"] = asked, ["plan.json"] = PlanOf.Resources(planned) }, []);

        var verdict = PolicyEvaluation.Evaluate(files, "staging", PolicyBook.BuiltIn, Now).Value!;

        Assert.That((verdict.Violations.Count, verdict.Waived.Count), Is.EqualTo((open, waived)));
        Assert.That(verdict.Violations.Concat(verdict.Waived.Select(each => each.Violation)).Single().File, Is.EqualTo("main.tf"));
    }

    [Test]
    public void Names_a_fault_once_where_the_plan_and_its_configuration_both_show_it()
    {
        var (graph, _) = TerraformConfiguration.Read(new Dictionary<string, string> { ["main.tf"] = Volume });
        var files = new PolicyContent("files", new Dictionary<string, string> { ["main.tf"] = Volume, ["plan.json"] = PlanOf.Resources(graph) }, []);

        var verdict = PolicyEvaluation.Evaluate(files, "staging", PolicyBook.BuiltIn, Now).Value!;

        Assert.That(verdict.Violations.Select(violation => (violation.Rule, violation.File, violation.Line)), Is.EqualTo(((string, string?, int?)[])[("aws-ebs-encryption", "main.tf", 1)]));
    }

    [Test]
    public void Says_which_rules_kept_silent_because_a_value_is_not_known()
    {
        var verdict = Judge("variable \"encrypted\" {}\n" + Volume.Replace("  size", "  encrypted = var.encrypted\n  size", StringComparison.Ordinal), "production");

        Assert.That((verdict.Valid, verdict.Blocked), Is.EqualTo((true, false)));
        Assert.That(verdict.NotChecked.Single(), Is.EqualTo(
            new NotChecked("aws_ebs_volume.data", "aws-ebs-encryption: not decided, since encrypted (var.encrypted) is not known from what was sent; a plan of it tells more.") { IsLimit = true, IsUndecided = true }));
    }

    [Test]
    public void Says_nothing_of_what_a_provider_will_compute()
    {
        var verdict = Judge("resource \"aws_kms_key\" \"logs\" {\n  description         = \"logs\"\n  enable_key_rotation = true\n  policy              = \"{}\"\n  tags                = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\nresource \"aws_cloudwatch_log_group\" \"a\" {\n  name              = \"a\"\n  retention_in_days = 30\n  kms_key_id        = aws_kms_key.logs.arn\n  tags              = { Environment = \"dev\", Owner = \"a\", CostCenter = \"1\" }\n}\n");

        Assert.That((verdict.Valid, verdict.NotChecked.Count), Is.EqualTo((true, 0)));
    }

    [Test]
    public void Counts_only_what_is_new_against_a_baseline()
    {
        var baseline = Judge(Volume).Violations.Select(violation => violation.Fingerprint).ToHashSet();

        var verdict = Judge(Volume + Volume.Replace("\"data\"", "\"more\"", StringComparison.Ordinal), baseline: baseline);

        Assert.That(verdict.Violations.Select(violation => violation.Resource), Is.EqualTo((string[])["aws_ebs_volume.more"]));
    }

    [Test]
    public void Offers_a_patch_that_cures_the_finding()
    {
        var patch = Judge(Volume, fixes: true).Violations.Single().Patch!;

        Assert.That(patch.Diff, Is.EqualTo("--- a/main.tf\n+++ b/main.tf\n@@ -1,1 +1,2 @@\n resource \"aws_ebs_volume\" \"data\" {\n+  encrypted = true\n"));
    }

    [Test]
    public void Replaces_the_value_that_is_wrong()
    {
        var text = Volume.Replace("  size ", "  encrypted = false\n  size ", StringComparison.Ordinal);

        var patch = Judge(text, fixes: true).Violations.Single().Patch!;

        Assert.That((patch.StartLine, patch.EndLine, patch.Replacement), Is.EqualTo((3, 3, "  encrypted = true")));
    }

    [Test]
    public void Carries_aliases_fix_and_controls_into_a_violation()
    {
        var violation = Judge(Volume).Violations.Single();

        Assert.That(violation.Aliases, Is.EqualTo((string[])["CKV_AWS_3", "AWS-0026"]));
        Assert.That(violation.Frameworks, Does.Contain("CIS AWS 3.0 2.2.1"));
        Assert.That(violation.Message, Is.EqualTo("aws_ebs_volume.data is not encrypted (encrypted is not true)."));
    }

    [Test]
    public void Gives_each_file_of_a_repository_to_what_understands_it()
    {
        var content = new PolicyContent("files", new Dictionary<string, string>
        {
            ["infra/main.tf"] = Volume,
            ["Dockerfile"] = "FROM alpine:latest\nUSER app\n",
            ["k8s/pod.yaml"] = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: shop\nspec:\n  hostNetwork: true\n  containers: []\n",
            ["stack.yaml"] = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Disk:\n    Type: AWS::EC2::Volume\n    Properties:\n      Size: 1\n",
            ["package-lock.json"] = "{}",
        }, []);

        var verdict = PolicyEvaluation.Evaluate(content, null, PolicyBook.BuiltIn, Now).Value!;

        var seen = verdict.Violations.Select(violation => (violation.Rule, violation.File)).ToList();
        Assert.That(seen, Does.Contain(("aws-ebs-encryption", "infra/main.tf")));
        Assert.That(seen, Does.Contain(("docker-latest-tag", "Dockerfile")));
        Assert.That(seen, Does.Contain(("k8s-host-namespaces", "k8s/pod.yaml")));
        Assert.That(seen, Does.Contain(("aws-ebs-encryption", "stack.yaml")));
        Assert.That(verdict.NotChecked.Select(missing => missing.What), Does.Contain("vulnerabilities"));
    }

    [TestCase("terraform", "resource \"a\" {{{")]
    [TestCase("terraform_plan", "not a plan")]
    [TestCase("cloudformation", "just: yaml\n")]
    public void Refuses_what_is_not_what_it_says_it_is(string type, string text)
    {
        var outcome = PolicyEvaluation.Evaluate(new PolicyContent(type, new Dictionary<string, string> { [PolicyContent.DefaultName(type)] = text }, []), null, PolicyBook.BuiltIn, Now);

        Assert.That(outcome.IsRefused, Is.True);
    }
}
