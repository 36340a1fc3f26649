namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>How packages are installed: pinned, without asking, and without leaving their indexes behind.</summary>
internal static class PackageRules
{
    private static readonly HashSet<string> AptFlagsWithValue = ["t", "target-release", "default-release", "o", "option", "c", "config-file", "a", "host-architecture"];
    private static readonly HashSet<string> ApkFlagsWithValue = ["t", "virtual", "repository", "X", "p", "root", "keys-dir", "repositories-file", "cache-dir", "arch", "wait"];
    private static readonly HashSet<string> NpmFlagsWithValue = ["loglevel", "registry", "prefix", "cache", "omit", "include", "w", "workspace", "C", "userconfig", "fetch-timeout", "fetch-retries"];

    private static readonly HashSet<string> PipFlagsWithValue =
    [
        "abi", "b", "build", "e", "editable", "extra-index-url", "f", "find-links", "i", "index-url", "implementation", "no-binary", "only-binary",
        "platform", "prefix", "progress-bar", "proxy", "python", "python-version", "root", "root-user-action", "src", "t", "target", "trusted-host",
        "upgrade-strategy", "timeout", "retries", "cache-dir", "config-settings", "C", "report", "log", "cert", "client-cert", "exists-action", "use-feature",
    ];

    private static readonly string[] VersionSigns = ["==", ">=", "<=", "~=", "!=", ">", "<"];

    private static readonly string[] Repositories = ["git+", "git:", "git@", "hg+", "svn+", "svn:", "bzr+"];

    public static IReadOnlyList<DockerfileRule> Rules { get; } =
    [
        DockerfileRule.Of("docker-apt-yes", "LOW", "apt-get install without -y",
            "Add -y: a build cannot answer questions.", file => Unless(file, AssumesYes,
                command => IsAptGetInstall(command) && !AnswersYes(command), "apt-get install asks for confirmation: it has no -y")),

        DockerfileRule.Of("docker-apt-clean", "LOW", "apt lists not removed after install",
            "End the same RUN with rm -rf /var/lib/apt/lists/*.", KeepsAptLists),

        DockerfileRule.Of("docker-apt-recommends", "LOW", "apt-get install without --no-install-recommends",
            "Add --no-install-recommends.", file => Unless(file, RecommendsOff,
                command => IsAptGetInstall(command) && !command.HasFlag("no-install-recommends") && !command.Words.Any(RecommendsOff),
                "apt-get install brings recommended packages along")),

        DockerfileRule.OfCommand("docker-pin-apt", "LOW", "apt packages not pinned",
            "Write package=version.", (_, command) => IsAptInstall(command)
                ? Unpinned("apt package", command.Operands(AptFlagsWithValue).Where(word => word != "install"),
                    package => package.Contains('=') || package.Contains('/') || package.EndsWith(".deb", StringComparison.Ordinal) || package.EndsWith('-'))
                : null),

        DockerfileRule.OfCommand("docker-pin-pip", "LOW", "pip packages not pinned",
            "Write package==version or install from a requirements file with hashes.", (_, command) => UnpinnedPip(command)),

        DockerfileRule.OfCommand("docker-pip-cache", "LOW", "pip install without --no-cache-dir",
            "Add --no-cache-dir, or mount a cache for the step.", KeepsPipCache),

        DockerfileRule.OfCommand("docker-pin-npm", "LOW", "npm packages not pinned",
            "Write package@version or use npm ci with a lock file.", (_, command) => UnpinnedNpm(command)),

        DockerfileRule.OfCommand("docker-pin-apk", "LOW", "apk packages not pinned",
            "Write package=version.", (_, command) => command.Program == "apk" && command.HasWord("add")
                ? Unpinned("apk package", command.Operands(ApkFlagsWithValue).Where(word => word != "add"),
                    package => package.AsSpan().IndexOfAny('=', '~', '>') >= 0 || package.Contains('<') || package.EndsWith(".apk", StringComparison.Ordinal))
                : null),
    ];

    private static bool IsAptGetInstall(ShellCommand command) => command.Program == "apt-get" && command.HasWord("install");

    private static bool IsAptInstall(ShellCommand command) => command.Program is "apt-get" or "apt" or "aptitude" && command.HasWord("install");

    private static bool AnswersYes(ShellCommand command)
    {
        var quiet = command.Flags.Count(flag => flag is "q" or "quiet");
        return quiet >= 2 || command.Flags.Any(flag => flag is "y" or "yes" or "assume-yes") || command.HasWord("-q=2") || command.HasWord("--quiet=2")
            || command.Words.Any(AssumesYes);
    }

    private static bool AssumesYes(string word)
    {
        var at = word.IndexOf("APT::Get::Assume-Yes", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && Says(word[(at + "APT::Get::Assume-Yes".Length)..], "true", "1", "yes");
    }

    private static bool Says(string text, params string[] values) => values.Any(value => text.Contains(value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Each RUN that calls what is wrong, unless apt was configured before: a file written earlier in the chain counts for good.</summary>
    private static IEnumerable<DockerHit> Unless(Dockerfile file, Func<string, bool> setting, Func<ShellCommand, bool> isWrong, string fact)
    {
        bool Writes(Instruction instruction) => instruction.Keyword == "RUN"
            && instruction.Script.Commands.Any(command => command.Program is "echo" or "printf" && command.Words.Any(setting));

        foreach (var stage in file.Stages)
        {
            var isSet = stage.Chain().Skip(1).Any(parent => parent.Instructions.Any(Writes));

            foreach (var instruction in stage.Instructions.Where(instruction => instruction.Keyword == "RUN"))
            {
                isSet |= Writes(instruction);

                if (!isSet && instruction.Script.Commands.Any(isWrong))
                {
                    yield return new DockerHit(stage, instruction, fact);
                }
            }
        }
    }

    private static bool RecommendsOff(string word)
    {
        var at = word.IndexOf("APT::Install-Recommends", StringComparison.OrdinalIgnoreCase);
        return word is "--install-recommends=false" or "--install-recommends=no" or "--install-recommends=0"
            || (at >= 0 && Says(word[at..], "false", "0", "no\"", "=no", "off"));
    }

    /// <summary>Only the stage that ships, and those it is built from, carry their lists along.</summary>
    private static IEnumerable<DockerHit> KeepsAptLists(Dockerfile file)
    {
        foreach (var stage in file.Stages)
        {
            if (!ReferenceEquals(stage, file.Stages[^1]) && !file.Stages.Any(later => ReferenceEquals(later.Parent, stage)))
            {
                continue;
            }

            var keepsArchives = stage.Chain().Skip(1).Any(parent => parent.Instructions.Any(KeepsArchives));

            foreach (var instruction in stage.Instructions.Where(instruction => instruction.Keyword == "RUN"))
            {
                var commands = instruction.Script.Commands;
                keepsArchives |= KeepsArchives(instruction);

                // What is removed before the update comes back with it.
                var after = commands.Reverse().TakeWhile(command => !RefreshesAptLists(command)).ToList();

                if (after.Count == commands.Count || after.Exists(RemovesAptLists))
                {
                    continue;
                }

                if (!MountsApt(instruction, "/var/lib/apt", "/var/lib/apt/lists"))
                {
                    yield return new DockerHit(stage, instruction, "the package lists under /var/lib/apt/lists stay in the image");
                }
                else if (keepsArchives && !MountsApt(instruction, "/var/cache/apt", "/var/cache/apt/archives"))
                {
                    yield return new DockerHit(stage, instruction, "the lists are mounted, but the downloaded packages under /var/cache/apt stay in the image");
                }
            }
        }
    }

    private static bool RefreshesAptLists(ShellCommand command) => command.Program is "apt-get" or "apt" or "aptitude" && command.HasWord("update");

    private static bool RemovesAptLists(ShellCommand command) => command.Program switch
    {
        "rm" => command.Words.Any(word => word.StartsWith("/var/lib/apt", StringComparison.Ordinal)),
        "find" => command.HasWord("-delete") && command.Words.Any(word => word.StartsWith("/var/lib/apt/lists", StringComparison.Ordinal)),
        "apt-get" or "apt" => command.HasWord("dist-clean") || command.HasWord("distclean"),
        _ => false,
    };

    /// <summary>Debian's images delete what apt downloads; a build that mounts apt's folders takes that setting away first.</summary>
    private static bool KeepsArchives(Instruction instruction) =>
        instruction.Keyword == "RUN" && instruction.Script.Commands.Any(command => command.Program == "rm" && command.Words.Any(word => word.EndsWith("/docker-clean", StringComparison.Ordinal)));

    private static bool MountsApt(Instruction instruction, string folder, string inside) =>
        Mounts(instruction).Any(target => target.TrimEnd('/') is var path && (path == folder || path == inside));

    /// <summary>The targets of the cache and tmpfs mounts of a RUN.</summary>
    private static IEnumerable<string> Mounts(Instruction instruction)
    {
        foreach (var flag in instruction.Flags)
        {
            if (!flag.StartsWith("--mount=", StringComparison.Ordinal))
            {
                continue;
            }

            var parts = flag["--mount=".Length..].Trim('"').Split(',');

            if (!parts.Contains("type=cache") && !parts.Contains("type=tmpfs"))
            {
                continue;
            }

            foreach (var part in parts)
            {
                var equals = part.IndexOf('=');

                if (equals > 0 && part[..equals] is "target" or "dst" or "destination")
                {
                    yield return part[(equals + 1)..];
                }
            }
        }
    }

    private static string? Unpinned(string what, IEnumerable<string> packages, Func<string, bool> isPinned)
    {
        // A word that is only an unknown variable may hold anything, a pinned list included.
        var loose = packages.Where(package => !package.StartsWith('$') && !isPinned(package)).Distinct().Take(5).ToList();
        return loose.Count == 0 ? null : $"{what} without version: {string.Join(", ", loose)}";
    }

    private static bool IsPipInstall(ShellCommand command)
    {
        if (command.Program.StartsWith("python", StringComparison.Ordinal))
        {
            var at = command.Words.ToList().IndexOf("-m");
            return at >= 0 && at + 2 < command.Words.Count && command.Words[at + 1] == "pip" && command.Words.Skip(at + 2).Contains("install");
        }

        return command.Program.StartsWith("pip", StringComparison.Ordinal) && !command.Program.StartsWith("pipenv", StringComparison.Ordinal) && command.HasWord("install");
    }

    private static string? UnpinnedPip(ShellCommand command)
    {
        if (!IsPipInstall(command) || command.Flags.Any(flag => flag is "r" or "requirement" or "c" or "constraint") || command.HasWord("."))
        {
            return null;
        }

        var packages = command.Operands(PipFlagsWithValue).SkipWhile(word => word != "install").Skip(1);
        return Unpinned("pip package", packages, IsPinnedForPip);
    }

    private static bool IsPinnedForPip(string package)
    {
        if (Repositories.Any(prefix => package.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return package.IndexOf('@', package.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0) >= 0;
        }

        return VersionSigns.Any(sign => package.Contains(sign, StringComparison.Ordinal))
            || package.StartsWith('.') || package.Contains('/') || package.EndsWith(".whl", StringComparison.Ordinal) || package.EndsWith(".tar.gz", StringComparison.Ordinal);
    }

    private static string? KeepsPipCache(Instruction instruction, ShellCommand command)
    {
        // pipx and pipenv keep environments of their own.
        if (!IsPipInstall(command) || command.Program.StartsWith("pipx", StringComparison.Ordinal) || command.HasFlag("no-cache-dir"))
        {
            return null;
        }

        var isOff = IsOn(instruction.Variables.GetValueOrDefault("PIP_NO_CACHE_DIR")) || SetsNoCache(RunScript.Text(instruction))
            || Mounts(instruction).Any(target => target.Contains("pip", StringComparison.Ordinal) || target.TrimEnd('/').EndsWith("/.cache", StringComparison.Ordinal));
        return isOff ? null : "pip install keeps its download cache in the image";
    }

    private static bool SetsNoCache(string script)
    {
        const string Setting = "PIP_NO_CACHE_DIR=";
        var at = script.IndexOf(Setting, StringComparison.Ordinal);

        if (at < 0)
        {
            return false;
        }

        var value = script.AsSpan(at + Setting.Length).TrimStart('"').TrimStart('\'');
        var end = value.IndexOfAny(" \t\n;&\"'");
        return IsOn((end < 0 ? value : value[..end]).ToString());
    }

    private static bool IsOn(string? value) => value?.ToLowerInvariant() is "1" or "true" or "on" or "yes";

    private static string? UnpinnedNpm(ShellCommand command)
    {
        var operands = command.Program == "npm" ? command.Operands(NpmFlagsWithValue) : [];

        if (operands.Count == 0 || operands[0] is not ("install" or "i" or "add"))
        {
            return null;
        }

        return Unpinned("npm package", operands.Skip(1), IsPinnedForNpm);
    }

    private static bool IsPinnedForNpm(string package)
    {
        if (package.StartsWith("git://", StringComparison.Ordinal) || package.StartsWith("git+", StringComparison.Ordinal))
        {
            return package.Contains('#');
        }

        var isPath = package.StartsWith('/') || package.StartsWith('.') || package.StartsWith('~') || package.StartsWith("file:", StringComparison.Ordinal);
        var isArchive = package.EndsWith(".tar", StringComparison.Ordinal) || package.EndsWith(".tgz", StringComparison.Ordinal) || package.EndsWith(".tar.gz", StringComparison.Ordinal);
        return isPath || isArchive || package.IndexOf('@', 1) > 0;
    }
}
