namespace Agentic.Agents.Policy.Engines;

/// <summary>What was sent, as an engine sees it: files by their path, and for decision engines the same as one JSON document.</summary>
/// <param name="Type">The input type of the validation: terraform, kubernetes, dockerfile, files ...</param>
/// <param name="Document">The input document of a decision (OPA's <c>input</c>); null where only files make sense.</param>
internal sealed record EngineInput(string Type, IReadOnlyDictionary<string, string> Files, string? Document = null);

/// <summary>An engine of someone else. It answers findings, or says why it could not: absence is never success.</summary>
internal interface IExternalEngine
{
    string Name { get; }

    bool Reads(string type);

    Task<Checked> CheckAsync(EngineInput input, CancellationToken cancellation);
}
