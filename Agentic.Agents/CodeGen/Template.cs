using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>One part of a service, read and parsed: what its manifest says, ready to render.</summary>
internal sealed class Template
{
    private const string ManifestFile = "template.yaml";

    private readonly LiquidText? _when;
    private readonly IReadOnlyList<Part> _parts;
    private readonly IReadOnlyDictionary<string, string> _texts;

    private Template(string folder, string source, TemplateManifest manifest, LiquidText? when, IReadOnlyList<Part> parts, IReadOnlyDictionary<string, string> texts) =>
        (Folder, Source, Manifest, _when, _parts, _texts) = (folder, source, manifest, when, parts, texts);

    public string Folder { get; }

    /// <summary><c>built-in</c>, <c>folder</c> or the commit of the organisation's repository.</summary>
    public string Source { get; }

    public TemplateManifest Manifest { get; }

    /// <summary>The files the template can make, extended ones included.</summary>
    public IEnumerable<(string Target, ServicePart Part)> Makes => _parts.Select(part => (part.TargetText, part.For));

    /// <summary>Reads one template from the texts of its folder; null when anything is wrong with it.</summary>
    /// <param name="folder">Shown in messages.</param>
    /// <param name="texts">Path inside the folder -> text.</param>
    public static Template? Read(string folder, string source, IReadOnlyDictionary<string, string> texts, List<TemplateError> errors)
    {
        var yaml = $"{folder}/{ManifestFile}";
        var before = errors.Count;
        if (TemplateManifestReader.Read(yaml, texts[ManifestFile], errors) is not { } manifest)
        {
            // Which files are used cannot be told; what is wrong in them can.
            foreach (var (path, text) in texts.Where(text => text.Key.EndsWith(".liquid", StringComparison.Ordinal)))
                LiquidParser.Parse($"{folder}/{path}", text, errors);
            return null;
        }

        var when = manifest.When is { } condition ? LiquidText.ParseCondition(yaml, condition.Text, errors, condition.Line) : null;
        var parts = manifest.Files.Select(file => Part.Read(folder, file, manifest.Part, texts, errors)).OfType<Part>().ToList();
        var listed = manifest.Files.Select(file => file.Source.Text).ToHashSet(StringComparer.Ordinal);
        var cases = manifest.Tests.Select(test => test.Expected).OfType<string>().ToList();
        foreach (var test in manifest.Tests.Where(test => test.Expected is { } expected && !texts.Keys.Any(path => IsInside(path, expected))))
            errors.Add(new TemplateError(yaml, test.Line, $"the test '{test.Name}' expects the files of {test.Expected}, which is not in the folder."));
        foreach (var path in texts.Keys.Where(path => path != ManifestFile && !listed.Contains(path) && !cases.Any(expected => IsInside(path, expected))))
            errors.Add(new TemplateError($"{folder}/{path}", null, "it is in the folder but not in files of template.yaml."));
        foreach (var twice in manifest.Files.GroupBy(file => file.Source.Text, StringComparer.Ordinal).Where(group => group.Count() > 1))
            errors.Add(new TemplateError(yaml, twice.Last().Source.Line, $"{twice.Key} stands twice in files."));
        return errors.Count == before ? new Template(folder, source, manifest, when, parts, texts) : null;
    }

    /// <summary>This template over the one it extends: its own files first, the other's where it has none.</summary>
    public Template Over(Template extended, List<TemplateError> errors)
    {
        foreach (var missing in Manifest.Without.Where(source => extended._parts.All(part => part.Source != source)))
            errors.Add(new TemplateError($"{Folder}/{ManifestFile}", null, $"'without' names {missing}, which {extended.Manifest.Name} does not have."));
        var kept = extended._parts.Where(part => !Manifest.Without.Contains(part.Source) && _parts.All(own => own.Source != part.Source && own.TargetText != part.TargetText));
        var parameters = extended.Manifest.Parameters.Where(parameter => Manifest.Parameters.All(own => own.Name != parameter.Name));
        return new Template(
            Folder, Source, Manifest with { Parameters = [.. Manifest.Parameters, .. parameters] },
            Manifest.When is null ? extended._when : _when, [.. _parts, .. kept], _texts);
    }

    /// <summary>Names the template reads that no answer and no parameter of its own gives it.</summary>
    public IEnumerable<TemplateError> UnknownNames()
    {
        var known = Answers.Known.Concat(Manifest.Parameters.Select(parameter => parameter.Name)).ToHashSet(StringComparer.Ordinal);
        return _parts.SelectMany(part => new[] { part.When, part.Target, part.Body }).Append(_when).OfType<LiquidText>().SelectMany(text => text.UnknownNames(known)).Distinct();
    }

    /// <summary>The files of one expected case, by their path in the generated service.</summary>
    public IEnumerable<(string Path, string Text)> Expected(string folder) =>
        _texts.Where(text => IsInside(text.Key, folder)).OrderBy(text => text.Key, StringComparer.Ordinal).Select(text => (text.Key[(folder.Length + 1)..], text.Value));

    public Outcome<bool> Applies(IReadOnlyDictionary<string, object> answers) =>
        _when is null ? true : _when.Render(answers).Select(text => text == "true");

    /// <param name="only">The one part of a service that is wanted; null for all.</param>
    public Outcome<IReadOnlyList<(string Path, string Text, ServicePart Part)>> Render(IReadOnlyDictionary<string, object> answers, ServicePart? only = null)
    {
        var files = new List<(string, string, ServicePart)>();
        foreach (var part in _parts.Where(part => only is null || part.For == only))
        {
            var file = part.Render(answers);
            if (file.IsRefused)
                return file.Refusal;
            if (file.Value.Path is not null)
                files.Add((file.Value.Path, file.Value.Text, part.For));
        }

        return files;
    }

    private static bool IsInside(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private sealed record Part(string Where, string Source, string TargetText, LiquidText? When, LiquidText Target, LiquidText? Body, string Copy, ServicePart For)
    {
        public static Part? Read(string folder, TemplateFile file, ServicePart folderIsFor, IReadOnlyDictionary<string, string> texts, List<TemplateError> errors)
        {
            var (yaml, source) = ($"{folder}/{ManifestFile}", file.Source);
            if (ArtifactPath.Problem(source.Text) is { } problem)
            {
                errors.Add(new TemplateError(yaml, source.Line, problem));
                return null;
            }

            if (!texts.TryGetValue(source.Text, out var text))
            {
                errors.Add(new TemplateError(yaml, source.Line, $"it names {source.Text}, which is not in the folder."));
                return null;
            }

            var before = errors.Count;
            var isLiquid = source.Text.EndsWith(".liquid", StringComparison.Ordinal);
            var where = $"{folder}/{source.Text}";
            var targetText = file.Target?.Text ?? (isLiquid ? source.Text[..^7] : source.Text);
            if (!targetText.Contains('{', StringComparison.Ordinal) && ArtifactPath.Problem(targetText) is { } leaves)
                errors.Add(new TemplateError(yaml, (file.Target ?? source).Line, leaves));
            var when = file.When is { } condition ? LiquidText.ParseCondition(yaml, condition.Text, errors, condition.Line) : null;
            var target = LiquidParser.Parse(yaml, targetText, errors, (file.Target ?? source).Line);
            var body = isLiquid ? LiquidParser.Parse(where, text, errors) : null;
            return errors.Count == before ? new Part(where, source.Text, targetText, when, target!, body, text, file.Part ?? folderIsFor) : null;
        }

        public Outcome<Rendered> Render(IReadOnlyDictionary<string, object> answers)
        {
            var applies = When?.Render(answers) ?? "true";
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
