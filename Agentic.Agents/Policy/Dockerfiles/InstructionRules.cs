namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>Instructions that are deprecated, ambiguous or not what they seem.</summary>
internal static class InstructionRules
{
    private static readonly string[] Archives =
        [".tar", ".gz", ".bz2", ".xz", ".lz", ".lzma", ".zst", ".tgz", ".tbz", ".tbz2", ".tb2", ".txz", ".tlz", ".tpz", ".tz", ".z"];

    private static readonly string[] Remotes = ["http://", "https://", "ftp://", "git://", "ssh://", "git@"];

    public static IReadOnlyList<DockerfileRule> Rules { get; } =
    [
        DockerfileRule.OfEach("docker-add", "LOW", "ADD for local files instead of COPY",
            "Use COPY; ADD is for archives to unpack and for remote files.", "ADD", AddsLocalFiles),

        DockerfileRule.OfEach("docker-ssh-port", "MEDIUM", "EXPOSE 22",
            "Remove the SSH port; enter a running container with the platform's exec instead.", "EXPOSE", ExposesSsh),

        DockerfileRule.OfEach("docker-workdir-absolute", "HIGH", "relative WORKDIR",
            "Start the path of WORKDIR with a slash.", "WORKDIR",
            instruction => IsAbsolute(DockerWords.Expand(instruction.Arguments.Trim('"', '\''), instruction.Variables)) ? null : $"WORKDIR {instruction.Arguments} is relative"),

        DockerfileRule.OfEach("docker-maintainer", "LOW", "MAINTAINER used",
            "Use LABEL org.opencontainers.image.authors=\"...\" instead.", "MAINTAINER", _ => "MAINTAINER is deprecated"),

        DockerfileRule.Of("docker-multiple-cmd", "MEDIUM", "more than one CMD",
            "Keep the last CMD of the stage and remove the others.", file => Repeated(file, "CMD")),

        DockerfileRule.Of("docker-multiple-entrypoint", "MEDIUM", "more than one ENTRYPOINT",
            "Keep the last ENTRYPOINT of the stage and remove the others.", file => Repeated(file, "ENTRYPOINT")),

        DockerfileRule.Of("docker-shell-form", "LOW", "CMD/ENTRYPOINT not in JSON form",
            "Write the words as a JSON array, for example CMD [\"python\", \"app.py\"]; signals then reach the program.",
            file => file.All.Where(each => each.Instruction is { Keyword: "CMD" or "ENTRYPOINT", IsOnBuild: false, Exec: null })
                .Select(each => new DockerHit(each.Stage, each.Instruction, $"{each.Instruction.Keyword} is in shell form"))),
    ];

    private static string? AddsLocalFiles(Instruction instruction)
    {
        var words = instruction.Exec ?? DockerWords.Split(instruction.Arguments);
        var sources = words.Take(Math.Max(words.Count - 1, 0)).Select(word => DockerWords.Expand(word, instruction.Variables)).ToList();
        var local = sources.Find(IsLocalFile);
        return local is null ? null : $"ADD copies the local path {local}";
    }

    private static bool IsLocalFile(string source)
    {
        // A variable in front may hold an address, and a here-document is no file.
        if (source.StartsWith('$') || source.StartsWith("<<", StringComparison.Ordinal))
        {
            return false;
        }

        return !Remotes.Any(prefix => source.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            && !Archives.Any(suffix => source.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    private static string? ExposesSsh(Instruction instruction)
    {
        var ports = DockerWords.Expand(instruction.Arguments, instruction.Variables).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return ports.Any(IncludesSsh) ? $"EXPOSE {instruction.Arguments} opens the SSH port" : null;
    }

    private static bool IncludesSsh(string port)
    {
        var parts = port.Trim('"', '\'').Split('/');
        var range = parts[0].Split('-');
        var isTcp = parts.Length < 2 || parts[1].Equals("tcp", StringComparison.OrdinalIgnoreCase);
        return isTcp && int.TryParse(range[0], out var low) && int.TryParse(range[^1], out var high) && low <= 22 && high >= 22;
    }

    private static bool IsAbsolute(string path) =>
        path.StartsWith('/') || path.StartsWith('$') || path.StartsWith('\\') || (path.Length > 1 && char.IsAsciiLetter(path[0]) && path[1] == ':') || path.StartsWith('%');

    private static IEnumerable<DockerHit> Repeated(Dockerfile file, string keyword)
    {
        foreach (var stage in file.Stages)
        {
            foreach (var extra in stage.Instructions.Where(instruction => instruction.Keyword == keyword && !instruction.IsOnBuild).Skip(1))
            {
                yield return new DockerHit(stage, extra, $"the stage has more than one {keyword}; only the last one counts");
            }
        }
    }
}
