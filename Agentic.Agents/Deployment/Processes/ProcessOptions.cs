using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>How services run on this machine.</summary>
internal sealed record ProcessOptions
{
    /// <summary>Where artifacts are built and logs are kept. Default: <c>services</c> below the data folder.</summary>
    [Required]
    public string Folder { get; init; } = "";

    /// <summary>Instances of each revision.</summary>
    [Range(1, 20)]
    public int Instances { get; init; } = 1;

    /// <summary>How long an install or build command may take.</summary>
    public TimeSpan BuildLimit { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>How long a started instance may take until it answers its health path.</summary>
    public TimeSpan ReadyLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long requests in flight may take to finish before an instance is stopped.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an instance has after SIGTERM before SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The first wait before a restart; doubles up to <see cref="RestartDelayLimit"/>.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan RestartDelayLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often instances are looked at.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Exits within a minute that make a revision count as broken.</summary>
    [Range(1, 100)]
    public int ExitsUntilBroken { get; init; } = 3;

    /// <summary>Bytes of log kept per instance, twice: the file in use and the one before.</summary>
    [Range(4096, 1_000_000_000)]
    public long LogLimit { get; init; } = 1024 * 1024;

    /// <summary>Resident memory, in MiB, at which an instance is restarted; 0: no limit.</summary>
    [Range(0, 1_000_000)]
    public int MemoryLimitMebibytes { get; init; }

    /// <summary>Python environments also see the packages of the system, for machines without a package index.</summary>
    public bool SystemSitePackages { get; init; }

    /// <summary>npm takes what its cache holds before it asks the registry.</summary>
    public bool PreferOffline { get; init; } = true;

    /// <summary>Paths tried for health, in order; the first that is not 404 counts.</summary>
    public IReadOnlyList<string> HealthPaths { get; init; } = ["/health/ready", "/ready", "/readyz", "/health", "/healthz", "/"];

    /// <summary>False: services go on when the host stops, and are adopted when it starts again.</summary>
    public bool StopsWithHost { get; init; } = true;
}
