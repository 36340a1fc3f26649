using System.Text.Json;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Tests.Policy.Kubernetes;

public sealed class AdmissionReviewTests
{
    private const string Privileged = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"a:1","securityContext":{"privileged":true}}]}}""";

    [Test]
    public void Denies_what_blocks_and_warns_of_the_rest()
    {
        var answer = Answer(Request("CREATE", Privileged), "k8s-privileged");

        Assert.That(answer.GetProperty("uid").GetString(), Is.EqualTo("705ab4f5"));
        Assert.That(answer.GetProperty("allowed").GetBoolean(), Is.False);
        Assert.That(answer.GetProperty("status").GetProperty("message").GetString(), Does.StartWith("[k8s-privileged] Pod/shop/a: container 'c' runs privileged."));
        Assert.That(answer.GetProperty("warnings").GetArrayLength(), Is.GreaterThan(3));
    }

    [TestCase("DELETE", Privileged)]
    [TestCase("UPDATE", "null")]
    [TestCase("CREATE", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}}""")]
    public void Allows_what_brings_nothing_forbidden(string operation, string target)
    {
        Assert.That(Answer(Request(operation, target), "k8s-privileged").GetProperty("allowed").GetBoolean(), Is.True);
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{\"request\":{}}")]
    [TestCase("{\"request\":{\"uid\":3}}")]
    public void Refuses_what_is_no_review(string body)
    {
        var answer = AdmissionReview.Answer(body, _ => true);

        Assert.That(answer.Response, Is.Null);
        Assert.That(answer.Error, Does.StartWith("The body is not"));
    }

    private static string Request(string operation, string target) =>
        $$$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"705ab4f5","operation":"{{{operation}}}","namespace":"shop","object":{{{target}}} }}""";

    private static JsonElement Answer(string body, string blocking)
    {
        using var document = JsonDocument.Parse(AdmissionReview.Answer(body, finding => finding.Rule == blocking).Response!);
        return document.RootElement.GetProperty("response").Clone();
    }
}
