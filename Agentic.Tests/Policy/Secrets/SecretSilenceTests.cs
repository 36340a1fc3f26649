using System.Text.Json;
using Agentic.Agents.Operations;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Reports;
using Agentic.Agents.Policy.Reviews;
using Agentic.Agents.Policy.Secrets;

namespace Agentic.Tests.Policy.Secrets;

/// <summary>Nothing that leaves an evaluation lets a secret be read or guessed: not its messages, patches, reviews, logs or reports.</summary>
public sealed class SecretSilenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public void Writes_no_secret_into_verdict_review_log_or_report()
    {
        var random = new Random(11);
        var secrets = Enumerable.Range(0, 12).Select(_ => SecretSamples.Fill('a', 24, random)).ToArray();
        var token = SecretSamples.Make("ghp_{a36}", random);
        var files = new Dictionary<string, string>
        {
            [".env"] = $"API_TOKEN={secrets[0]}\nGITHUB_TOKEN={token}\n",
            ["main.tf"] = $"resource \"aws_db_instance\" \"db\" {{\n  engine   = \"postgres\"\n  password = \"{secrets[1]}\"\n}}\nresource \"aws_ebs_volume\" \"data\" {{\n  tags = {{ api_key = \"{secrets[2]}\" }}\n}}\n",
            ["variables.tf"] = $"variable \"db_password\" {{\n  default = \"{secrets[3]}\"\n}}\n",
            ["Dockerfile"] = $"FROM alpine:3.20\nRUN apt-get install curl && curl -u deploy:{secrets[4]} https://shop.internal\nENV API_SECRET={secrets[5]}\nCMD [\"/app\"]\n",
            ["deploy.yaml"] = $"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: shop}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: shop\n        image: shop:latest\n        env:\n        - name: API_TOKEN\n          value: {secrets[6]}\n",
            ["secret.yaml"] = $"apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  password: {secrets[7]}\n",
            ["nuget.config"] = $"<add key=\"ClearTextPassword\" value=\"{secrets[8]}\" />\n",
            ["client.py"] = $"headers = {{\"Authorization\": \"Bearer {secrets[9]}\"}}\nurl = \"postgres://shop:{secrets[10]}@db/shop\"\n",
            [".github/workflows/ci.yml"] = $"on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n    - uses: actions/checkout@main\n    - run: make\n      env:\n        DEPLOY_TOKEN: {secrets[11]}\n",
        };

        var verdict = PolicyEvaluation.Evaluate(new PolicyContent("files", files, []), "production", PolicyBook.BuiltIn, Now, withPatches: true).Value!;

        var record = new ValidationRecord("pol-1", Now, "ada", "files", "production", "shop", "abc", verdict.Valid, verdict.Blocked, verdict.Mode, verdict.Decision, verdict.Violations, verdict.Waived, verdict.Engines, verdict.Rules, verdict.NotChecked);
        var count = new ComplianceCount(PolicyCatalogue.BuiltIn);
        count.Add(record);
        var report = ComplianceReport.Of(ReportPeriod.Of("2026-Q4", Now), count, new ComplianceCount(PolicyCatalogue.BuiltIn), [], Now);
        var written = string.Join('\n',
            JsonSerializer.Serialize(record, AgenticJson.Options), SarifLog.Write(verdict.Violations, PolicyCatalogue.BuiltIn).ToJsonString(), JsonSerializer.Serialize(ReviewText.Of(record, null), AgenticJson.Options),
            ComplianceHtml.Write(report), JsonSerializer.Serialize(report, AgenticJson.Options), verdict.ToString(), string.Join('\n', verdict.Violations));
        var found = verdict.Violations.Where(violation => violation.Aliases.Any(alias => alias.Contains("gitleaks", StringComparison.Ordinal)) || SecretPolicy.Rules.Any(rule => rule.Id == violation.Rule)).Select(violation => violation.File).ToHashSet();

        Assert.That(found, Is.EquivalentTo(files.Keys));
        foreach (var secret in (string[])[.. secrets, token[4..]])
        {
            Assert.That(written, Does.Not.Contain(secret[..8]));
        }
    }

    [Test]
    public void Holds_a_patch_back_that_would_show_a_secret_and_offers_the_others()
    {
        var secret = SecretSamples.Fill('a', 24, new Random(12));
        PolicyVerdict Verdict(string text) => PolicyEvaluation.Evaluate(new PolicyContent("dockerfile", new Dictionary<string, string> { ["Dockerfile"] = text }, []), "staging", PolicyBook.BuiltIn, Now, withPatches: true).Value!;

        Assert.That(Verdict("FROM alpine:3.20\nRUN apt-get install curl\nCMD [\"/app\"]\n").Violations.Count(violation => violation.Patch is not null), Is.GreaterThan(0));
        Assert.That(Verdict($"FROM alpine:3.20\nRUN apt-get install curl && curl -u deploy:{secret} https://shop.internal\nCMD [\"/app\"]\n").Violations.Select(violation => violation.Patch?.Diff ?? ""), Has.None.Contains(secret));
    }

    [Test]
    public void Writes_no_value_where_a_match_is_written_out()
    {
        var secret = SecretSamples.Fill('a', 24, new Random(13));

        Assert.That(SecretScan.Find($"api_token: \"{secret}\"\n", "a.yaml").Single().ToString(), Is.EqualTo("generic-api-key at 12: 24 characters"));
    }

    [Test]
    public void Confirms_no_guess_of_a_short_password_by_its_fingerprint()
    {
        var random = new Random(14);
        var password = "winter-orders";
        var print = SecretPolicy.Fingerprint("hashicorp-tf-password", "main.tf", password);
        var alike = Enumerable.Range(0, 200_000).Count(_ => SecretPolicy.Fingerprint("hashicorp-tf-password", "main.tf", SecretSamples.Fill('L', 9, random)) == print);

        Assert.That(print, Does.Match("^hashicorp-tf-password\\|main\\.tf\\|[0-9a-f]{3}$"));
        Assert.That(alike, Is.GreaterThan(20));
        Assert.That(SecretPolicy.Fingerprint("github-pat", ".env", SecretSamples.Make("ghp_{a36}", random)), Does.Match("\\|[0-9a-f]{12}$"));
    }
}
