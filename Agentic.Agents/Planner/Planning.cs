using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Planner;

/// <summary>From a request (template, goal or tasks) to an accepted plan, or to the refusal that says what is missing.</summary>
internal sealed class Planning(PlanTemplates templates, PlanDraft draft, Redactor redactor, IEnumerable<IPlanRequirement> requirements)
{
    public Outcome<Plan> Plan(CreateWorkflow request, Caller caller)
    {
        var ways = new[] { request.Template is not null, request.Goal is not null, request.Tasks is not null }.Count(given => given);
        if (ways != 1)
            return Refusal.Malformed(
                "Say what to do in exactly one way: template, goal or tasks.",
                [new MemberError(ways == 0 ? "template" : "goal", "Give a template with parameters, or a goal in words, or a list of tasks.")]);
        if (SecretIn(request) is { } secret)
            return secret;
        var plan = Drafted(request, caller);
        return plan.IsRefused || Lacking(plan.Value) is not { } lacking ? plan : lacking;
    }

    /// <summary>What the host lacks for the plan, said before anything has started.</summary>
    private Refusal? Lacking(Plan plan)
    {
        var steps = plan.Tasks.Select(task => new PlanStep(task.Operation, task.Input)).ToList();
        return requirements.Select(requirement => requirement.Missing(steps)).FirstOrDefault(refusal => refusal is not null);
    }

    private Outcome<Plan> Drafted(CreateWorkflow request, Caller caller)
    {
        if (request.Template is { } name)
            return templates.Find(name) is { } template ? FromTemplate(template, request.Parameters ?? [], "template", caller) : UnknownTemplate(name);
        return request.Goal is { } goal ? FromGoal(goal, request.Parameters ?? [], caller) : FromTasks(request, caller);
    }

    private Outcome<Plan> FromTasks(CreateWorkflow request, Caller caller)
    {
        var parameters = (JsonObject)(request.Parameters ?? []).DeepClone();
        var environment = Text(parameters, "environment") ?? request.Tasks!.Select(task => task.Input is { } input ? Text(input, "environment") : null).FirstOrDefault(found => found is not null);
        return draft.Accept(request.Tasks!, parameters, environment, caller).Select(tasks => new Plan("tasks", tasks)
        {
            Parameters = parameters,
            Environment = environment,
            ServiceName = Text(parameters, "serviceName") ?? request.Tasks!.Select(task => task.Input is { } input ? Text(input, "serviceName") : null).FirstOrDefault(found => found is not null),
        });
    }

    private Outcome<Plan> FromTemplate(PlanTemplate template, JsonObject given, string origin, Caller caller, string? goal = null)
    {
        var tolerant = MemberNames.Tolerate(JsonSerializer.SerializeToElement(given, AgenticJson.Options), template.Parameters, new Dictionary<string, string>());
        if (tolerant.Refusal is { } clash)
            return clash;
        var parameters = WithDefaults(template, JsonNode.Parse(tolerant.Value.GetRawText())!.AsObject());
        var errors = new SchemaValidation(template.Parameters).Check(parameters.ToJsonString(AgenticJson.Options))
            .Select(error => error with { Member = error.Member.Length == 0 ? "parameters" : $"parameters.{error.Member}" }).ToList();
        if (errors.Count > 0)
            return Refusal.Malformed($"The parameters do not fit the template '{template.Name}'.", errors);
        var environment = Text(parameters, "environment");
        return draft.Accept(template.Tasks, parameters, environment, caller).Select(tasks => new Plan(origin, tasks)
        {
            Template = template.Name,
            TemplateVersion = template.Version,
            Parameters = parameters,
            Goal = goal,
            Environment = environment,
            ServiceName = Text(parameters, "serviceName"),
        });
    }

    private Outcome<Plan> FromGoal(string goal, JsonObject given, Caller caller)
    {
        var (parameters, ambiguous) = GoalPlanner.Read(goal);
        foreach (var (member, value) in given)
            parameters[MemberNames.Camel(member)] = value?.DeepClone();
        var template = BestTemplate(goal, parameters);
        if (template is null)
            return Refusal.Unprocessable($"None of the plan templates fits this goal. GET /templates lists them: {string.Join(", ", templates.Items.Select(item => item.Name))}.");
        var known = template.Parameters["properties"] as JsonObject ?? [];
        foreach (var member in parameters.Select(member => member.Key).Where(member => !known.ContainsKey(member)).ToList())
        {
            if (given.ContainsKey(member))
                continue;
            if (member != "apiType")
                return Refusal.Unprocessable($"The goal asks for {member} '{parameters[member]}', which the template '{template.Name}' does not offer.");
            parameters.Remove(member);
        }

        var missing = (template.Parameters["required"] as JsonArray ?? []).Select(member => member!.GetValue<string>())
            .Where(member => !parameters.ContainsKey(member)).ToList();
        var ask = missing.Concat(ambiguous.Where(member => known.ContainsKey(member) && !given.ContainsKey(member))).Distinct(StringComparer.Ordinal).ToList();
        if (ask.Count > 0)
            return Refusal.Unprocessable(
                $"The goal does not say {string.Join(" or ", ask.Select(member => ambiguous.Contains(member) ? $"which {member} (it names several)" : member))}. Add it to the goal, or send it in parameters.",
                [.. ask.Select(member => new MemberError($"parameters.{member}", Explain(known[member] as JsonObject)))]) with { Missing = ask };
        return FromTemplate(template, parameters, "rules", caller, redactor.Redact(goal));
    }

    private PlanTemplate? BestTemplate(string goal, JsonObject parameters)
    {
        var words = goal.ToLowerInvariant();
        return templates.Items
            .Select(template => (template, Score: template.Keywords.Count(word => words.Contains(word, StringComparison.Ordinal)) + Fit(template, parameters)))
            .Where(pair => pair.Score > 0)
            .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.template.Tasks.Count).ThenBy(pair => pair.template.Name, StringComparer.Ordinal)
            .Select(pair => pair.template)
            .FirstOrDefault();
    }

    /// <summary>A template that cannot take what the goal names is a worse choice than any keyword can make up for.</summary>
    private static int Fit(PlanTemplate template, JsonObject parameters)
    {
        var known = template.Parameters["properties"] as JsonObject ?? [];
        return parameters.Sum(parameter => known[parameter.Key] switch
        {
            JsonObject schema when schema["enum"] is JsonArray values => values.Any(value => JsonNode.DeepEquals(value, parameter.Value)) ? 1 : -10,
            JsonObject => 1,
            _ when parameter.Key == "apiType" => template.Keywords.Contains(parameter.Value!.GetValue<string>()) ? 1 : -10,
            _ => -10,
        });
    }

    /// <summary>The refusal of a corrected input that holds a credential, which would be journalled with it.</summary>
    public Refusal? SecretIn(string operation, JsonObject input) =>
        draft.SecretIn(operation, input, "input") ?? (JsonNode.DeepEquals(input, redactor.Redact(input)) ? null : Credential("input"));

    private static Refusal Credential(string member) => Refusal.Unprocessable(
        "A plan is kept in the journal, so it must not hold credentials.",
        [new MemberError(member, "Something here looks like a credential. Configure a connection or a secret on the host and name it instead.")]);

    private Refusal? SecretIn(CreateWorkflow request)
    {
        foreach (var (member, node) in (ReadOnlySpan<(string, JsonNode?)>)[
                     ("parameters", request.Parameters),
                     .. (request.Tasks ?? []).SelectMany((task, index) => ((string, JsonNode?)[])
                     [
                         ($"tasks[{index}].input", task.Input),
                         ($"tasks[{index}].when", task.When is null ? null : JsonValue.Create(task.When)),
                         ($"tasks[{index}].compensate.input", task.Compensate?.Input),
                     ])])
        {
            if (node is not null && !JsonNode.DeepEquals(node, redactor.Redact(node)))
                return Credential(member);
        }

        return null;
    }

    private Refusal UnknownTemplate(string name)
    {
        var near = Nearness.Closest(name, templates.Items.Select(template => template.Name), 6);
        var broken = templates.Broken.FirstOrDefault(template => template.Source.StartsWith(name, StringComparison.Ordinal));
        return Refusal.NotFound(
            $"There is no template '{(name.Length <= 80 ? name : name[..80])}'.{(near is null ? "" : $" Did you mean '{near}'?")}{(broken is null ? "" : $" A file of that name is broken: {broken.Problem}")} GET /templates lists them.");
    }

    private static JsonObject WithDefaults(PlanTemplate template, JsonObject parameters)
    {
        foreach (var (member, schema) in template.Parameters["properties"] as JsonObject ?? [])
            if (!parameters.ContainsKey(member) && schema?["default"] is { } value)
                parameters[member] = value.DeepClone();
        return parameters;
    }

    private static string Explain(JsonObject? schema)
    {
        var text = schema?["description"]?.GetValue<string>() ?? "Needed.";
        return schema?["enum"] is JsonArray values ? $"{text} One of: {string.Join(", ", values.Select(value => value?.ToString()))}." : text;
    }

    private static string? Text(JsonObject from, string member) =>
        from[member] is JsonValue value && value.TryGetValue<string>(out var text) && !text.Contains("${", StringComparison.Ordinal) ? text : null;
}
