using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Makes a service from a request: the same request and templates give the same bytes on every machine.</summary>
internal static class ServiceGeneration
{
    private const int MostFiles = 400;
    private const int MostBytes = 16 * 1024 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <param name="only">The one part of the service that is wanted; null for all of it, with its provenance.</param>
    public static Outcome<GeneratedFiles> Generate(GenerateService request, TemplateLibrary library, ServicePart? only = null)
    {
        if (ServiceRules.Refuse(request) is { } refusal)
            return refusal;

        var taken = TemplateAnswers.For(request, library);
        if (taken.IsRefused)
            return taken.Refusal;
        var (used, answers) = taken.Value;
        var files = new Dictionary<string, GeneratedFile>(StringComparer.Ordinal);
        var size = 0L;
        foreach (var template in used)
        {
            var rendered = template.Render(answers, only);
            if (rendered.IsRefused)
                return rendered.Refusal;
            foreach (var (path, text, part) in rendered.Value)
            {
                var file = new GeneratedFile(path, Utf8.GetBytes(text)) { Part = part };
                size += file.Content.Length;
                // Paths that differ in case only are one file on Windows and macOS.
                if (!files.TryAdd(path.ToLowerInvariant(), file))
                    return Refusal.Unprocessable($"The templates make the file {path} twice; the second time in {template.Folder}.");
                if (files.Count > MostFiles || size > MostBytes)
                    return Refusal.Unprocessable($"The templates make more than {MostFiles} files or {MostBytes} bytes.");
            }
        }

        if (only is not null)
            return new GeneratedFiles(files.Values);
        if (files.TryGetValue("package.json", out var package) && !files.ContainsKey("package-lock.json"))
        {
            var locked = NodeLock.For(package.Text);
            if (locked.IsRefused)
                return locked.Refusal;
            files["package-lock.json"] = new GeneratedFile("package-lock.json", Utf8.GetBytes(locked.Value));
        }

        var provenance = new GeneratedFile(Provenance.Path, Utf8.GetBytes(Describe(request, used, files.Values)));
        return new GeneratedFiles(files.Values.Append(provenance));
    }

    private static string Describe(GenerateService request, IReadOnlyList<Template> used, IEnumerable<GeneratedFile> files)
    {
        var record = new JsonObject
        {
            ["generator"] = new JsonObject { ["name"] = "agentic-codegen", ["version"] = typeof(ServiceGeneration).Assembly.GetName().Version!.ToString(3) },
            ["answers"] = JsonSerializer.SerializeToNode(request with { Preview = false }, AgenticJson.Options),
            ["templates"] = new JsonArray([.. used.Select(template => Name(template))]),
            ["files"] = new JsonArray([.. files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file =>
                new JsonObject { ["path"] = file.Path, ["sha256"] = file.Sha256, ["part"] = file.Part.Word() })]),
        };
        // WriteIndented follows the platform's line end unless it is told otherwise.
        var options = new JsonSerializerOptions(AgenticJson.Options) { WriteIndented = true, NewLine = "\n" };
        return record.ToJsonString(options) + "\n";
    }

    // Only what is not ours is said to be from elsewhere, so that a service made here has the same bytes on every host.
    private static JsonObject Name(Template template)
    {
        var named = new JsonObject { ["name"] = template.Manifest.Name, ["version"] = template.Manifest.Version };
        if (template.Source != "built-in")
            named["source"] = template.Source;
        return named;
    }
}
