using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Makes a service from a request: the same request and templates give the same bytes on every machine.</summary>
internal static class ServiceGeneration
{
    private const string Provenance = ".agentic/provenance.json";
    private const int MostFiles = 400;
    private const int MostBytes = 16 * 1024 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static Outcome<GeneratedFiles> Generate(GenerateService request, TemplateLibrary library)
    {
        if (ServiceRules.Refuse(request) is { } refusal)
            return refusal;

        var answers = Answers.For(request);
        var (files, used) = (new Dictionary<string, GeneratedFile>(StringComparer.Ordinal), new List<Template>());
        var size = 0L;
        foreach (var template in library.Templates)
        {
            var applies = template.Applies(answers);
            if (applies.IsRefused)
                return applies.Refusal;
            if (!applies.Value)
                continue;
            var rendered = template.Render(answers);
            if (rendered.IsRefused)
                return rendered.Refusal;
            used.Add(template);
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

        if (files.TryGetValue("package.json", out var package) && !files.ContainsKey("package-lock.json"))
        {
            var locked = NodeLock.For(package.Text);
            if (locked.IsRefused)
                return locked.Refusal;
            files["package-lock.json"] = new GeneratedFile("package-lock.json", Utf8.GetBytes(locked.Value));
        }

        var provenance = new GeneratedFile(Provenance, Utf8.GetBytes(Describe(request, used, files.Values)));
        return new GeneratedFiles(files.Values.Append(provenance));
    }

    private static string Describe(GenerateService request, List<Template> used, IEnumerable<GeneratedFile> files)
    {
        var record = new JsonObject
        {
            ["generator"] = new JsonObject { ["name"] = "agentic-codegen", ["version"] = typeof(ServiceGeneration).Assembly.GetName().Version!.ToString(3) },
            ["answers"] = JsonSerializer.SerializeToNode(request with { Preview = false }, AgenticJson.Options),
            ["templates"] = new JsonArray([.. used.Select(template =>
                new JsonObject { ["name"] = template.Manifest.Name, ["version"] = template.Manifest.Version })]),
            ["files"] = new JsonArray([.. files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file =>
                new JsonObject { ["path"] = file.Path, ["sha256"] = file.Sha256, ["part"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(file.Part.ToString()) })]),
        };
        // WriteIndented follows the platform's line end unless it is told otherwise.
        var options = new JsonSerializerOptions(AgenticJson.Options) { WriteIndented = true, NewLine = "\n" };
        return record.ToJsonString(options) + "\n";
    }
}
