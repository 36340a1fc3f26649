using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Adds the parameters of templates to the answers of a request, and holds them to the schemas of the templates that take part.</summary>
internal static class TemplateAnswers
{
    /// <summary>The templates that take part, and the answers with every parameter's value or default.</summary>
    public static Outcome<(IReadOnlyList<Template> Used, IReadOnlyDictionary<string, object> Answers)> For(GenerateService request, TemplateLibrary library)
    {
        var answers = Answers.For(request);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var errors = new List<MemberError>();
        foreach (var (name, value) in request.Parameters ?? [])
        {
            if (Answers.Known.Contains(name))
                errors.Add(Error(name, "is an answer of every service; give it by its own member."));
            else if (TemplateParameter.Text(value) is { } text)
                given[name] = text;
            else
                errors.Add(Error(name, "must be text, a number, true or false."));
        }

        // Conditions may read a parameter of a template that takes no part, so each has a value before any is asked.
        foreach (var parameter in library.Templates.SelectMany(template => template.Manifest.Parameters).Where(parameter => !Answers.Known.Contains(parameter.Name)))
            answers[parameter.Name] = given.GetValueOrDefault(parameter.Name) ?? (answers.GetValueOrDefault(parameter.Name) is string { Length: > 0 } known ? known : parameter.Default ?? "");

        var used = new List<Template>();
        foreach (var template in library.Templates)
        {
            var applies = template.Applies(answers);
            if (applies.IsRefused)
                return applies.Refusal;
            if (!applies.Value)
                continue;
            used.Add(template);
            foreach (var parameter in template.Manifest.Parameters)
                Check(parameter, template, answers, given, errors);
        }

        foreach (var name in given.Keys.Where(name => !used.Any(template => template.Manifest.Parameters.Any(parameter => parameter.Name == name))))
            errors.Add(Error(name, Unknown(name, used, library)));
        return errors.Count == 0
            ? (used, answers)
            : Refusal.Unprocessable(string.Join(' ', errors.Select(error => error.Message)), errors);
    }

    private static void Check(TemplateParameter parameter, Template template, Dictionary<string, object> answers, Dictionary<string, string> given, List<MemberError> errors)
    {
        var isAnswer = Answers.Known.Contains(parameter.Name);
        var value = answers[parameter.Name] as string ?? "";
        if (!isAnswer && !given.ContainsKey(parameter.Name) && value.Length == 0)
        {
            if (parameter.IsRequired)
                errors.Add(Error(parameter.Name, $"is needed by the template {template.Manifest.Name}{(parameter.Description is { } what ? $": {what.TrimEnd('.')}" : "")}."));
            return;
        }

        if (parameter.Problem(value) is { } problem)
            errors.Add(isAnswer ? new MemberError(parameter.Name, $"The template {template.Manifest.Name} cannot take the {parameter.Name} '{value}': it {problem}") : Error(parameter.Name, problem));
    }

    private static string Unknown(string name, List<Template> used, TemplateLibrary library)
    {
        if (library.Templates.FirstOrDefault(template => template.Manifest.Parameters.Any(parameter => parameter.Name == name)) is { } owner)
            return $"belongs to the template {owner.Manifest.Name}, which takes no part in this service.";
        var known = used.SelectMany(template => template.Manifest.Parameters).Select(parameter => parameter.Name).Where(parameter => !Answers.Known.Contains(parameter)).Distinct().Order(StringComparer.Ordinal).ToList();
        var near = Nearness.Closest(name, known);
        return $"is no parameter of the templates{(near is null ? "" : $" (did you mean '{near}'?)")}; there {(known.Count == 0 ? "are none" : $"is {string.Join(", ", known)}")}.";
    }

    private static MemberError Error(string name, string problem)
    {
        var shown = name.Length <= 60 ? name : name[..60];
        return new MemberError($"parameters.{shown}", $"'parameters.{shown}' {problem}");
    }
}
