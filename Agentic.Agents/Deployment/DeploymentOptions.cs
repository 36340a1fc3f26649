using System.ComponentModel.DataAnnotations;
using Agentic.Agents.Deployment.Processes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment;

/// <summary>Section <c>Deployment</c>.</summary>
internal sealed class DeploymentOptions
{
    /// <summary>The target of environments that name none: process, kubernetes or argocd. Default: process.</summary>
    [Required(ErrorMessage = "Deployment:Target must name a target: process, kubernetes or argocd.")]
    public string Target { get; set; } = "process";

    /// <summary>How often gates are measured and probes sent. Default: one second.</summary>
    public TimeSpan MeasureInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait before a failed effect is tried again; doubles up to half a minute. Default: one second.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Which environment is promoted to which, in order.</summary>
    public IList<string> PromotionOrder { get; set; } = [];

    /// <summary>Settings by environment; what is not set is as shipped for it.</summary>
    public Dictionary<string, EnvironmentSettings> Environments { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Times in which nothing new goes out.</summary>
    public IList<Freeze> Freezes { get; set; } = [];

    /// <summary>Hours in which an environment takes deployments.</summary>
    public IList<DeploymentWindow> Windows { get; set; } = [];

    /// <summary>How services run on this machine.</summary>
    public ProcessOptions Process { get; set; } = new();

    /// <summary>Secrets by environment, service and variable; handed to the process and written nowhere.</summary>
    public Dictionary<string, Dictionary<string, Dictionary<string, string>>> Secrets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// By environment, the PostgreSQL server that services on this machine get their databases on, as a user that may create them, e.g.
    /// <c>Host=db;Username=admin;Password=…</c>. Where none is set, dev and staging use a server this host runs itself, if PostgreSQL is installed.
    /// </summary>
    public Dictionary<string, string> Databases { get; set; } = new(StringComparer.Ordinal);

    /// <summary>By service, where its code is kept, so that a commit can be made a release. Only what is listed here is ever fetched.</summary>
    public Dictionary<string, ServiceSource> Sources { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Infrastructure that is compared with its declaration again and again.</summary>
    public IList<WatchedInfrastructure> Drift { get; set; } = [];

    public DeploymentCalendar Calendar => new([.. Freezes], [.. Windows]);

    public IReadOnlyList<string> Order => PromotionOrder.Count > 0 ? [.. PromotionOrder] : Operations.Environments.All;

    public string TargetOf(string environment) => Environments.GetValueOrDefault(environment)?.Target ?? Target;

    /// <summary>The plan as configured for the environment; the stricter the environment, the longer the old version is kept.</summary>
    public RolloutPlan PlanFor(string environment, Strategy strategy)
    {
        var plan = RolloutPlan.For(strategy);
        if (Operations.Environments.ModeOf(environment) == PolicyMode.Advisory)
        {
            plan = plan with
            {
                Steps = [.. plan.Steps.Select(step => step with { Hold = step.Hold > TimeSpan.FromSeconds(5) ? TimeSpan.FromSeconds(5) : step.Hold })],
                Verification = TimeSpan.FromSeconds(5),
                VerificationLimit = TimeSpan.FromSeconds(30),
                WhenInconclusive = WhenInconclusive.Proceed,
            };
        }
        else if (Operations.Environments.ModeOf(environment) == PolicyMode.Enforced)
        {
            plan = plan with { Verification = TimeSpan.FromMinutes(1) };
        }

        var settings = Environments.GetValueOrDefault(environment);
        return settings is null ? plan : plan with
        {
            Verification = settings.Verification ?? plan.Verification,
            VerificationLimit = settings.VerificationLimit ?? (settings.Verification > plan.VerificationLimit ? settings.Verification.Value : plan.VerificationLimit),
            WhenInconclusive = settings.WhenInconclusive ?? plan.WhenInconclusive,
            PreparationLimit = settings.PreparationLimit ?? plan.PreparationLimit,
        };
    }
}

/// <summary>How one environment differs.</summary>
internal sealed class EnvironmentSettings
{
    public string? Target { get; set; }

    /// <summary>How long the old version is kept running at least.</summary>
    public TimeSpan? Verification { get; set; }

    /// <summary>When a missing verdict is overdue.</summary>
    public TimeSpan? VerificationLimit { get; set; }

    /// <summary>How long building and starting may take.</summary>
    public TimeSpan? PreparationLimit { get; set; }

    /// <summary>hold, abort or proceed.</summary>
    public WhenInconclusive? WhenInconclusive { get; set; }
}

/// <summary>A configuration that is looked at for drift.</summary>
internal sealed class WatchedInfrastructure
{
    /// <summary>Folder of the configuration, below Terraform:Root.</summary>
    public string Path { get; set; } = "";

    public string Environment { get; set; } = "";

    /// <summary>How often. Default: every six hours; at least a second.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(6);

    public Dictionary<string, string> Variables { get; set; } = new(StringComparer.Ordinal);
}

/// <summary>Where a service's code is kept.</summary>
internal sealed class ServiceSource
{
    /// <summary>Address of the Git repository; access through Git's own credentials.</summary>
    public string Repository { get; set; } = "";

    /// <summary>The branch that is released from. Default: main.</summary>
    public string Branch { get; set; } = "main";

    /// <summary>Whether a rollback by a person also takes the bad commits back in Git: <c>commit</c> on the branch (default), <c>branch</c> of its own to be merged, or <c>none</c>.</summary>
    [RegularExpression("^(commit|branch|none)$", ErrorMessage = "Deployment:Sources:<service>:Revert must be commit, branch or none.")]
    public string Revert { get; set; } = "commit";

    /// <summary>True: a version that its gates rolled back is taken back in Git as well, in the way <see cref="Revert"/> says. Default: false, since the gates of one environment may fail for its own reasons.</summary>
    public bool RevertWhenGatesFail { get; set; }
}

/// <summary>Secrets from the configuration, and the address of the database the service was given.</summary>
internal sealed class ConfiguredSecrets(DeploymentOptions options, IServiceDatabases? databases = null) : ISecretSource
{
    private const string DatabaseUrl = "DATABASE_URL";

    public async Task<IReadOnlyDictionary<string, string>> For(ServiceKey key, CancellationToken cancellation)
    {
        var configured = options.Secrets.GetValueOrDefault(key.Environment)?.GetValueOrDefault(key.Service) ?? [];
        return databases is null || configured.ContainsKey(DatabaseUrl) || await databases.Address(key, cancellation).ConfigureAwait(false) is not { } address
            ? configured
            : new Dictionary<string, string>(configured, StringComparer.Ordinal) { [DatabaseUrl] = address };
    }
}
