using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Policy.Rules;

namespace Agentic.Agents.Policy.Secrets;

/// <summary>Keys that their makers print in manuals, samples and emulators for everyone to use: of the right form, and secret to nobody.</summary>
internal static class PublishedExamples
{
    private const int Digits = 32;

    /// <summary>AWS writes every access key of its manuals on this stem, and others write theirs on it too.</summary>
    private const string AwsStem = "IOSFODNN7";

    private static readonly HashSet<string> Prints = new(
        EmbeddedText.Read("Policy/Rules/Data/published-examples.txt").Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > Digits && line[0] != '#').Select(line => line[..Digits]), StringComparer.Ordinal);

    public static bool Contains(string value) =>
        (value.Length == 20 && value.AsSpan(4).StartsWith(AwsStem, StringComparison.Ordinal)) || Prints.Contains(Print(value));

    /// <summary>The list holds prints, so that it holds nothing a scanner would stop at.</summary>
    public static string Print(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..Digits];
}
