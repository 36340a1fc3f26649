using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>One part of a service, read and parsed: what its manifest says, ready to render.</summary>
internal sealed class Template
{
    private readonly LiquidText _when;
    private readonly IReadOnlyList<Part> _parts;

    private Template(string folder, TemplateManifest manifest, LiquidText when, IReadOnlyList<Part> parts) =>
        (Folder, Manifest, _when, _parts) = (folder, manifest, when, parts);

    public string Folder { get; }

    public TemplateManifest Manifest { get; }

    /// <summary>Reads one template from the texts of its folder; every error found is in the refusal.</summary>
    /// <param name="folder">Shown in messages.</param>
    /// <param name="texts">Path inside the folder -> text.</param>
    public static Outcome<Template> Read(string folder, IReadOnlyDictionary<string, string> texts)
    {
        if (!texts.TryGetValue("template.yaml", out var yaml))
            return Refusal.Unprocessable($"{folder} has no template.yaml.");
        var manifest = TemplateManifest.Read($"{folder}/template.yaml", yaml);
        if (manifest.IsRefused)
            return manifest.Refusal;

        var errors = new List<MemberError>();
        var when = Keep(LiquidText.ParseCondition($"{folder}/template.yaml", manifest.Value.When), "when", errors);
        var parts = manifest.Value.Files.Select(file => Part.Read(folder, file, manifest.Value.Part, texts, errors)).OfType<Part>().ToList();
        var listed = manifest.Value.Files.Select(file => file.Source).ToHashSet(StringComparer.Ordinal);
        foreach (var path in texts.Keys.Where(path => path != "template.yaml" && !listed.Contains(path)).Order(StringComparer.Ordinal))
            errors.Add(new MemberError(path, $"{folder}/{path} is in the folder but not in files of template.yaml."));

        return errors.Count == 0
            ? new Template(folder, manifest.Value, when!, parts)
            : Refusal.Unprocessable($"The template {folder} has {errors.Count} error(s): {errors[0].Message}", errors);
    }

    public Outcome<bool> Applies(IReadOnlyDictionary<string, object> answers) =>
        _when.Render(answers).Select(text => text == "true");

    public Outcome<IReadOnlyList<(string Path, string Text, ServicePart Part)>> Render(IReadOnlyDictionary<string, object> answers)
    {
        var files = new List<(string, string, ServicePart)>();
        foreach (var part in _parts)
        {
            var file = part.Render(answers);
            if (file.IsRefused)
                return file.Refusal;
            if (file.Value.Path is not null)
                files.Add((file.Value.Path, file.Value.Text, part.For));
        }

        return files;
    }

    private static T? Keep<T>(Outcome<T> outcome, string member, List<MemberError> errors)
        where T : class
    {
        if (!outcome.IsRefused)
            return outcome.Value;
        errors.Add(new MemberError(member, outcome.Refusal.Reason));
        return null;
    }

    private sealed record Part(string Where, LiquidText When, LiquidText Target, LiquidText? Body, string Copy, ServicePart For)
    {
        public static Part? Read(string folder, TemplateFile file, ServicePart folderIsFor, IReadOnlyDictionary<string, string> texts, List<MemberError> errors)
        {
            var where = $"{folder}/{file.Source}";
            if (ArtifactPath.Problem(file.Source) is { } problem)
            {
                errors.Add(new MemberError("files", $"{folder}/template.yaml: {problem}"));
                return null;
            }

            if (!texts.TryGetValue(file.Source, out var text))
            {
                errors.Add(new MemberError("files", $"{folder}/template.yaml names {file.Source}, which is not in the folder."));
                return null;
            }

            var isLiquid = file.Source.EndsWith(".liquid", StringComparison.Ordinal);
            var when = Keep(LiquidText.ParseCondition($"{folder}/template.yaml", file.When), file.Source, errors);
            var target = Keep(LiquidText.Parse($"{folder}/template.yaml", file.Target ?? (isLiquid ? file.Source[..^7] : file.Source)), file.Source, errors);
            var body = isLiquid ? Keep(LiquidText.Parse(where, text), file.Source, errors) : null;
            return when is null || target is null || (isLiquid && body is null) ? null : new Part(where, when, target, body, text, file.Part ?? folderIsFor);
        }

        public Outcome<Rendered> Render(IReadOnlyDictionary<string, object> answers)
        {
            var applies = When.Render(answers);
            if (applies.IsRefused)
                return applies.Refusal;
            if (applies.Value != "true")
                return new Rendered(null, "");
            var path = Target.Render(answers);
            if (path.IsRefused)
                return path.Refusal;
            if (ArtifactPath.Problem(path.Value) is { } problem)
                return Refusal.Unprocessable($"{Where}: {problem}");
            return Body is null
                ? new Rendered(path.Value, Copy)
                : Body.Render(answers).Select(text => new Rendered(path.Value, text));
        }
    }

    private sealed record Rendered(string? Path, string Text);
}
