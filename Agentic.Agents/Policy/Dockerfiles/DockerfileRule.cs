namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>A failing fact; without an instruction it is about the file as a whole.</summary>
internal sealed record DockerHit(Stage? Stage, Instruction? At, string Fact);

/// <summary>One rule over a whole Dockerfile.</summary>
internal sealed record DockerfileRule(BuiltInRule Words, Func<Dockerfile, IEnumerable<DockerHit>> Look)
{
    public string Id => Words.Id;

    public static DockerfileRule Of(string id, string severity, string failsWhen, string fix, Func<Dockerfile, IEnumerable<DockerHit>> look) =>
        new(new BuiltInRule(id, "dockerfile", severity, "dockerfile", failsWhen, fix), look);

    /// <summary>A rule about each instruction of one kind, those behind ONBUILD left out.</summary>
    public static DockerfileRule OfEach(string id, string severity, string failsWhen, string fix, string keyword, Func<Instruction, string?> look) =>
        Of(id, severity, failsWhen, fix, file => file.All
            .Where(each => each.Instruction.Keyword == keyword && !each.Instruction.IsOnBuild)
            .Select(each => new DockerHit(each.Stage, each.Instruction, look(each.Instruction) ?? ""))
            .Where(hit => hit.Fact.Length > 0));

    /// <summary>A rule about each command a RUN calls, ONBUILD RUN included.</summary>
    public static DockerfileRule OfCommand(string id, string severity, string failsWhen, string fix, Func<Instruction, ShellCommand, string?> look) =>
        Of(id, severity, failsWhen, fix, file => file.All
            .Where(each => each.Instruction.Keyword == "RUN")
            .Select(each => new DockerHit(each.Stage, each.Instruction,
                each.Instruction.Script.Commands.Select(command => look(each.Instruction, command)).FirstOrDefault(fact => fact is not null) ?? ""))
            .Where(hit => hit.Fact.Length > 0));
}
