using Agentic.Agents.Integrations.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

public class PrometheusMetricSourceTests
{
    [TestCase("""{ "status": "success", "data": { "resultType": "scalar", "result": [ 1700000000.1, "0.25" ] } }""", 200, 0.25)]
    [TestCase("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "metric": {}, "value": [ 1700000000, "3" ] } ] } }""", 200, 3.0)]
    [TestCase("""{ "status": "success", "data": { "resultType": "vector", "result": [] } }""", 200, null)]
    [TestCase("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "value": [ 1, "1" ] }, { "value": [ 1, "2" ] } ] } }""", 200, null)]
    [TestCase("""{ "status": "success", "data": { "resultType": "vector", "result": [ { "value": [ 1, "NaN" ] } ] } }""", 200, null)]
    [TestCase("""{ "status": "success", "data": { "resultType": "matrix", "result": [] } }""", 200, null)]
    [TestCase("""{ "status": "error", "errorType": "bad_data", "error": "parse error" }""", 400, null)]
    [TestCase("not json", 200, null)]
    [TestCase("[]", 200, null)]
    [TestCase("{ \"data\": 7 }", 200, null)]
    public async Task Answers_one_number_or_none(string body, int status, double? expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        var asked = "";
        server.MapPost("/api/v1/query", async (HttpRequest request) =>
        {
            asked = (await request.ReadFormAsync())["query"].ToString();
            return Results.Text(body, "application/json", null, status);
        });
        await server.StartAsync();
        using var http = PrometheusMetricSource.Connect(new PrometheusOptions { Url = server.Urls.First() });

        var answer = await new PrometheusMetricSource(http).Ask("sum(rate(errors[1m]))", default);

        Assert.That(answer, Is.EqualTo(expected));
        Assert.That(asked, Is.EqualTo("sum(rate(errors[1m]))"));
    }

    [Test]
    public async Task Has_no_answer_where_the_server_does_not_answer()
    {
        using var http = PrometheusMetricSource.Connect(new PrometheusOptions { Url = "http://127.0.0.1:9" });

        Assert.That(await new PrometheusMetricSource(http).Ask("up", default), Is.Null);
    }
}
