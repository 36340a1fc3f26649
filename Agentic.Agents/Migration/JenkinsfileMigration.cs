using Agentic.Agents.Migration.Conversion;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration;

/// <summary>What to convert and what is known besides the text.</summary>
internal sealed record MigrationSource(string Jenkinsfile, string ProjectName)
{
    /// <summary>Sources of shared libraries by path, such as <c>vars/deploy.groovy</c>.</summary>
    public IReadOnlyDictionary<string, string> Libraries { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether library steps become actions of the repository: always, never, or where one is used again.</summary>
    public bool? CompositeActions { get; init; }

    /// <summary>Files of the repository the pipeline loads.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A converted pipeline, or the reasons why Jenkins itself would not run it.</summary>
internal sealed record Migrated(string? WorkflowYaml, MigrationReport? Report, IReadOnlyList<LedgerEntry> Ledger, IReadOnlyList<string> Warnings, IReadOnlyList<SourceProblem> Problems)
{
    /// <summary>Further files of the repository, by path: the actions made from library steps.</summary>
    public IReadOnlyDictionary<string, string> Actions { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

internal sealed record SourceProblem(int Line, int Column, string Message);

/// <summary>Jenkinsfile to GitHub Actions: pure, offline, the same output for the same input.</summary>
internal static class JenkinsfileMigration
{
    /// <summary>Far above any real pipeline; more is refused before it is read.</summary>
    public const int LargestSource = 5 * 1024 * 1024;

    private static readonly Lazy<Catalogue> OwnRules = new(() => Catalogue.Load());

    public static Migrated Migrate(MigrationSource source, Catalogue? catalogue = null)
    {
        catalogue ??= OwnRules.Value;
        var text = source.Jenkinsfile;
        if (text.Length > LargestSource) return Refused(new SourceProblem(1, 1, FormattableString.Invariant($"the text has {text.Length} characters; at most {LargestSource} are read")));
        if (string.IsNullOrWhiteSpace(text)) return Refused(new SourceProblem(1, 1, "the text is empty"));
        var script = GroovyParser.Parse(text);
        var problems = DeclarativeRules.Check(script);
        if (problems.Count > 0) return new Migrated(null, null, [], [], [.. problems.Select(problem => At(script.Source, problem.Span, problem.Message))]);
        if (!LooksLikePipeline(script)) return Refused(new SourceProblem(1, 1, "this is no Jenkinsfile: it holds neither a pipeline block nor any step of Jenkins"));
        var converted = Conversion.Conversion.Run(script, new ConversionRequest(source.ProjectName, source.Libraries, source.Files, source.CompositeActions), catalogue);
        var warnings = converted.Warnings.ToList();
        foreach (var problem in script.Problems)
        {
            var at = script.Source.PositionOf(problem.Span.Start);
            warnings.Add(FormattableString.Invariant($"line {at.Line}, column {at.Column}: syntax error, {problem.Message}; the statement is left out"));
        }

        var ledger = converted.Ledger.Close(script.Comments);
        var written = YamlWriter.Under(MigrationReport.Heading(source.ProjectName, ledger, script.Source), converted.Written);
        var report = MigrationReport.Of(script.Source, ledger, written.Lines, converted);
        warnings.AddRange(report.Warnings());
        return new Migrated(written.Text, report, ledger, warnings, []) { Actions = converted.Actions };
    }

    private static Migrated Refused(SourceProblem problem) => new(null, null, [], [], [problem]);

    private static SourceProblem At(SourceText source, Span span, string message)
    {
        var at = source.PositionOf(span.Start);
        return new SourceProblem(at.Line, at.Column, message);
    }

    /// <summary>A file with no call in it at all is prose, data or another language.</summary>
    private static bool LooksLikePipeline(GroovyScript script)
    {
        var readable = script.Statements.Count(statement => statement is not UnreadableStmt);
        return readable > 0 && readable * 2 >= script.Statements.Count && script.Statements.Any(Calls);
    }

    private static bool Calls(Stmt statement) => statement switch
    {
        // Prose reads as commands without parentheses, so a bare command counts only when Jenkins has a step of that name.
        ExpressionStmt { Expression: Call call } => call.Parenthesised || call.Body is not null || call.StepName is "sh" or "bat" or "echo" or "stage" or "node" or "checkout" or "git" or "properties" or "build" or "load" or "library" or "input" or "parallel" || call.Arguments.Any(argument => argument.Name is not null || argument.Value is MapLiteral or ListLiteral),
        ExpressionStmt { Expression: Assign or Member } => true,
        Declaration or Method or ClassDeclaration or Groovy.If or ForIn or ForClassic or While or Try or Switch or Annotation or Return or Throw => true,
        Block block => block.Statements.Any(Calls),
        _ => false,
    };
}
