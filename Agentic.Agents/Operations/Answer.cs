using System.Text.Json.Nodes;

namespace Agentic.Agents.Operations;

/// <summary>What a door hands back for a success.</summary>
/// <param name="Status">The HTTP status; MCP and chat ignore it.</param>
/// <param name="Location">Where to follow the work or find what was made.</param>
internal sealed record Answer(JsonNode Body, int Status = 200, string? Location = null);
