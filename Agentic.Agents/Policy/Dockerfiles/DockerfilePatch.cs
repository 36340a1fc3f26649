using System.Text.Json;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>Patches for Dockerfile findings whose mend follows from the line itself.</summary>
internal static partial class DockerfilePatch
{
    public static PatchOffer? For(string text, string? path, Finding finding) => PatchOffer.Proven(Made(text, path, finding), finding, text, changed => DockerfilePolicy.Check(changed, path));

    private static PatchOffer? Made(string text, string? path, Finding finding)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();

        for (var line = finding.Line ?? 1; line <= Math.Min(finding.EndLine ?? finding.Line ?? 1, lines.Length); line++)
        {
            if (Changed(finding.Rule, lines[line - 1]) is { } changed && changed != lines[line - 1])
            {
                return new PatchOffer(path, line, [lines[line - 1]], [changed]);
            }
        }

        return null;
    }

    private static string? Changed(string rule, string line) => rule switch
    {
        "docker-apt-yes" => AptInstall().Replace(line, "$0 -y"),
        "docker-apt-recommends" => AptInstall().Replace(line, "$0 --no-install-recommends"),
        "docker-pip-cache" => PipInstall().Replace(line, "$0 --no-cache-dir"),
        "docker-add" => Add().Replace(line, "COPY", 1),
        "docker-maintainer" => Maintained(line),
        "docker-shell-form" => InWords(line),
        _ => null,
    };

    private static string? Maintained(string line)
    {
        var name = line.Trim().Split((char[])[' ', '\t'], 2);
        return name.Length == 2 ? $"LABEL org.opencontainers.image.authors={JsonSerializer.Serialize(name[1].Trim().Trim('"', '\''))}" : null;
    }

    /// <summary>Only plain words: what a shell would expand or split further needs the shell.</summary>
    private static string? InWords(string line)
    {
        var parts = line.Trim().Split((char[])[' ', '\t'], 2);
        return parts.Length == 2 && PlainWords().IsMatch(parts[1].Trim())
            ? $"{parts[0].ToUpperInvariant()} [{string.Join(", ", parts[1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(word => JsonSerializer.Serialize(word)))}]"
            : null;
    }

    [GeneratedRegex(@"\bapt-get\s+(?:-[A-Za-z-]+\s+)*install\b", RegexOptions.NonBacktracking)]
    private static partial Regex AptInstall();

    [GeneratedRegex(@"\bpip[0-9.]*\s+install\b", RegexOptions.NonBacktracking)]
    private static partial Regex PipInstall();

    [GeneratedRegex(@"\b(?i:add)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Add();

    [GeneratedRegex(@"^[A-Za-z0-9_./:=@,\s-]+$", RegexOptions.NonBacktracking)]
    private static partial Regex PlainWords();
}
