using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Policy.Engines;

/// <summary>
/// The input of a decision engine, the same over REST and for the executable: <c>{ "type", "files": { path: text }, "document" }</c>.
/// The document is the plan itself for a plan, and <c>{ "resources": [...], "manifests": [...] }</c> for everything else: Terraform and
/// CloudFormation resources in one model, Kubernetes manifests as JSON.
/// </summary>
internal static class EngineDocument
{
    public static string Of(PolicyContent content, ContentResult seen)
    {
        if (content.Type == "terraform_plan")
        {
            return content.Files.Values.First();
        }

        var subjects = RulePackCheck.Subjects(content, seen).ToList();
        var document = new StringBuilder("{\"resources\":[");
        document.AppendJoin(',', subjects.Where(subject => subject.IsResource).Select(subject => subject.Json(null)));
        document.Append("],\"manifests\":[");
        document.AppendJoin(',', subjects.Where(subject => !subject.IsResource).Select(subject => subject.Json(null)));
        return document.Append("]}").ToString();
    }

    public static string Write(EngineInput input)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("type", input.Type);
            writer.WriteStartObject("files");

            foreach (var (path, text) in input.Files)
            {
                writer.WriteString(path, text);
            }

            writer.WriteEndObject();

            if (input.Document is not null)
            {
                writer.WritePropertyName("document");
                writer.WriteRawValue(input.Document);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
