using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using Agentic.Agents.Deployment;

namespace Agentic.Agents.Integrations.Kubernetes;

/// <summary>What an API server's "no" means for a deployment, in the server's own words.</summary>
internal static class ClusterRefusals
{
    private const int Pauses = 3;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Every call may be repeated, so one that the server puts off is asked again when it said.</summary>
    public static async Task<TargetOutcome> Guard(Func<Task<TargetOutcome>> ask, TimeProvider time, CancellationToken cancellation)
    {
        for (var paused = 0; ; paused++)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (HttpOperationException busy) when (paused < Pauses && Pause(busy) is not null)
            {
                await Task.Delay(Pause(busy)!.Value, time, cancellation).ConfigureAwait(false);
            }
            catch (HttpOperationException refused)
            {
                // 410: a list or a watch is older than the server remembers; a new one is not.
                return (int)refused.Response.StatusCode is 408 or 409 or 410 or 429 or >= 500 ? TargetOutcome.Unavailable(Describe(refused)) : TargetOutcome.Broken(Describe(refused));
            }
            catch (Exception problem) when (IsPassing(problem, cancellation))
            {
                return TargetOutcome.Unavailable(Describe(problem));
            }
        }
    }

    /// <summary>True for what a server or the way to it does wrong, as opposed to this program.</summary>
    public static bool IsPassing(Exception problem, CancellationToken cancellation) =>
        problem is HttpOperationException or HttpRequestException or KubernetesException or IOException or JsonException
        || (problem is OperationCanceledException && !cancellation.IsCancellationRequested);

    public static string Describe(Exception problem) => problem switch
    {
        HttpOperationException refused => string.Create(CultureInfo.InvariantCulture, $"the Kubernetes API server answers {(int)refused.Response.StatusCode}: {Said(refused)}"),
        OperationCanceledException => "the Kubernetes API server did not answer in time",
        JsonException => $"the Kubernetes API server answered something that is not its API: {Shorten(problem.Message)}",
        _ => $"the Kubernetes API server cannot be reached: {problem.Message}",
    };

    private static string Said(HttpOperationException refused)
    {
        var text = refused.Response.Content ?? "";
        try
        {
            text = JsonNode.Parse(text) is JsonObject status && (string?)status["message"] is { Length: > 0 } message ? message : text;
        }
        catch (Exception garbled) when (garbled is JsonException or InvalidOperationException)
        {
            // A proxy's own page; what it says is shown as it is.
        }

        var hint = refused.Response.StatusCode == HttpStatusCode.NotFound && text.StartsWith("namespaces ", StringComparison.Ordinal)
            ? ". Make the namespace, or name another in Kubernetes:Namespaces"
            : "";
        return Shorten(text) + hint;
    }

    private static TimeSpan? Pause(HttpOperationException refused) =>
        refused.Response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError
        && refused.Response.Headers.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault() is { } seconds
        && double.TryParse(seconds, CultureInfo.InvariantCulture, out var pause) && pause >= 0 && pause <= LongestPause.TotalSeconds
            ? TimeSpan.FromSeconds(pause)
            : null;

    private static string Shorten(string text) => text.Length <= 500 ? text : text[..500] + "…";
}
