using System.Text.RegularExpressions;
using Agentic.Agents.Policy.Kubernetes;

namespace Agentic.Agents.Policy.Dependencies;

/// <summary>The names of the packages a lock file resolves. Every such format pins each of them to one version.</summary>
internal static partial class LockedNames
{
    /// <summary>poetry.lock, uv.lock, pdm.lock: <c>[[package]]</c> tables with a name.</summary>
    public static IEnumerable<string> OfTables(string text)
    {
        var isPackage = false;

        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith('['))
            {
                isPackage = line.Trim() == "[[package]]";
            }
            else if (isPackage && TableName().Match(line) is { Success: true } name)
            {
                yield return name.Groups[1].Value;
            }
        }
    }

    public static IEnumerable<string> OfPipfile(YamlValue root) =>
        root.Entries.Where(entry => entry.Key != "_meta").SelectMany(group => group.Value.Entries.Select(entry => entry.Key));

    /// <summary>yarn.lock: <c>"@scope/a@^1", b@^2:</c> at the start of a line.</summary>
    public static IEnumerable<string> OfYarn(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && line[0] is not (' ' or '#' or '\t')).SelectMany(line => line.TrimEnd('\r', ':').Split(',')).Select(each => BeforeVersion(each.Trim(' ', '"'))).OfType<string>();

    /// <summary>pnpm-lock.yaml (<c>/a@1.0.0:</c>, <c>/a/1.0.0:</c>, <c>'@s/a@1.0.0':</c>) and bun.lock (<c>"a": ["a@1.0.0", …</c>).</summary>
    public static IEnumerable<string> OfPackages(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (PackageKey().Match(line) is { Success: true } key)
            {
                var written = key.Groups[1].Value;
                yield return BeforeVersion(written) ?? (written.LastIndexOf('/') is > 0 and var slash && slash + 1 < written.Length && char.IsAsciiDigit(written[slash + 1]) ? written[..slash] : written);
            }
        }
    }

    private static string? BeforeVersion(string written) => written.LastIndexOf('@') is > 0 and var at ? Left(written, at) : null;

    /// <summary>yarn 2 writes <c>a@npm:^1</c>, and patches carry a second @: the name ends at the first one that is not its scope.</summary>
    private static string Left(string written, int last) => written.IndexOf('@', 1) is > 0 and var first ? written[..first] : written[..last];

    [GeneratedRegex("^name\\s*=\\s*\"([^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex TableName();

    [GeneratedRegex("^(?:  |    |\t)['\"]?/?([@A-Za-z0-9][^'\":\\s(]*)['\"(]?[^:]*:(?: \\[.*|\\s*)$", RegexOptions.NonBacktracking)]
    private static partial Regex PackageKey();
}
