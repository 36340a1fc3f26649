using System.Text.Json.Nodes;
using Agentic.Agents.Policy;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Tests.Policy.Kubernetes;

internal sealed class AdmissionReviewTests
{
    private const string Privileged = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"a:1","securityContext":{"privileged":true}}]}}""";

    [Test]
    public void Denies_what_blocks_and_warns_of_the_rest()
    {
        var answer = Answer(Request("CREATE", Privileged), "staging");

        Assert.That((string)answer["uid"]!, Is.EqualTo("705ab4f5"));
        Assert.That((bool)answer["allowed"]!, Is.False);
        Assert.That((string)answer["status"]!["message"]!, Does.Contain("[k8s-privileged] Pod/shop/a: container 'c' runs privileged."));
        Assert.That(answer["warnings"]!.AsArray().Select(warning => (string)warning!), Has.All.Not.Contain("k8s-privileged"));
    }

    [Test]
    public void Warns_only_where_policy_is_advisory()
    {
        var answer = Answer(Request("CREATE", Privileged), "dev");

        Assert.That((bool)answer["allowed"]!, Is.True);
        Assert.That(answer["warnings"]!.AsArray().Select(warning => (string)warning!), Has.Some.Contains("k8s-privileged"));
    }

    [TestCase("DELETE", Privileged)]
    [TestCase("CONNECT", Privileged)]
    [TestCase("UPDATE", "null")]
    [TestCase("CREATE", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}}""")]
    public void Allows_what_brings_nothing_forbidden(string operation, string target) => Assert.That((bool)Answer(Request(operation, target), "staging")["allowed"]!, Is.True);

    [TestCase("{}")]
    [TestCase("{\"uid\":3}")]
    [TestCase("{\"uid\":\"\"}")]
    public void Knows_what_is_no_review(string request) => Assert.That(AdmissionReview.Read(null, JsonNode.Parse(request)!.AsObject()), Is.Null);

    [Test]
    public void Sees_that_the_API_server_only_tries() =>
        Assert.That(AdmissionReview.Read(null, JsonNode.Parse("""{"uid":"1","dryRun":true}""")!.AsObject())!.IsDryRun, Is.True);

    private static JsonObject Request(string operation, string target) => JsonNode.Parse($$$"""{"uid":"705ab4f5","operation":"{{{operation}}}","namespace":"shop","object":{{{target}}} }""")!.AsObject();

    private static JsonNode Answer(JsonObject request, string environment)
    {
        var question = AdmissionReview.Read("admission.k8s.io/v1", request)!;
        var content = question.Manifest is null ? null : new PolicyContent("kubernetes", new Dictionary<string, string> { ["object.yaml"] = question.Manifest }, []);
        var verdict = content is null ? null : PolicyEvaluation.Evaluate(content, environment, PolicyBook.BuiltIn, DateTimeOffset.UnixEpoch).Value;
        return AdmissionReview.Answer(question, verdict)["response"]!;
    }
}
