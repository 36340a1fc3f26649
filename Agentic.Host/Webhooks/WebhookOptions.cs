using System.ComponentModel.DataAnnotations;

namespace Agentic.Host.Webhooks;

/// <summary>Section <c>Webhooks</c>. A provider without a secret is closed.</summary>
internal sealed class WebhookOptions
{
    public WebhookProviderOptions GitHub { get; set; } = new();

    public WebhookProviderOptions GitLab { get; set; } = new();

    public WebhookProviderOptions ArgoCd { get; set; } = new();

    /// <summary>Largest body taken, in bytes. Default 5 MiB.</summary>
    [Range(1024, 100 * 1024 * 1024, ErrorMessage = "Webhooks:MaxBodyBytes must be between 1024 and 104857600.")]
    public int MaxBodyBytes { get; set; } = 5 * 1024 * 1024;

    /// <summary>What starts which workflow. Default: a commit deploys to dev, a merge to main deploys to staging, production waits for a person.</summary>
    public List<WebhookRule> Rules { get; set; } = [];

    public IReadOnlyList<WebhookRule> RulesInForce => Rules.Count > 0 ? Rules : Shipped;

    private static IReadOnlyList<WebhookRule> Shipped { get; } =
    [
        new() { Name = "commit", On = "push", Template = "deploy-commit", Parameters = { ["service"] = "{service}", ["commit"] = "{commit}", ["environment"] = "dev" } },
        new() { Name = "merge", On = "merge", Branch = "{main}", Template = "deploy-merge", Parameters = { ["service"] = "{service}", ["commit"] = "{commit}", ["environment"] = "staging", ["next"] = "production" } },
    ];
}

internal sealed class WebhookProviderOptions
{
    /// <summary>GitHub: the webhook's secret. GitLab: its secret token. Argo CD: the token its notification sends. At least 16 characters. Default none: closed.</summary>
    public string? Secret { get; set; }

    /// <summary>Environments what comes in may touch. Default: all; production still waits for a person.</summary>
    public List<string> Environments { get; set; } = [];
}

/// <summary>Starts a workflow when an event matches.</summary>
internal sealed class WebhookRule
{
    /// <summary>Unique; part of what a delivery is known by.</summary>
    public string Name { get; set; } = "";

    /// <summary>github, gitlab or argocd; empty for any.</summary>
    public string Provider { get; set; } = "";

    /// <summary>push, tag, merge, pipeline_succeeded, pipeline_failed, argocd_synced, argocd_failed or argocd_degraded.</summary>
    public string On { get; set; } = "";

    /// <summary>Branch, with * for any part; <c>{main}</c> for the branch the service is released from; empty for any.</summary>
    public string Branch { get; set; } = "";

    /// <summary>Service, with * for any part; empty for any.</summary>
    public string Service { get; set; } = "";

    /// <summary>Plan template to start.</summary>
    public string Template { get; set; } = "";

    /// <summary>Its parameters; <c>{service} {commit} {branch} {repository} {environment} {pipeline}</c> stand for what the event says.</summary>
    public Dictionary<string, string> Parameters { get; set; } = new(StringComparer.Ordinal);
}
