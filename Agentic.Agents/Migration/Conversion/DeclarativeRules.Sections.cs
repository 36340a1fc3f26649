using Agentic.Agents.Migration.Groovy;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class DeclarativeRules
{
    private void Matrix(Closure matrix, Call owner)
    {
        var sections = Sections(matrix, MatrixSections, "stage ");
        Common(sections, stage: true);
        if (sections.GetValueOrDefault("axes") is { Body: { } axes } axesCall)
        {
            if (axes.Body.Count == 0) Breach(axesCall.Head, "No axis directives specified");
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var statement in axes.Body)
                if (statement is ExpressionStmt { Expression: Call { StepName: "axis", Body: { } axis } axisCall }) Axis(axis, axisCall, exclude: false, names);
                else Breach(statement.Span, "Expected an axis");
        }
        else Breach(owner.Head, "Missing required section \"axes\"");

        if (sections.GetValueOrDefault("excludes") is { Body: { } excludes } excludesCall)
        {
            if (excludes.Body.Count == 0) Breach(excludesCall.Head, "No exclude directives specified");
            foreach (var exclude in Calls(excludes))
            {
                if (exclude.StepName != "exclude" || exclude.Body is not { Body.Count: > 0 } rows)
                {
                    Breach(exclude.Head, "No axis directives specified");
                    continue;
                }

                foreach (var statement in rows.Body)
                    if (statement is ExpressionStmt { Expression: Call { StepName: "axis", Body: { } axis } axisCall }) Axis(axis, axisCall, exclude: true, []);
                    else Breach(statement.Span, "Expected an axis");
            }
        }

        if (sections.GetValueOrDefault("stages") is { Body: { } stages } stagesCall) Stages(stages, stagesCall, inParallel: true);
        else Breach(owner.Head, "Missing required section \"stages\"");
        if (sections.GetValueOrDefault("when") is { Body: { } when } whenCall) When(when, whenCall);
        if (sections.GetValueOrDefault("input") is { Body: { } input } inputCall) Input(input, inputCall);
    }

    private void Axis(Closure axis, Call owner, bool exclude, HashSet<string> names)
    {
        var name = Calls(axis).FirstOrDefault(call => call.StepName == "name");
        if (name is null) Breach(owner.Head, "Missing required parameter: \"name\"");
        else if (name.Arguments is not [{ Value: Text { Constant: { } text } }]) Breach(name.Span, "Expected string literal");
        else if (!exclude && !names.Add(text)) Breach(name.Span, $"Duplicate axis name: \"{text}\"");
        var values = Calls(axis).Where(call => call.StepName is "values" or "notValues").ToList();
        if (values.Count == 0) Breach(owner.Head, exclude ? "Exclude axis must contain either \"values\" or \"notValues\"" : "Missing required parameter: \"values\"");
        if (exclude && values.Count > 1) Breach(owner.Head, "Exclude axis must contain either \"values\" or \"notValues\"");
        foreach (var list in values)
        {
            if (list.Arguments.Count == 0 || list.Arguments.Any(argument => argument.Value is not (Text or Literal) || argument.Name is not null)) Breach(list.Span, "Expected string literal");
            foreach (var twice in list.Positional.OfType<Text>().GroupBy(value => value.Constant).Where(group => group.Key is not null && group.Count() > 1)) Breach(list.Span, $"Duplicate axis value: \"{twice.Key}\"");
        }

        foreach (var statement in axis.Body)
            if (statement is not ExpressionStmt { Expression: Call { StepName: "name" or "values" or "notValues" } }) Breach(statement.Span, "Only name and values are allowed in an axis");
    }

    private void Input(Closure input, Call owner)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in Calls(input))
        {
            if (field.StepName is not ("message" or "id" or "ok" or "submitter" or "submitterParameter" or "parameters")) Breach(field.Span, $"Not a valid field for input: \"{field.StepName}\"");
            else if (!seen.Add(field.StepName)) Breach(field.Span, $"Multiple occurrences of the {field.StepName} section");
            else if (field.StepName != "parameters" && field.Arguments.Count == 0) Breach(field.Span, $"No argument for field \"{field.StepName}\"");
            if (field is { StepName: "parameters", Body: { } parameters }) Definitions(parameters, field, "Build parameters", unique: false, Parameter);
        }

        if (!seen.Contains("message")) Breach(owner.Head, "No message specified for input");
        foreach (var statement in input.Body.Where(statement => statement is not ExpressionStmt { Expression: Call })) Breach(statement.Span, "Not a valid field for input");
    }

    private void Post(Closure post, Call owner)
    {
        if (post.Body.Count == 0) Breach(owner.Head, "post can not be empty");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in post.Body)
        {
            if (statement is not ExpressionStmt { Expression: Call { StepName: { } name, Body: { } body } condition })
            {
                Breach(statement.Span, $"The 'post' section can only contain build condition names with code blocks. Valid condition names are {string.Join(", ", PostConditions)}");
                continue;
            }

            if (!PostConditions.Contains(name)) Breach(condition.Head, $"Invalid condition \"{name}\" - valid conditions are {string.Join(", ", PostConditions)}");
            if (!seen.Add(name)) Breach(condition.Head, $"Duplicate build condition name: \"{name}\"");
            Steps(body);
        }
    }

    private void Environment(Closure environment, Call owner)
    {
        if (environment.Body.Count == 0) Breach(owner.Head, "No variables specified for environment");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in environment.Body)
        {
            if (statement is UnreadableStmt) continue;
            if (statement is not ExpressionStmt { Expression: Assign { Operator: "=", Target: Name name } assign })
            {
                Breach(statement.Span, statement is ExpressionStmt { Expression: Assign } ? "Not a valid environment expression. Use \"key = value\" pairs with valid Java/shell keys" : "Expected name=value pairs");
                continue;
            }

            if (name.Identifier.Contains('$', StringComparison.Ordinal)) Breach(name.Span, $"\"{name.Identifier}\" is not a valid identifier and cannot be used for an environment variable");
            if (!seen.Add(name.Identifier)) Breach(name.Span, $"Duplicate environment variable name: \"{name.Identifier}\"");
            EnvironmentValue(assign.Value);
        }
    }

    private void EnvironmentValue(Expr value)
    {
        switch (value)
        {
            case Binary { Operator: "+" } sum:
                EnvironmentValue(sum.Left);
                EnvironmentValue(sum.Right);
                if (sum.Left is Literal { Value: not null and not bool } || sum.Right is Literal { Value: not null and not bool }) Breach(value.Span, "Environment variable values to be concatenated together must be single or double quoted");
                break;
            case Binary: Breach(value.Span, "Environment variable values can only be joined together with '+'s"); break;
            case ListLiteral or MapLiteral or Closure or New: Breach(value.Span, "Environment variable values must either be single quoted, double quoted, or function calls"); break;
        }
    }

    private void Tools(Closure tools, Call owner)
    {
        if (tools.Body.Count == 0) Breach(owner.Head, "No tools specified");
        foreach (var statement in tools.Body)
            if (statement is not ExpressionStmt { Expression: Call { StepName: { } kind } tool }) Breach(statement.Span, statement is ExpressionStmt { Expression: Name name } ? $"No argument for tool \"{name.Identifier}\"" : "Expected to find 'someTool \"someVersion\"'");
            else if (tool.Arguments.Count != 1) Breach(tool.Span, tool.Arguments.Count == 0 ? $"No argument for tool \"{kind}\"" : $"Too many arguments for tool \"{kind}\"");
    }
}
