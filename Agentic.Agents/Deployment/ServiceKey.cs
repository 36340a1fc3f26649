using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Deployment;

/// <summary>Names the lane a deployment drives in: one service in one environment.</summary>
internal readonly partial record struct ServiceKey(string Service, string Environment)
{
    /// <summary>What is wrong with the names, or null. They become host names, folders and labels, so they are DNS labels.</summary>
    public string? Fault()
    {
        if (!Label().IsMatch(Service ?? ""))
        {
            return $"service '{Service}' must be 1 to 63 lower-case letters, digits or hyphens and start with a letter";
        }

        return Label().IsMatch(Environment ?? "")
            ? null
            : $"environment '{Environment}' must be 1 to 63 lower-case letters, digits or hyphens and start with a letter";
    }

    public override string ToString() => $"{Service}@{Environment}";

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex Label();
}

/// <summary>One deployable thing: a version that people know and the digest that never changes.</summary>
/// <param name="Version">What people call it, e.g. <c>1.4.2</c>.</param>
/// <param name="Digest">SHA-256 of the artifact, lower-case hex, with or without the <c>sha256:</c> prefix.</param>
/// <param name="Artifact">Where the target finds it: a folder, an image or a chart reference.</param>
internal sealed partial record Revision(string Version, string Digest, string Artifact)
{
    private static readonly IReadOnlyDictionary<string, string> NoVariables = new Dictionary<string, string>();

    /// <summary>The commit the artifact was made from, where it is known.</summary>
    public string? Commit { get; init; }

    /// <summary>Environment variables it runs with; kept with it, so that going back brings its configuration back too. No secrets.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = NoVariables;

    /// <summary>Names of the secrets it was deployed with; the values are nowhere. Null: not known.</summary>
    public IReadOnlyList<string>? Secrets { get; init; }

    /// <summary>Short name that is safe in folders, labels and host names, and differs whenever the digest does.</summary>
    public string Name
    {
        get
        {
            var name = new StringBuilder("r");
            foreach (var c in Version.ToLower(CultureInfo.InvariantCulture))
            {
                name.Append(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-');
            }

            var version = name.Length > 30 ? name.ToString(0, 30) : name.ToString();
            return $"{version.TrimEnd('-')}-{BareDigest[..8]}";
        }
    }

    /// <summary>True for an artifact of a store of this host; false for an image, whose reference names a registry.</summary>
    [JsonIgnore]
    public bool IsStored => !Artifact.Contains("@sha256:", StringComparison.Ordinal);

    public string BareDigest => Digest.StartsWith("sha256:", StringComparison.Ordinal) ? Digest[7..] : Digest;

    public string? Fault()
    {
        if (string.IsNullOrWhiteSpace(Version) || Version.Length > 100 || Version.Any(char.IsControl))
        {
            return "version must be 1 to 100 printable characters";
        }

        if (!HexDigest().IsMatch(BareDigest))
        {
            return "digest must be the artifact's SHA-256 in lower-case hex (64 characters)";
        }

        return string.IsNullOrWhiteSpace(Artifact) ? "artifact must name a folder, an image or a chart" : null;
    }

    [GeneratedRegex("^[0-9a-f]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex HexDigest();
}

/// <summary>How much of the traffic a revision takes, in whole percent.</summary>
internal readonly record struct Share(Revision Revision, int Weight);
