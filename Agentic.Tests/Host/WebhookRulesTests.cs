using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agentic.Agents.Deployment;
using Agentic.Host.Webhooks;

namespace Agentic.Tests.Host;

internal sealed class WebhookRulesTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private static readonly Dictionary<string, ServiceSource> Sources = new() { ["shop"] = new ServiceSource { Repository = "https://github.com/Acme/shop.git" } };
    private static readonly string[] Order = ["dev", "staging", "production"];

    [TestCase("https://github.com/acme/shop.git", "acme/shop")]
    [TestCase("git@github.com:acme/shop.git", "acme/shop")]
    [TestCase("ssh://git@host:22/group/sub/shop", "group/sub/shop")]
    [TestCase("/srv/git/acme/shop.git", "acme/shop")]
    public void Knows_a_repository_by_the_name_its_provider_gives_it(string address, string expected) =>
        Assert.That(WebhookRules.PathOf(address), Is.EqualTo(expected));

    [TestCase("main", "main", true)]
    [TestCase("release/*", "release/1.2", true)]
    [TestCase("*", "", true)]
    [TestCase("*-fix*", "hot-fix-2", true)]
    [TestCase("main", "mainline", false)]
    [TestCase("release/*", "releases", false)]
    public void Matches_branches_by_star_alone(string pattern, string branch, bool expected) =>
        Assert.That(WebhookRules.Fits(pattern, branch), Is.EqualTo(expected));

    [Test]
    public void Takes_time_in_proportion_for_the_worst_pattern() =>
        Assert.That(WebhookRules.Fits(string.Concat(Enumerable.Repeat("*a", 50)) + "b", new string('a', 5000)), Is.False);

    [TestCase("push", $$"""{ "ref": "refs/heads/feature/a", "after": "{{Commit}}", "repository": { "full_name": "acme/shop" } }""", "push feature/a")]
    [TestCase("push", $$"""{ "ref": "refs/tags/v1", "after": "{{Commit}}", "repository": { "full_name": "acme/shop" } }""", "tag v1")]
    [TestCase("push", """{ "ref": "refs/heads/a", "after": "0000000000000000000000000000000000000000", "deleted": true, "repository": { "full_name": "acme/shop" } }""", null)]
    [TestCase("pull_request", $$"""{ "action": "closed", "pull_request": { "merged": true, "merge_commit_sha": "{{Commit}}", "base": { "ref": "main" } }, "repository": { "full_name": "acme/shop" } }""", "merge main")]
    [TestCase("pull_request", """{ "action": "closed", "pull_request": { "merged": false, "base": { "ref": "main" } }, "repository": { "full_name": "acme/shop" } }""", null)]
    [TestCase("workflow_run", $$"""{ "action": "completed", "workflow_run": { "id": 7, "conclusion": "failure", "head_branch": "main", "head_sha": "{{Commit}}" }, "repository": { "full_name": "acme/shop" } }""", "pipeline_failed main")]
    [TestCase("ping", """{ "zen": "x" }""", null)]
    [TestCase("push", """{ "ref": 5, "repository": [] }""", null)]
    public void Reads_what_github_says(string kind, string body, string? expected)
    {
        var said = WebhookEvent.OfGitHub(kind, JsonDocument.Parse(body).RootElement);

        Assert.That(said is null ? null : $"{said.Kind} {said.Branch}", Is.EqualTo(expected));
    }

    [TestCase("Push Hook", $$"""{ "ref": "refs/heads/main", "after": "{{Commit}}", "checkout_sha": "{{Commit}}", "project": { "path_with_namespace": "acme/shop" } }""", "push main")]
    [TestCase("Merge Request Hook", $$"""{ "object_attributes": { "action": "merge", "target_branch": "main", "merge_commit_sha": "{{Commit}}" }, "project": { "path_with_namespace": "acme/shop" } }""", "merge main")]
    [TestCase("Merge Request Hook", """{ "object_attributes": { "action": "open", "target_branch": "main" }, "project": { "path_with_namespace": "acme/shop" } }""", null)]
    [TestCase("Pipeline Hook", $$"""{ "object_attributes": { "id": 31, "status": "failed", "ref": "main", "sha": "{{Commit}}" }, "project": { "path_with_namespace": "acme/shop" } }""", "pipeline_failed main")]
    [TestCase("Pipeline Hook", """{ "object_attributes": { "id": 31, "status": "running" }, "project": { "path_with_namespace": "acme/shop" } }""", null)]
    public void Reads_what_gitlab_says(string kind, string body, string? expected)
    {
        var said = WebhookEvent.OfGitLab(kind, JsonDocument.Parse(body).RootElement);

        Assert.That(said is null ? null : $"{said.Kind} {said.Branch}", Is.EqualTo(expected));
    }

    [TestCase("""{ "app": "staging-shop", "health": "Degraded", "revision": "abc" }""", "argocd_degraded staging-shop")]
    [TestCase("""{ "app": "staging-shop", "phase": "Failed" }""", "argocd_failed staging-shop")]
    [TestCase("""{ "app": "staging-shop", "health": "Healthy", "sync": "Synced" }""", "argocd_synced staging-shop")]
    [TestCase("""{ "health": "Degraded" }""", null)]
    public void Reads_what_argo_cd_says(string body, string? expected)
    {
        var said = WebhookEvent.OfArgoCd(JsonDocument.Parse(body).RootElement);

        Assert.That(said is null ? null : $"{said.Kind} {said.Repository}", Is.EqualTo(expected));
    }

    [Test]
    public void Deploys_a_commit_to_dev_and_a_merge_to_main_to_staging_as_shipped()
    {
        var shipped = new WebhookOptions().RulesInForce;

        var push = WebhookRules.For(new WebhookEvent("github", "push", "acme/shop", "feature", Commit), shipped, Sources, Order);
        var merge = WebhookRules.For(new WebhookEvent("gitlab", "merge", "acme/shop", "main", Commit), shipped, Sources, Order);
        var aside = WebhookRules.For(new WebhookEvent("github", "merge", "acme/shop", "develop", Commit), shipped, Sources, Order);
        var foreign = WebhookRules.For(new WebhookEvent("github", "push", "evil/shop", "main", Commit), shipped, Sources, Order);

        Assert.That(push.Single().Request.ToJsonString(), Is.EqualTo($$$"""{"template":"deploy-commit","parameters":{"service":"shop","commit":"{{{Commit}}}","environment":"dev"}}"""));
        Assert.That(merge.Single().Request.ToJsonString(), Is.EqualTo($$$"""{"template":"deploy-merge","parameters":{"service":"shop","commit":"{{{Commit}}}","environment":"staging","next":"production"}}"""));
        Assert.That(aside, Is.Empty);
        Assert.That(foreign, Is.Empty, "only repositories that are configured");
    }

    [Test]
    public void Follows_configured_rules_instead_and_names_their_faults()
    {
        WebhookRule[] rules = [new() { Name = "heal", On = "argocd_degraded", Service = "sh*", Template = "heal", Parameters = { ["what"] = "{service} in {environment}" } }];

        var match = WebhookRules.For(new WebhookEvent("argocd", "argocd_degraded", "staging-shop", "", "abc"), rules, Sources, Order).Single();

        Assert.That(match.Request["parameters"]!.ToJsonString(), Is.EqualTo("""{"what":"shop in staging"}"""));
        Assert.That(WebhookRules.Faults(new WebhookOptions { GitHub = { Secret = "short" }, Rules = [new WebhookRule { Name = "a", On = "sunrise", Template = "x" }] }).ToList(), Has.Count.EqualTo(2));
    }

    [Test]
    public void Accepts_only_the_right_signature()
    {
        var body = "{\"a\":1}"u8.ToArray();
        var right = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("a-secret-of-some-length"), body));

        Assert.That(WebhookSignature.IsSigned(right, "a-secret-of-some-length", body), Is.True);
        Assert.That(WebhookSignature.IsSigned(right, "another-secret-of-length", body), Is.False);
        Assert.That(WebhookSignature.IsSigned(right, "a-secret-of-some-length", "{\"a\":2}"u8.ToArray()), Is.False);
        Assert.That(WebhookSignature.IsSigned(right[..^1], "a-secret-of-some-length", body), Is.False);
        Assert.That(WebhookSignature.IsSigned("sha256=" + new string('z', 64), "a-secret-of-some-length", body), Is.False);
        Assert.That(WebhookSignature.IsSigned(null, "a-secret-of-some-length", body), Is.False);
        Assert.That(WebhookSignature.IsToken("a-token-of-some-length", "a-token-of-some-length"), Is.True);
        Assert.That(WebhookSignature.IsToken("a-token-of-some-lengt", "a-token-of-some-length"), Is.False);
    }
}
