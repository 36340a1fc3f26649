using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;
using Agentic.Host.Security;

namespace Agentic.Host.Http;

/// <summary>A workflow's transitions as they happen: server-sent events that resume, or a page of them for clients that poll.</summary>
internal static class WorkflowEventEndpoints
{
    private const int PageSize = 500;

    // Proxies close what is silent for a minute, and a client notices a dead connection only by a missing beat.
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(15);

    private static readonly HashSet<string> Ended = new(["completed", "failed", "cancelled"], StringComparer.Ordinal);

    public static void MapWorkflowEvents(this IEndpointRouteBuilder routes) => routes.MapGet("/workflows/{id}/events", Answer);

    private static async Task Answer(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (After(http.Request) is not { } after)
        {
            await RefusalProblems.Write(http, Refusal.Malformed("Last-Event-ID and after must be the number of the last event you have.", [new MemberError("after", "Send a whole number, or leave it out to start at the first event.")]));
            return;
        }

        var gate = http.RequestServices.GetRequiredService<OperationGate>();
        var known = await gate.Ask("get_workflow", JsonSerializer.SerializeToElement(new { id }, AgenticJson.Options), new Call(http.Caller(), "rest"), http.RequestAborted);
        if (known.IsRefused)
            await RefusalProblems.Write(http, known.Refusal);
        else if (http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
            await Stream(http, id, after, HasNothingMore(known.Value.Body, after));
        else
            await Page(http, id, after);
    }

    private static bool HasNothingMore(JsonNode workflow, long after) =>
        Ended.Contains((string?)workflow["status"] ?? "") && (long?)workflow["revision"] <= after;

    private static async Task Page(HttpContext http, string id, long after)
    {
        var redactor = http.RequestServices.GetRequiredService<Redactor>();
        var items = await http.RequestServices.GetRequiredService<WorkflowFeed>().Read(id, after, PageSize, http.RequestAborted);
        await JsonAnswer.Write(http, new JsonObject
        {
            ["items"] = new JsonArray([.. items.Select(item => Show(item, redactor))]),
            ["nextAfter"] = items.Count > 0 ? items[^1].Sequence : after,
        });
    }

    private static async Task Stream(HttpContext http, string id, long after, bool hasNothingMore)
    {
        if (hasNothingMore)
        {
            // An EventSource that is told 204 stops; any other end makes it come back for ever.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await Write(http, "retry: 2000\n\n", ending.Token);
            await Follow(http, id, after, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client has left or this node drains; with Last-Event-ID the stream goes on elsewhere.
        }
    }

    private static async Task Follow(HttpContext http, string id, long after, CancellationToken cancellation)
    {
        var redactor = http.RequestServices.GetRequiredService<Redactor>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var transitions = http.RequestServices.GetRequiredService<WorkflowFeed>().Follow(id, after, over.Token).GetAsyncEnumerator(over.Token);
        var next = transitions.MoveNextAsync().AsTask();
        try
        {
            while (await Next(http, next, time, cancellation))
            {
                var transition = transitions.Current;
                var text = Show(transition, redactor).ToJsonString(AgenticJson.Options);
                await Write(http, string.Create(CultureInfo.InvariantCulture, $"id: {transition.Sequence}\nevent: {transition.Type}\ndata: {text}\n\n"), cancellation);
                next = transitions.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // A feed cannot be disposed of while it still looks for the next transition.
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for the next transition, with a beat as long as there is none.</summary>
    private static async Task<bool> Next(HttpContext http, Task<bool> next, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(Beat, time, cancellation);
            }
            catch (TimeoutException)
            {
                await Write(http, ": beat\n\n", cancellation);
            }
        }
    }

    private static JsonNode Show(WorkflowTransition transition, Redactor redactor) =>
        redactor.Redact(JsonSerializer.SerializeToNode(transition, AgenticJson.Options))!;

    private static async Task Write(HttpContext http, string text, CancellationToken cancellation)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
        await http.Response.Body.FlushAsync(cancellation);
    }

    /// <summary>Null where what was sent is no number.</summary>
    private static long? After(HttpRequest request)
    {
        var given = request.Headers["Last-Event-ID"] is { Count: > 0 } last ? last.ToString() : request.Query["after"].ToString();
        return given.Length == 0 ? 0
            : long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after
            : null;
    }
}
