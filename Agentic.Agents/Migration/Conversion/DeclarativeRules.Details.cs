using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class DeclarativeRules
{
    private static readonly string[] Conditions = ["allOf", "anyOf", "not", "branch", "buildingTag", "changelog", "changeset", "changeRequest", "environment", "equals", "expression", "isRestartedRun", "tag", "triggeredBy"];

    /// <summary>Arguments of steps and definitions every Jenkins has: all names, then those that must be given.</summary>
    private static readonly Dictionary<string, (string[] All, string[] Required)> Signatures = new(StringComparer.Ordinal)
    {
        ["timeout"] = (["time", "unit", "activity"], ["time"]),
        ["retry"] = (["count", "conditions"], ["count"]),
        ["sleep"] = (["time", "unit"], ["time"]),
        ["echo"] = (["message"], ["message"]),
        ["dir"] = (["path"], ["path"]),
        ["sh"] = (["script", "returnStdout", "returnStatus", "encoding", "label"], ["script"]),
        ["bat"] = (["script", "returnStdout", "returnStatus", "encoding", "label"], ["script"]),
        ["writeFile"] = (["file", "text", "encoding"], ["file", "text"]),
        ["readFile"] = (["file", "encoding"], ["file"]),
        ["archiveArtifacts"] = (["artifacts", "allowEmptyArchive", "caseSensitive", "defaultExcludes", "excludes", "fingerprint", "followSymlinks", "onlyIfSuccessful", "includes"], ["artifacts"]),
        ["string"] = (["name", "defaultValue", "description", "trim"], ["name"]),
        ["text"] = (["name", "defaultValue", "description", "trim"], ["name"]),
        ["booleanParam"] = (["name", "defaultValue", "description"], ["name"]),
        ["choice"] = (["name", "choices", "description"], ["name", "choices"]),
        ["password"] = (["name", "defaultValue", "defaultValueAsSecret", "description"], ["name"]),
        ["cron"] = (["spec"], ["spec"]),
        ["pollSCM"] = (["scmpoll_spec", "ignorePostCommitHooks", "spec"], ["scmpoll_spec"]),
        ["upstream"] = (["upstreamProjects", "threshold"], ["upstreamProjects"]),
    };

    private void Arguments(Call call, string name)
    {
        var given = call.Arguments.Where(argument => argument.Value is not Closure || argument.Name is not null).ToList();
        var positional = given.Where(argument => argument.Name is null).ToList();
        foreach (var twice in given.Where(argument => argument.Name is not null).GroupBy(argument => argument.Name).Where(group => group.Count() > 1)) Breach(call.Head, $"Duplicate named parameter '{twice.Key}' found");
        if (positional.Count > 0 && given.Count > positional.Count && Signatures.ContainsKey(name)) Breach(call.Head, "Cannot mix named and unnamed arguments");
        foreach (var big in given.Where(argument => argument.Value is Literal { Value: string } or Literal { Value: double and > 9e18 })) Breach(big.Value.Span, "BigIntegers cannot be used as constants in Declarative");
        if (!Signatures.TryGetValue(name, out var signature) || positional.Any(argument => argument.Value is MapLiteral)) return;
        foreach (var argument in given.Where(argument => argument.Name is not null && !signature.All.Contains(argument.Name))) Breach(call.Head, $"Invalid parameter \"{argument.Name}\", did you mean \"{signature.All.MinBy(known => Distance(known, argument.Name!))}\"?");
        if (given.Count == 0) Breach(call.Head, $"Missing required parameter: \"{signature.Required[0]}\"");
        else if (positional.Count == 0)
            foreach (var missing in signature.Required.Where(required => given.All(argument => argument.Name != required) && required != "scmpoll_spec")) Breach(call.Head, $"Missing required parameter: \"{missing}\"");
        if (name == "timeout" && (call.Named("time") ?? positional.FirstOrDefault()?.Value) is Text { Constant: { } time } && !time.All(char.IsAsciiDigit)) Breach(call.Head, $"Expecting \"int\" for parameter \"time\" but got \"{time}\" of type class java.lang.String instead");
        if (name is "sh" or "bat" or "echo" && (call.Named("script") ?? call.Named("message") ?? positional.FirstOrDefault()?.Value) is Literal { Value: bool or long } literal && name != "echo") Breach(literal.Span, "Expecting \"class java.lang.String\" but got another type instead");
    }

    private static int Distance(string a, string b) => Math.Abs(a.Length - b.Length) + a.Zip(b).Count(pair => pair.First != pair.Second);

    private void Steps(Closure steps)
    {
        foreach (var statement in steps.Body)
        {
            if (statement is UnreadableStmt) continue;
            if (statement is not ExpressionStmt { Expression: Call call })
            {
                if (statement is ExpressionStmt { Expression: Text or Name }) Breach(statement.Span, "Expected a step");
                else Breach(statement.Span, "Expected a step; Groovy code belongs into a 'script' block");
                continue;
            }

            if (call.StepName is not { } name)
            {
                if (call.Callee is Member { Target: Name }) Breach(call.Head, "Method calls on objects not allowed outside \"script\" blocks");
                else Breach(call.Head, "Expected a step");
                continue;
            }

            switch (name)
            {
                case "script" when call.Body is null: Breach(call.Span, "script step without a block"); continue;
                case "script": continue;
                case "stage" or "properties" or "pipeline": Breach(call.Head, $"Invalid step \"{name}\" used - not allowed in this context"); continue;
                case "parallel":
                    if (call.Arguments.Count == 0) Breach(call.Span, "Nothing to execute: parallel has no branches");
                    if (steps.Body.Count > 1) Breach(call.Head, "Invalid step \"parallel\" used - not allowed in this context - the parallel step can only be used as the only top-level step in a stage's step block");
                    foreach (var argument in call.Arguments.Where(argument => argument.Name is not null))
                    {
                        if (argument.Name == "failFast" && argument.Value is not (Literal { Value: bool } or Name or Member)) Breach(argument.Value.Span, "Expected a boolean with failFast");
                        else if (argument.Name != "failFast" && argument.Value is Literal or Text) Breach(argument.Value.Span, "Expected closure or failFast");
                        if (argument.Value is Closure branch)
                        {
                            if (branch.Body.Count == 0) Breach(argument.Value.Span, "No steps specified for branch");
                            Steps(branch);
                        }
                    }

                    continue;
            }

            Arguments(call, name);
            foreach (var blocked in call.Arguments.Select(argument => argument.Value).OfType<Call>().Where(inner => inner.StepName is "properties")) Breach(blocked.Span, "Invalid step \"properties\" used - not allowed in this context");
            if (call.Body is { } body && name is not ("expression" or "container_")) Steps(body);
        }
    }

    /// <summary>Lists of definitions: options, triggers, parameters.</summary>
    private void Definitions(Closure body, Call owner, string what, bool unique, Action<Call> check)
    {
        if (body.Body.Count == 0) Breach(owner.Head, $"{what} can not be empty");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in body.Body)
        {
            if (statement is not ExpressionStmt { Expression: Call { StepName: { } name } call })
            {
                Breach(statement.Span, statement is ExpressionStmt { Expression: MapLiteral or ListLiteral } ? $"{what} cannot be defined as maps" : $"Expected {(what == "Options" ? "an option" : what == "Triggers" ? "a trigger" : "a build parameter definition")}");
                continue;
            }

            if (call.Body is not null || call.Arguments.Any(argument => argument.Value is Closure)) Breach(call.Head, $"{what} definitions cannot have blocks");
            if (call.Arguments.Any(argument => argument.Value is MapLiteral { Entries: var entries } && entries.Any(entry => entry.Name == "$class")) || name == "$class") Breach(call.Head, $"{what} cannot be defined as maps");
            if (unique && !seen.Add(name)) Breach(call.Head, $"Duplicate {(what == "Options" ? "option" : "trigger")} name: \"{name}\"");
            check(call);
        }
    }

    private void Option(Call option, bool stage)
    {
        if (option.StepName is "properties" or "parameters" or "pipelineTriggers" or "triggers") Breach(option.Head, $"Invalid option type \"{option.StepName}\"");
        if (stage && JobOnlyOptions.Contains(option.StepName)) Breach(option.Head, $"Invalid option type \"{option.StepName}\" for a stage");
        if (option.StepName is "timeout" or "retry") Arguments(option, option.StepName);
    }

    private void Parameter(Call parameter) => Definition(parameter);

    private void Trigger(Call trigger) => Definition(trigger);

    private void Definition(Call call)
    {
        Arguments(call, call.StepName!);
        foreach (var inner in call.Arguments.Select(argument => argument.Value).OfType<Call>())
        {
            if (inner.StepName is "properties" or "echo" or "sh" or "stage" or "node" or "script") Breach(inner.Span, $"Invalid step \"{inner.StepName}\" used - not allowed in this context");
            if (inner.Arguments.Any(argument => argument.Value is Closure)) Breach(inner.Span, "Method call arguments cannot have blocks");
        }

        if (call.StepName == "booleanParam" && call.Named("defaultValue") is Text { Constant: not ("true" or "false") } text) Breach(text.Span, "Expecting \"boolean\" for parameter \"defaultValue\"");
        if (call.StepName is "string" or "booleanParam" && call.Named("name") is Literal name) Breach(name.Span, "Expecting \"class java.lang.String\" for parameter \"name\"");
    }

    private static readonly Dictionary<string, string[]> AgentOptions = new(StringComparer.Ordinal)
    {
        ["docker"] = ["image", "label", "args", "registryUrl", "registryCredentialsId", "customWorkspace", "reuseNode", "alwaysPull", "containerPerStageRoot"],
        ["dockerfile"] = ["filename", "dir", "label", "args", "additionalBuildArgs", "registryUrl", "registryCredentialsId", "customWorkspace", "reuseNode", "alwaysPull"],
        ["node"] = ["label", "customWorkspace"],
    };

    private void Agent(Call agent)
    {
        if (agent.Body is null)
        {
            if (agent.Arguments.Count == 0)
            {
                if (agent.Span.Length > "agent".Length) Breach(agent.Span, "Expected an agent");
                return;
            }

            if (agent.Arguments is [{ Name: null, Value: Name { Identifier: "any" or "none" } }] || agent.Arguments is [{ Name: null, Value: Text { Constant: "any" or "none" } }]) return;
            Breach(agent.Span, "Only \"agent none\", \"agent any\" or \"agent {...}\" are allowed");
            return;
        }

        var types = agent.Body.Body;
        if (types.Count == 0)
        {
            Breach(agent.Head, "No agent type specified. Must be one of [any, docker, dockerfile, label, none, kubernetes]");
            return;
        }

        if (types.Count > 1 && types.Any(type => type is ExpressionStmt { Expression: Call { StepName: "label" or "node" or "docker" or "dockerfile" or "kubernetes" } or Name }) && !types.Any(type => type is ExpressionStmt { Expression: Call { StepName: "image" } })) Breach(types[1].Span, "Only one agent type is allowed per agent section");
        if (types[0] is not ExpressionStmt { Expression: Call { StepName: { } kind } type })
        {
            if (types[0] is not UnreadableStmt and not ExpressionStmt { Expression: Name { Identifier: "any" or "none" or "kubernetes" or "dockerfile" or "docker" } } || types[0] is ExpressionStmt { Expression: Name { Identifier: "docker" } }) Breach(types[0].Span, "Expected to find 'key \"value\"'");
            return;
        }

        if (type.Arguments.Count == 0 && !type.Parenthesised) Breach(type.Span, $"No argument for agent key \"{kind}\"");
        if (type.Body is { } body && AgentOptions.TryGetValue(kind, out var allowed))
        {
            foreach (var setting in Calls(body).Where(setting => !allowed.Contains(setting.StepName))) Breach(setting.Span, $"Invalid config option \"{setting.StepName}\" for agent type \"{kind}\". Valid config options are {string.Join(", ", allowed)}");
            var required = kind switch { "docker" => "image", "node" => "label", _ => null };
            if (required is not null && Calls(body).All(setting => setting.StepName != required)) Breach(type.Head, $"Missing required parameter for agent type \"{kind}\": {required}");
        }

        if (kind is not ("label" or "node" or "docker" or "dockerfile" or "kubernetes" or "any" or "none")) Unknown(type, kind);
    }

    /// <summary>Agent types come from plugins; a bare word or a bad argument is wrong with any of them.</summary>
    private void Unknown(Call type, string kind)
    {
        if (type.Body is null && type.Arguments.Count > 1) Breach(type.Span, $"Too many arguments for agent key \"{kind}\"");
    }

    private void When(Closure when, Call owner)
    {
        var conditions = when.Body.Where(statement => statement is not ExpressionStmt { Expression: Call { StepName: "beforeAgent" or "beforeInput" or "beforeOptions" } }).ToList();
        if (conditions.Count == 0) Breach(owner.Head, "Empty when closure, remove the property or add some content");
        foreach (var statement in conditions) Condition(statement);
    }

    private void Condition(Stmt statement)
    {
        if (statement is UnreadableStmt) return;
        if (statement is not ExpressionStmt { Expression: Call { StepName: { } name } condition })
        {
            Breach(statement.Span, "Expected a when condition");
            return;
        }

        if (!Conditions.Contains(name))
        {
            Breach(condition.Head, $"Unknown conditional {name}. Valid conditionals are: {string.Join(", ", Conditions)}");
            return;
        }

        switch (name)
        {
            case "allOf" or "anyOf" or "not":
                if (condition.Body is not { } group)
                {
                    Breach(condition.Span, $"Nested when condition \"{name}\" requires at least one child condition");
                    return;
                }

                if (condition.Arguments.Count > 1) Breach(condition.Head, $"No additional arguments are allowed for children when condition \"{name}\"");
                if (group.Body.Count == 0) Breach(condition.Head, $"Nested when condition \"{name}\" requires at least one child condition");
                if (name == "not" && group.Body.Count > 1) Breach(condition.Head, "Nested when condition \"not\" requires exactly 1 child condition(s)");
                foreach (var inner in group.Body) Condition(inner);
                return;
            case "expression":
                if (condition.Body is null) Breach(condition.Span, "Expected a block for expression");
                return;
            case "environment": Needs(condition, ["name", "value", "ignoreCase"], ["name", "value"]); break;
            case "equals": Needs(condition, ["expected", "actual"], ["expected", "actual"]); break;
            case "branch" or "changeset" or "changelog":
                if (condition.Arguments.Count == 0) Breach(condition.Span, $"{name} is missing required parameter \"pattern\"");
                if (condition.Arguments is [{ Name: null, Value: Literal literal }]) Breach(literal.Span, "Expecting \"class java.lang.String\" but got another type instead");
                if (condition.Arguments.Any(argument => argument.Name is not null)) Needs(condition, ["pattern", "comparator", "glob", "caseSensitive"], []);
                break;
        }

        if (condition.Body is not null) Breach(condition.Head, $"No children when conditions are allowed for when condition \"{name}\"");
    }

    private void Needs(Call call, string[] all, string[] required)
    {
        if (call.Positional.Any(argument => argument is not MapLiteral)) Breach(call.Head, $"Arguments to \"{call.StepName}\" must be explicitly named");
        foreach (var argument in call.Arguments.Where(argument => argument.Name is not null && !all.Contains(argument.Name))) Breach(call.Head, $"Invalid parameter \"{argument.Name}\", did you mean \"{all.MinBy(known => Distance(known, argument.Name!))}\"?");
        foreach (var missing in required.Where(name => call.Named(name) is null)) Breach(call.Head, $"Missing required parameter: \"{missing}\"");
        foreach (var argument in call.Arguments.Where(argument => call.StepName == "environment" && argument.Value is Literal { Value: not null })) Breach(argument.Value.Span, $"Expecting \"class java.lang.String\" for parameter \"{argument.Name}\"");
    }
}
