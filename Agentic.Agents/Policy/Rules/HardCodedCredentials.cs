using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Rules;

/// <summary>Recognises credentials written out in a script or a provider block.</summary>
internal static partial class HardCodedCredentials
{
    /// <summary>Words that stand where a secret will be, or say that there is none.</summary>
    private static readonly string[] Placeholders =
    [
        "changeme", "change_me", "change-me", "replace", "placeholder", "your_", "your-", "yourpass", "dummy", "mock", "fake", "xxxx", "****", "....",
        "required", "disabled", "enabled", "optional", "localstack",
    ];

    /// <summary>AWS keys, and passwords or tokens that are assigned as they are.</summary>
    public static bool AreInScript(string text)
    {
        if (AwsKeys.AreIn(text))
        {
            return true;
        }

        foreach (Match match in Assignment().Matches(text))
        {
            var value = match.Groups["value"].Value;
            if ((value.Length >= 8 || value.Any(char.IsAsciiDigit)) && value.Any(char.IsAsciiLetterOrDigit) && !IsPlaceholder(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One half of a key pair, given to a provider as it is.</summary>
    public static bool IsKey(string text) =>
        AwsKeys.AreIn(text)
        || text.StartsWith("AKIA", StringComparison.Ordinal)
        || text.StartsWith("ASIA", StringComparison.Ordinal)
        || (text.Length >= 16 && !text.AsSpan().ContainsAny(" <>${}\uE000") && !IsPlaceholder(text));

    private static bool IsPlaceholder(string value) => Array.Exists(Placeholders, word => value.Contains(word, StringComparison.OrdinalIgnoreCase));

    // A value that starts with $, <, {, ` or / is taken from somewhere else.
    [GeneratedRegex("""(?:password|passwd|secret|secret_?key|access_?key|api_?key|auth_?token|access_?token)["']?[ \t]*[=:][ \t]*["']?(?<value>[A-Za-z0-9!@#^*_+.~-][^\s"'$<>{}()`\\;&|,\uE000]{5,})""", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
