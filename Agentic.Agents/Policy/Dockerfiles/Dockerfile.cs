namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>One instruction with its continuation lines joined and its here-documents taken out.</summary>
/// <param name="Keyword">Upper case.</param>
/// <param name="Flags">Leading <c>--name[=value]</c> words.</param>
/// <param name="Arguments">What follows the flags, as written.</param>
/// <param name="Exec">The words of a JSON form; null for the shell form.</param>
internal sealed record Instruction(
    string Keyword, IReadOnlyList<string> Flags, string Arguments, IReadOnlyList<string>? Exec, IReadOnlyList<Heredoc> Heredocs, int Line, int EndLine)
{
    /// <summary>True for what stands behind ONBUILD: it runs in the images built from this one.</summary>
    public bool IsOnBuild { get; init; }

    /// <summary>Variables known where the instruction stands: ENV, ARG defaults.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    private ShellScript? _script;

    /// <summary>What the instruction runs; empty where it is not a POSIX shell script.</summary>
    public ShellScript Script => _script ??= RunScript.Of(this);
}

internal sealed record Heredoc(string Delimiter, string Body);

/// <summary>What one FROM begins. A snippet without FROM is a stage too.</summary>
internal sealed class Stage(string image, string? alias, Instruction? from)
{
    /// <summary>The image as written, without flags and alias.</summary>
    public string Image => image;

    public string? Alias => alias;

    public Instruction? From => from;

    /// <summary>The earlier stage this one is built from.</summary>
    public Stage? Parent { get; set; }

    public List<Instruction> Instructions { get; } = [];

    public string Name => Alias ?? (Image.Length > 0 ? Image : "Dockerfile");

    /// <summary>This stage and those it is built from, nearest first.</summary>
    public IEnumerable<Stage> Chain()
    {
        for (var stage = this; stage is not null; stage = stage.Parent)
        {
            yield return stage;
        }
    }
}

internal sealed record Dockerfile(IReadOnlyList<Stage> Stages, IReadOnlyList<Instruction> Unknown)
{
    public IEnumerable<(Stage Stage, Instruction Instruction)> All =>
        Stages.SelectMany(stage => stage.Instructions.Select(instruction => (stage, instruction)));
}
