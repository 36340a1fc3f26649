using System.Text;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Host.Http;

namespace Agentic.Host.Mcp;

/// <summary>A refusal as a model reads it: the same sentence and the same member errors as problem+json.</summary>
internal static class RefusalText
{
    public static string Of(Refusal refusal, Redactor redactor)
    {
        var text = new StringBuilder(refusal.Reason);
        foreach (var error in refusal.Errors)
            text.Append('\n').Append("- ").Append(error.Member).Append(": ").Append(error.Message);
        if (refusal.Missing.Count > 0)
            text.Append("\nStill needed: ").AppendJoin(", ", refusal.Missing).Append('.');
        return redactor.Redact(text.ToString());
    }

    public static JsonObject Facts(Refusal refusal, Redactor redactor)
    {
        var facts = new JsonObject
        {
            ["status"] = (int)refusal.Kind,
            ["detail"] = redactor.Redact(refusal.Reason),
            ["errors"] = RefusalProblems.Errors(refusal, redactor),
        };
        if (refusal.Missing.Count > 0)
            facts["missing"] = new JsonArray([.. refusal.Missing.Select(member => JsonValue.Create(member))]);
        if (refusal.RetryAfter is { } wait)
            facts["retryAfterSeconds"] = (int)Math.Ceiling(wait.TotalSeconds);
        return facts;
    }
}
