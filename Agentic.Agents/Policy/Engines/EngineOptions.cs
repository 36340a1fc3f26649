using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Policy.Engines;

/// <summary>Which engines of others take part. All are off until named: the built-in rules need none of them.</summary>
internal sealed record EngineOptions
{
    /// <summary>Address of an OPA server, for example http://127.0.0.1:8181; empty: not used.</summary>
    public string OpaUrl { get; init; } = "";

    /// <summary>Bearer token for the OPA server; empty: none is sent.</summary>
    public string OpaToken { get; init; } = "";

    /// <summary>Path of the decision below /v1/data, for example agentic/policy/deny.</summary>
    public string OpaDecision { get; init; } = "agentic/policy/deny";

    /// <summary>The opa executable; empty: not used. Needs <see cref="OpaBundle"/>.</summary>
    public string OpaExecutable { get; init; } = "";

    /// <summary>Folder or bundle file with the Rego policies for <see cref="OpaExecutable"/>.</summary>
    public string OpaBundle { get; init; } = "";

    /// <summary>The kyverno executable; empty: not used. Needs <see cref="KyvernoPolicies"/>.</summary>
    public string KyvernoExecutable { get; init; } = "";

    public string KyvernoPolicies { get; init; } = "";

    public string TrivyExecutable { get; init; } = "";

    public string CheckovExecutable { get; init; } = "";

    public string GitleaksExecutable { get; init; } = "";

    /// <summary>How long one engine may take before it is stopped and reported as not checked. Default 60 s.</summary>
    [Range(1, 900)]
    public int TimeoutSeconds { get; init; } = 60;

    public IReadOnlyList<IExternalEngine> Create(HttpClient http, IEngineProcess process, EngineAliases aliases)
    {
        var engines = new List<IExternalEngine>();
        var limit = TimeSpan.FromSeconds(TimeoutSeconds);

        if (OpaUrl.Length > 0)
        {
            engines.Add(new OpaServer(http, new Uri(OpaUrl), OpaDecision, OpaToken, limit));
        }

        Add(OpaExecutable, executable => EngineTools.Opa(executable, OpaBundle, OpaDecision));
        Add(KyvernoExecutable, executable => EngineTools.Kyverno(executable, KyvernoPolicies));
        Add(TrivyExecutable, EngineTools.Trivy);
        Add(CheckovExecutable, EngineTools.Checkov);
        Add(GitleaksExecutable, EngineTools.Gitleaks);
        return engines;

        void Add(string executable, Func<string, EngineTool> tool)
        {
            if (executable.Length > 0)
            {
                engines.Add(new ExecutableEngine(tool(executable), process, aliases, limit));
            }
        }
    }
}
