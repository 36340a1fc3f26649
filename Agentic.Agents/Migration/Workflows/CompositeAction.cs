namespace Agentic.Agents.Migration.Workflows;

/// <summary>An action of the repository itself: steps that several places of a workflow share.</summary>
internal sealed record CompositeAction(string Name, string Description, IReadOnlyList<string> Inputs, IReadOnlyList<WorkflowStep> Steps)
{
    public string Folder => ".github/actions/" + Name;

    /// <summary>The text of its action.yml; every script must name its shell, which no default of a job reaches.</summary>
    public string Write(ActionPins pins)
    {
        var document = new YamlMap();
        document.Add("name", Yaml.Of(Name));
        document.Add("description", Yaml.Of(Description));
        if (Inputs.Count > 0)
        {
            var inputs = new YamlMap();
            foreach (var input in Inputs)
            {
                var one = new YamlMap();
                one.Add("description", Yaml.Of($"The parameter {input} of the library step"));
                one.Add("required", Yaml.Of(true));
                inputs.Add(input, one);
            }

            document.Add("inputs", inputs);
        }

        var runs = new YamlMap();
        runs.Add("using", Yaml.Of("composite"));
        runs.Add("steps", new YamlList([.. Steps.Select(step => new YamlEntry(null, WorkflowWriter.Step(step, pins), step.Comments, null))]));
        document.Add("runs", runs);
        return YamlWriter.Write(document, []).Text;
    }
}
