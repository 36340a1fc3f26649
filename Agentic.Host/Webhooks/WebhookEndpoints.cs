using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;
using Agentic.Host.Http;
using Microsoft.Extensions.Options;

namespace Agentic.Host.Webhooks;

/// <summary>
/// What GitHub, GitLab and Argo CD tell: checked for its signature, then turned into workflows by the rules. A delivery and a rule give the
/// workflow its id, so the journal knows a delivery that comes again, also after a restart.
/// </summary>
internal static partial class WebhookEndpoints
{
    public static IHostApplicationBuilder AddWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebhookOptions>().BindConfiguration("Webhooks").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidation>();
        return builder;
    }

    public static void MapWebhooks(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/webhooks/github", (HttpContext http, OperationGate gate) => Receive(http, gate, "github")).AllowAnonymous();
        endpoints.MapPost("/webhooks/gitlab", (HttpContext http, OperationGate gate) => Receive(http, gate, "gitlab")).AllowAnonymous();
        endpoints.MapPost("/webhooks/argocd", (HttpContext http, OperationGate gate) => Receive(http, gate, "argocd")).AllowAnonymous();
    }

    private static async Task Receive(HttpContext http, OperationGate gate, string provider)
    {
        var options = http.RequestServices.GetRequiredService<IOptions<WebhookOptions>>().Value;
        var settings = provider switch { "github" => options.GitHub, "gitlab" => options.GitLab, _ => options.ArgoCd };
        if (string.IsNullOrEmpty(settings.Secret))
        {
            await RefusalProblems.Write(http, Refusal.NotFound($"This host takes no webhooks of {provider}: no secret is configured for them (Webhooks:{provider}:Secret)."));
            return;
        }

        var body = await Body(http, options.MaxBodyBytes);
        if (body is null)
        {
            await RefusalProblems.Write(http, Refusal.TooLarge($"A delivery has at most {options.MaxBodyBytes} bytes here (Webhooks:MaxBodyBytes)."));
            return;
        }

        if (!IsGenuine(http.Request, provider, settings.Secret, body))
        {
            Rejected(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Agentic.Host.Webhooks"), provider);
            await RefusalProblems.Write(http, Refusal.Unauthenticated("The signature or token of this delivery is missing or wrong. Both sides must have the same secret."));
            return;
        }

        var read = StrictJson.Read(body);
        if (read.IsRefused || read.Value.ValueKind != JsonValueKind.Object)
        {
            await RefusalProblems.Write(http, read.Refusal ?? Refusal.Malformed("A delivery is a JSON object; set the webhook's content type to application/json."));
            return;
        }

        await Start(http, gate, provider, settings, options, read.Value, body);
    }

    private static async Task Start(HttpContext http, OperationGate gate, string provider, WebhookProviderOptions settings, WebhookOptions options, JsonElement body, byte[] bytes)
    {
        if (DeliveryOf(http.Request, provider, bytes) is not { } delivery)
        {
            await RefusalProblems.Write(http, Refusal.Malformed("The delivery has no id (X-GitHub-Delivery), so it could not be told from another."));
            return;
        }

        var answer = new JsonObject { ["deliveryId"] = delivery, ["workflows"] = new JsonArray() };
        var said = provider switch
        {
            "github" => WebhookEvent.OfGitHub(http.Request.Headers["X-GitHub-Event"].ToString(), body),
            "gitlab" => WebhookEvent.OfGitLab(http.Request.Headers["X-Gitlab-Event"].ToString(), body),
            _ => WebhookEvent.OfArgoCd(body),
        };
        var deployment = http.RequestServices.GetRequiredService<IOptions<DeploymentOptions>>().Value;
        var matches = said is null ? [] : WebhookRules.For(said, options.RulesInForce, deployment.Sources, deployment.Order);
        if (matches.Count == 0)
        {
            answer["ignored"] = said is null ? "No rule could be about this kind of event." : $"No rule matches {said.Kind} of {said.Repository} {said.Branch}".TrimEnd() + ", or no service has this repository (Deployment:Sources).";
            await JsonAnswer.Write(http, answer);
            return;
        }

        var caller = new Caller($"webhook:{provider}", [Scope.Read, Scope.Operate], settings.Environments.Count > 0 ? settings.Environments : null);
        foreach (var match in matches)
        {
            var call = new Call(caller, "webhook") { IdempotencyKey = $"{delivery}:{match.Rule}" };
            var started = await gate.Ask("create_workflow", JsonSerializer.SerializeToElement(match.Request, AgenticJson.Options), call, http.RequestAborted);
            if (started.IsRefused)
            {
                // Told to the provider, whose list of deliveries then shows it and can send it again.
                await RefusalProblems.Write(http, started.Refusal with { Reason = $"The rule '{match.Rule}' could not start its workflow: {started.Refusal.Reason}" });
                return;
            }

            answer["workflows"]!.AsArray().Add(new JsonObject
            {
                ["rule"] = match.Rule, ["service"] = match.Service, ["workflowId"] = started.Value.Body["workflowId"]?.DeepClone(), ["status"] = started.Value.Body["status"]?.DeepClone(),
            });
        }

        await JsonAnswer.Write(http, answer, StatusCodes.Status202Accepted);
    }

    private static bool IsGenuine(HttpRequest request, string provider, string secret, byte[] body) => provider switch
    {
        "github" => WebhookSignature.IsSigned(request.Headers["X-Hub-Signature-256"], secret, body),
        "gitlab" => WebhookSignature.IsToken(request.Headers["X-Gitlab-Token"], secret),
        _ => WebhookSignature.IsToken(request.Headers["X-Argocd-Token"], secret) || WebhookSignature.IsSigned(request.Headers["X-Hub-Signature-256"], secret, body),
    };

    /// <summary>The provider's own id of the delivery, the same when it is sent again; else its content.</summary>
    private static string? DeliveryOf(HttpRequest request, string provider, byte[] body)
    {
        string[] names = provider switch { "github" => ["X-GitHub-Delivery"], "gitlab" => ["Idempotency-Key", "webhook-id", "X-Gitlab-Event-UUID"], _ => ["X-Delivery-Id"] };
        var given = names.Select(name => request.Headers[name].ToString()).FirstOrDefault(text => text.Length is > 0 and <= 200);
        return given ?? (provider == "github" ? null : Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    private static async Task<byte[]?> Body(HttpContext http, int limit)
    {
        if (http.Request.ContentLength > limit)
            return null;
        using var kept = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is > 0 and var read)
        {
            if (kept.Length + read > limit)
                return null;
            kept.Write(chunk, 0, read);
        }

        return kept.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A webhook delivery of {Provider} was turned away: its signature or token is wrong")]
    private static partial void Rejected(ILogger log, string provider);

    private sealed class WebhookOptionsValidation : IValidateOptions<WebhookOptions>
    {
        public ValidateOptionsResult Validate(string? name, WebhookOptions options)
        {
            var faults = WebhookRules.Faults(options).ToList();
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
    }
}
