using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Agents.Integrations.Prometheus;

/// <summary>Answers the custom queries of gates from a Prometheus server. A query that fails has no answer, which no gate takes for good news.</summary>
internal sealed class PrometheusMetricSource(HttpClient http) : IMetricSource
{
    private const int LongestAnswer = 1024 * 1024;

    public static HttpClient Connect(PrometheusOptions options)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(options.Url.TrimEnd('/') + "/"), Timeout = options.Limit, MaxResponseContentBufferSize = LongestAnswer };
        if (options.Token.Length > 0)
        {
            http.DefaultRequestHeaders.Authorization = new("Bearer", options.Token);
        }

        return http;
    }

    /// <summary>Requests are counted where they pass; a query that would count them is for a gate to write.</summary>
    public Task<Sample?> Read(ServiceKey key, Revision revision, DateTimeOffset since, CancellationToken cancellation) => Task.FromResult<Sample?>(null);

    public async Task<double?> Ask(string query, CancellationToken cancellation)
    {
        try
        {
            using var content = new FormUrlEncodedContent([KeyValuePair.Create("query", query)]);
            using var answer = await http.PostAsync("api/v1/query", content, cancellation).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? Value(JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false))) : null;
        }
        catch (Exception unanswered) when (unanswered is HttpRequestException or JsonException or InvalidOperationException || (unanswered is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The number of a scalar or of the only series; several series are no one number.</summary>
    private static double? Value(JsonNode? answer)
    {
        var found = answer?["data"];
        var pair = found?["resultType"]?.GetValue<string>() switch
        {
            "scalar" => found["result"] as JsonArray,
            "vector" when found["result"] is JsonArray { Count: 1 } series => series[0]?["value"] as JsonArray,
            _ => null,
        };
        return answer?["status"]?.GetValue<string>() == "success" && pair is [_, { } text] && double.TryParse(text.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : null;
    }
}
