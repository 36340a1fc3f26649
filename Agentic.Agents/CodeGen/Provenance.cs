using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>What <c>.agentic/provenance.json</c> of a repository says: which answers and templates made it, and the hash of each file.</summary>
internal sealed record Provenance(GenerateService Answers, IReadOnlyList<string> Templates, IReadOnlyDictionary<string, string> Files)
{
    public const string Path = ".agentic/provenance.json";

    private const int LargestRecord = 1024 * 1024;

    /// <summary>Digest of the artifact this record belongs to, given the record's own bytes.</summary>
    public string ArtifactOf(byte[] record)
    {
        var lines = Files.Append(KeyValuePair.Create(Path, Convert.ToHexStringLower(SHA256.HashData(record))))
            .OrderBy(file => file.Key, StringComparer.Ordinal)
            .Select(file => $"{file.Value}  {file.Key}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    public static Outcome<Provenance> Read(byte[] content)
    {
        if (content.Length > LargestRecord)
            return Refusal.TooLarge($"{Path} has more than {LargestRecord} bytes.");
        try
        {
            var record = JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { MaxDepth = AgenticJson.MaxDepth });
            var answers = record?["answers"]?.Deserialize<GenerateService>(AgenticJson.Options);
            var files = (record?["files"] as JsonArray ?? [])
                .Select(file => (Path: (string?)file?["path"], Sha256: (string?)file?["sha256"]))
                .Where(file => file is { Path: not null, Sha256.Length: 64 } && ArtifactPath.Problem(file.Path) is null)
                .ToDictionary(file => file.Path!, file => file.Sha256!, StringComparer.Ordinal);
            var templates = (record?["templates"] as JsonArray ?? []).Select(template => $"{template?["name"]} {template?["version"]}").ToList();
            return answers is null || files.Count == 0
                ? Refusal.Unprocessable($"{Path} lacks the answers or the files it was made of; restore it from the history of the repository.")
                : new Provenance(answers, templates, files);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Refusal.Unprocessable($"{Path} cannot be read: {problem.Message.Split('\n')[0]} Restore it from the history of the repository.");
        }
    }
}
