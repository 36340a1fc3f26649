namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>How commands are run while the image is built.</summary>
internal static class RunRules
{
    private static readonly HashSet<string> Updates = ["update", "up", "refresh"];

    private static readonly HashSet<string> Installs =
    [
        "install", "add", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "reinstall", "source-install", "groupinstall", "localinstall",
        "build-dep", "in", "up2date", "distro-sync", "dup",
    ];

    public static IReadOnlyList<DockerfileRule> Rules { get; } =
    [
        DockerfileRule.OfCommand("docker-sudo", "HIGH", "sudo in RUN",
            "Remove sudo: RUN is root already; switch with USER where it is not.", (_, command) => command.Program == "sudo" ? "RUN calls sudo" : null),

        DockerfileRule.OfCommand("docker-cd", "LOW", "cd in RUN instead of WORKDIR",
            "Use WORKDIR for the directory.", (_, command) => command.Name == "cd" ? $"RUN changes the directory with cd {string.Join(' ', command.Words)}" : null),

        DockerfileRule.Of("docker-update-alone", "HIGH", "apt-get/apk update alone in a RUN",
            "Join update and install in one RUN, so that a cached layer cannot hold an old index.",
            file => file.All.Where(each => each.Instruction.Keyword == "RUN" && UpdatesAlone(each.Instruction.Script))
                .Select(each => new DockerHit(each.Stage, each.Instruction, "RUN refreshes the package index without installing anything"))),

        DockerfileRule.Of("docker-pipefail", "LOW", "pipe in RUN without pipefail",
            "Set SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"] before the RUN, so that a failing first command fails the build.", Pipes),
    ];

    private static bool UpdatesAlone(ShellScript script)
    {
        var updates = script.Commands.Any(command => command.Program is "apt-get" or "apt" or "aptitude" or "apk" or "yum" or "dnf" or "microdnf" or "zypper"
            && command.Words.FirstOrDefault(word => !ShellCommand.IsFlag(word)) is not null
            && command.Words.Any(Updates.Contains) && !command.Words.Any(Installs.Contains));

        // A script called install-something is taken at its name.
        return updates && !script.Commands.Any(command => command.Words.Any(Installs.Contains)
            || command.Name.Contains("install", StringComparison.OrdinalIgnoreCase)
            || command.Words.Any(word => word.Contains("install", StringComparison.OrdinalIgnoreCase) && word.EndsWith(".sh", StringComparison.Ordinal)));
    }

    private static IEnumerable<DockerHit> Pipes(Dockerfile file)
    {
        var endsWith = new Dictionary<Stage, bool>();

        foreach (var stage in file.Stages)
        {
            var isSafe = stage.Parent is not null && endsWith.GetValueOrDefault(stage.Parent);

            foreach (var instruction in stage.Instructions.Where(instruction => !instruction.IsOnBuild))
            {
                if (instruction.Keyword == "SHELL")
                {
                    isSafe = StopsOnPipeFailure(instruction.Exec ?? []);
                }
                else if (instruction.Keyword == "RUN" && !isSafe && instruction.Script.HasPipe && !SetsPipefail(instruction))
                {
                    yield return new DockerHit(stage, instruction, "RUN pipes one command into another without pipefail");
                }
            }

            endsWith[stage] = isSafe;
        }
    }

    private static bool StopsOnPipeFailure(IReadOnlyList<string> shell)
    {
        if (shell.Count == 0)
        {
            return false;
        }

        var command = new ShellCommand(shell[0], [.. shell.Skip(1)]);

        // PowerShell and cmd have no pipefail and their pipes carry objects or nothing we read.
        return command.Program.StartsWith("pwsh", StringComparison.OrdinalIgnoreCase)
            || command.Program.StartsWith("powershell", StringComparison.OrdinalIgnoreCase)
            || command.Program.StartsWith("cmd", StringComparison.OrdinalIgnoreCase)
            || (command.Program is "bash" or "zsh" or "ash" or "ksh" && SetsOption(command));
    }

    private static bool SetsPipefail(Instruction instruction) =>
        instruction.Script.Commands.Any(command => command.Program is "set" or "bash" or "zsh" or "ash" && SetsOption(command));

    private static bool SetsOption(ShellCommand command)
    {
        var at = command.Words.ToList().IndexOf("pipefail");
        return at > 0 && ShellCommand.IsFlag(command.Words[at - 1]) && command.Words[at - 1].EndsWith('o');
    }
}
