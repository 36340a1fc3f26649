using System.ComponentModel.DataAnnotations;

namespace Agentic.Agents.Policy.Engines;

/// <summary>
/// Section <c>Policy:Engines</c>: which engines of others take part. The built-in rules need none of them. One that is named here, or
/// listed as required, is expected: its absence or failure blocks where policy is strict.
/// </summary>
internal sealed record EngineOptions
{
    /// <summary>Address of an OPA server, for example http://127.0.0.1:8181; empty: not used.</summary>
    public string OpaUrl { get; init; } = "";

    /// <summary>Bearer token for the OPA server; empty: none is sent.</summary>
    public string OpaToken { get; init; } = "";

    /// <summary>Path of the decision below /v1/data, for example agentic/policy/deny.</summary>
    public string OpaDecision { get; init; } = "agentic/policy/deny";

    /// <summary>The opa executable; empty: opa from the path where <see cref="OpaBundle"/> is set.</summary>
    public string OpaExecutable { get; init; } = "";

    /// <summary>Folder or bundle file with the Rego policies for <see cref="OpaExecutable"/>.</summary>
    public string OpaBundle { get; init; } = "";

    /// <summary>The kyverno executable; empty: kyverno from the path where <see cref="KyvernoPolicies"/> is set.</summary>
    public string KyvernoExecutable { get; init; } = "";

    /// <summary>File or folder with Kyverno policies; empty: Kyverno is not used.</summary>
    public string KyvernoPolicies { get; init; } = "";

    /// <summary>The trivy executable; empty: from the path where it is installed.</summary>
    public string TrivyExecutable { get; init; } = "";

    /// <summary>The checkov executable; empty: from the path where it is installed.</summary>
    public string CheckovExecutable { get; init; } = "";

    /// <summary>The gitleaks executable; empty: from the path where it is installed.</summary>
    public string GitleaksExecutable { get; init; } = "";

    /// <summary>Engines that must have looked: opa, kyverno, trivy, checkov, gitleaks. Where one of them is missing or fails, a strict environment blocks.</summary>
    public string[] Required { get; init; } = [];

    /// <summary>Also runs trivy, checkov and gitleaks where they are merely installed. What fails of these is listed and blocks nothing. Default true.</summary>
    public bool Discover { get; init; } = true;

    /// <summary>How long one engine may take, in seconds, before it is stopped and reported as not checked. Default 20.</summary>
    [Range(1, 900, ErrorMessage = "Policy:Engines:TimeoutSeconds must be 1 to 900.")]
    public int TimeoutSeconds { get; init; } = 20;

    /// <summary>How many engines may run at once on this node. Default 4.</summary>
    [Range(1, 64, ErrorMessage = "Policy:Engines:Parallel must be 1 to 64.")]
    public int Parallel { get; init; } = 4;

    /// <summary>Every mistake at once, each with what would be right.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (OpaUrl.Length > 0 && !(Uri.TryCreate(OpaUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            yield return "Policy:Engines:OpaUrl must be an http or https address such as http://127.0.0.1:8181.";
        }

        if (OpaExecutable.Length > 0 && OpaBundle.Length == 0)
        {
            yield return "Policy:Engines:OpaExecutable needs Policy:Engines:OpaBundle: the folder or bundle file with the policies.";
        }

        if (KyvernoExecutable.Length > 0 && KyvernoPolicies.Length == 0)
        {
            yield return "Policy:Engines:KyvernoExecutable needs Policy:Engines:KyvernoPolicies: the file or folder with the policies.";
        }

        foreach (var name in Required)
        {
            if (!EngineTools.Names.Contains(name, StringComparer.Ordinal))
            {
                yield return $"Policy:Engines:Required names '{name}'; it may name {string.Join(", ", EngineTools.Names)}.";
            }
            else if (name == "opa" && OpaUrl.Length == 0 && OpaBundle.Length == 0)
            {
                yield return "Policy:Engines:Required names opa, so set OpaUrl, or OpaBundle for the executable.";
            }
            else if (name == "kyverno" && KyvernoPolicies.Length == 0)
            {
                yield return "Policy:Engines:Required names kyverno, so set KyvernoPolicies.";
            }
        }
    }
}
