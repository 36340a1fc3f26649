using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Tells the keys AWS owns for a service (<c>alias/aws/…</c>) from those of the customer.</summary>
internal static class AwsManagedKey
{
    public static bool Is(CloudValue key, RuleContext context) =>
        Names(key) || (key.Origins.Any(origin => origin.Contains("data.aws_kms_", StringComparison.Ordinal)) && context.Graph.All.Any(candidate => candidate is { Mode: CloudResourceMode.Data, Type: "aws_kms_key" or "aws_kms_alias" }
            && key.Origins.Contains(candidate.Address, StringComparer.Ordinal)
            && Names(candidate.At(candidate.Type == "aws_kms_key" ? "key_id" : "name"))));

    private static bool Names(CloudValue key) =>
        key.KnownText is { } text && (text.StartsWith("aws/", StringComparison.Ordinal) || text.Contains("alias/aws/", StringComparison.Ordinal));
}
