using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Policy.Engines;

/// <summary>Asks an OPA server for a decision over its data API: <c>POST /v1/data/{path}</c> with the document as <c>input</c>.</summary>
internal sealed class OpaServer(HttpClient http, Uri server, string decision, string token, TimeSpan limit) : IExternalEngine
{
    private const int MaxAnswer = 20 * 1024 * 1024;

    public string Name => "opa";

    public bool Reads(string type) => true;

    public async Task<Checked> CheckAsync(EngineInput input, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);

        try
        {
            using var request = Request(input);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            var body = await BodyAsync(response, timeout.Token);
            return body is null ? Checked.Unread(Name, "The server sent more than can be read.") : Judge(response.StatusCode, body);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Checked.Unread(Name, $"The server did not answer within {limit.TotalSeconds:F0} s.");
        }
        catch (HttpRequestException unreachable)
        {
            return Checked.Unread(Name, $"The server at {server.GetLeftPart(UriPartial.Authority)} could not be asked: {unreachable.Message}");
        }
        catch (IOException broken)
        {
            return Checked.Unread(Name, $"The connection to the server broke: {broken.Message}");
        }
    }

    private HttpRequestMessage Request(EngineInput input)
    {
        var path = string.Join('/', decision.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, $"/v1/data/{path}")) { Content = new StringContent($"{{\"input\":{EngineDocument.Write(input)}}}", Encoding.UTF8, "application/json") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        if (token.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private static async Task<string?> BodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];

        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (kept.Length + read > MaxAnswer)
            {
                return null;
            }

            kept.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(kept.ToArray());
    }

    private Checked Judge(HttpStatusCode status, string body)
    {
        try
        {
            var answer = EngineReports.Json(body);

            if (status != HttpStatusCode.OK)
            {
                return Checked.Unread(Name, $"The server answered {(int)status}: {EngineReports.Text(answer, "code")} {EngineReports.Text(answer, "message")}".TrimEnd());
            }

            // OPA answers 200 without a result where no policy defines the decision: that is not a pass.
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out var result)
                ? new Checked(OpaDecision.Read(result), [])
                : Checked.Unread(Name, $"The decision {decision} is undefined: no policy on the server defines it.");
        }
        catch (Exception broken) when (broken is JsonException or FormatException)
        {
            return Checked.Unread(Name, $"The server answered {(int)status} with something that is not a decision: {broken.Message}");
        }
    }
}
