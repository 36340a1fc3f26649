namespace Agentic.Agents.Operations;

/// <summary>What an operation may do to the world; decides its MCP hints, its default scope, whether it is audited and when it needs approval.</summary>
internal enum Effect
{
    Reads,
    Changes,
    Destroys,
}

/// <summary>Whether an operation answers in the response or becomes a journalled workflow of one node when called directly.</summary>
internal enum Mode
{
    Immediate,
    Durable,
}
