namespace Agentic.Agents.Deployment.Processes;

/// <summary>
/// The environment of a service: what it was given and what any program needs, and nothing else of the host's. The host holds model keys,
/// database passwords and cloud credentials; a generated service must not inherit one of them.
/// </summary>
internal static class ScrubbedEnvironment
{
    /// <summary>Marks every process of one data folder, so that strays can be told from other people's processes.</summary>
    public const string Owner = "AGENTIC_OWNER";

    /// <summary>Marks one start of one instance.</summary>
    public const string Instance = "AGENTIC_INSTANCE";

    private static readonly string[] Inherited = ["PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];

    // A build may have to reach a package registry the way this machine does; a running service gets none of these.
    private static readonly string[] InheritedByBuilds =
        ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "GOPROXY", "GOFLAGS", "GO111MODULE", "GOPATH", "npm_config_registry", "NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_CACHE", "PIP_INDEX_URL", "PIP_CONFIG_FILE"];

    public static Dictionary<string, string> ForService(string home) => Of(home, Inherited);

    public static Dictionary<string, string> ForBuild(string home)
    {
        var environment = Of(home, [.. Inherited, .. InheritedByBuilds]);

        // npm, pip and go keep their caches and settings below the home of the person who runs the host.
        environment["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? home;
        return environment;
    }

    private static Dictionary<string, string> Of(string home, string[] names)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home };
        foreach (var name in names)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }
}
