using System.Globalization;
using Agentic.Agents.Migration.Conversion;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;
using YamlDotNet.Core;

namespace Agentic.Agents.Migration;

/// <summary>The product's mapping rules with the organisation's on top; a request may bring some of its own.</summary>
internal sealed class MappingRules
{
    private readonly IReadOnlyList<string> _organisation;
    private readonly Catalogue _catalogue;

    public MappingRules(IOptions<MigrationOptions> options)
    {
        var folder = options.Value.MappingFolder;
        _organisation = folder.Length > 0 && Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllText)] : [];
        _catalogue = Catalogue.Load(_organisation);
    }

    public Outcome<Migrated> Migrate(string jenkinsfile, string project, MigrationChoices? choices)
    {
        var catalogue = _catalogue;
        if (choices?.Mappings is { Length: > 0 } mappings)
        {
            try
            {
                catalogue = Catalogue.Load([.. _organisation, mappings]);
            }
            catch (Exception problem) when (problem is YamlException or InvalidCastException or KeyNotFoundException or NullReferenceException)
            {
                return Refusal.Malformed("options.mappings is no mapping file.", [new MemberError("options.mappings", problem.Message)]);
            }
        }

        var source = new MigrationSource(jenkinsfile, project) { CompositeActions = choices?.CompositeActions };
        if (choices?.Libraries is { } libraries) source = source with { Libraries = libraries };
        if (choices?.Files is { } files) source = source with { Files = files };
        var migrated = JenkinsfileMigration.Migrate(source, catalogue);
        if (migrated.WorkflowYaml is not null) return migrated;
        return Refusal.Unprocessable(
            string.Create(CultureInfo.InvariantCulture, $"Jenkins would not run this file: line {migrated.Problems[0].Line}, column {migrated.Problems[0].Column}: {migrated.Problems[0].Message}."),
            [.. migrated.Problems.Select(problem => new MemberError("jenkinsfileContent", string.Create(CultureInfo.InvariantCulture, $"line {problem.Line}, column {problem.Column}: {problem.Message}")))]);
    }
}
