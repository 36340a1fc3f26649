using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration;

/// <summary>What a Jenkinsfile is made of, and how hard its migration will be.</summary>
internal static class JenkinsfileSurvey
{
    private static readonly string[] Structure = ["pipeline", "agent", "stages", "stage", "steps", "script", "post", "when", "environment", "options", "parameters", "triggers", "tools", "matrix", "axes", "axis", "always", "success", "failure", "cleanup", "any", "none", "label", "docker", "node", "parallel", "expression", "allOf", "anyOf", "not", "branch", "values", "name", "image", "args"];

    public static JenkinsfileAnalysis Of(MigrationSource source, Migrated migrated)
    {
        var script = GroovyParser.Parse(source.Jenkinsfile);
        var calls = SyntaxWalk.All(script.Statements).OfType<Call>().ToList();
        var report = migrated.Report!;
        var defined = script.Statements.OfType<Method>().Select(method => method.Name).ToHashSet(StringComparer.Ordinal);
        var stages = calls.Where(call => call.StepName == "stage").Select(call => call.Positional.FirstOrDefault()).OfType<Text>().Select(text => string.Concat(text.Parts.Select(part => part.Value ?? "…"))).ToList();
        var tools = calls.Where(call => call.StepName == "tools" && call.Body is not null).SelectMany(call => call.Body!.Body.OfType<ExpressionStmt>()).Select(tool => script.Source.Slice(tool.Span)).Distinct(StringComparer.Ordinal).ToList();
        var steps = calls.Select(call => call.StepName).OfType<string>().Where(name => !Structure.Contains(name) && !defined.Contains(name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var unknown = report.Ledger.Where(row => row.Status == "manual" && row.Note.StartsWith("the step ", StringComparison.Ordinal)).Select(row => row.Note.Split(' ')[2]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var libraries = script.Statements.OfType<Annotation>().Where(annotation => annotation.Name == "Library").SelectMany(annotation => annotation.Arguments).SelectMany(argument => argument.Value is ListLiteral list ? list.Items : [argument.Value]).OfType<Text>().Select(text => text.Constant ?? "").Distinct(StringComparer.Ordinal).ToList();
        var (tier, effort) = Effort(report);
        return new JenkinsfileAnalysis(report.Kind, stages, report.RunnerLabels, tools, report.Secrets, libraries, steps, unknown, script.Source.Lines, tier, effort, report.ConversionRate);
    }

    /// <summary>A quarter of an hour to look at the result, ten minutes for every place a person must change.</summary>
    public static (string Tier, double Hours) Effort(MigrationReport report)
    {
        var tier = report.Counts.Manual switch { 0 => "simple", <= 5 => "moderate", <= 25 => "complex", _ => "manual" };
        return (tier, Math.Round(0.25 + report.Counts.Manual / 6.0, 2));
    }
}
