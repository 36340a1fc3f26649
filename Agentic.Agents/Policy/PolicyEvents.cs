using System.Text.Json.Nodes;

namespace Agentic.Agents.Policy;

/// <summary>One thing others are told; kept with the validation it tells of, so that neither exists without the other.</summary>
/// <param name="Number">Rises with every notice of this host; hand it back to go on after it.</param>
internal sealed record PolicyNotice(long Number, DateTimeOffset At, string Source, string DetailType, JsonObject Detail);

/// <summary>What others are told about a validation (source <c>agentic-framework.policy</c>).</summary>
internal static class PolicyEvents
{
    public const string Source = "agentic-framework.policy";

    public static PolicyNotice Notice(long number, ValidationRecord validation)
    {
        var (type, detail) = Of(validation);
        return new PolicyNotice(number, validation.At, Source, type, detail);
    }

    public static (string DetailType, JsonObject Detail) Of(ValidationRecord validation)
    {
        var detail = new JsonObject
        {
            ["validation_id"] = validation.Id,
            ["type"] = validation.Type,
            ["environment"] = validation.Environment,
            ["subject"] = validation.Subject,
            ["valid"] = validation.Valid,
            ["blocked"] = validation.Blocked,
            ["mode"] = validation.Mode.ToString().ToLowerInvariant(),
            ["digest"] = validation.Digest,
            ["violations"] = validation.Violations.Count,
            ["waived"] = validation.Waived.Count,
            ["not_checked"] = validation.NotChecked.Count,
        };
        if (validation.Valid)
        {
            return ("policy.validated", detail);
        }

        detail["rules"] = new JsonArray([.. validation.Violations.Select(violation => violation.Rule).Distinct(StringComparer.Ordinal).Take(50).Select(rule => JsonValue.Create(rule))]);
        return ("policy.violated", detail);
    }
}
