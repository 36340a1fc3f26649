using Agentic.Agents.Operations;

namespace Agentic.Agents.CodeGen;

/// <summary>Which requests describe a service that can exist and that the templates can make.</summary>
internal static class ServiceRules
{
    public static readonly IReadOnlyList<string> Languages = ["python", "nodejs", "go"];
    public static readonly IReadOnlyList<string> ApiTypes = ["rest", "grpc", "event-driven"];
    public static readonly IReadOnlyList<string> Databases = ["postgresql", "dynamodb", "redis", "none"];
    public static readonly IReadOnlyList<string> Messagings = ["sqs", "sns", "eventbridge", "none"];

    /// <summary>Null when the request is good; else everything that is wrong with it.</summary>
    public static Refusal? Refuse(GenerateService request)
    {
        var errors = new List<MemberError>();
        if (ServiceName.Problem(request.ServiceName) is { } problem)
            errors.Add(new MemberError("serviceName", problem));
        Require(errors, "language", request.Language, Languages);
        Require(errors, "apiType", request.ApiType, ApiTypes);
        Require(errors, "database", request.Database, Databases);
        Require(errors, "messaging", request.Messaging, Messagings);
        Require(errors, "environment", request.Environment, ["dev", "staging", "production"]);
        Require(errors, "ci", request.Ci, ["github", "gitlab", "both"]);
        Require(errors, "iac", request.Iac, ["terraform", "cloudformation"]);
        if (request.ApiType == "event-driven" && request.Messaging == "none")
            errors.Add(new MemberError("messaging", "An event-driven service takes its commands from somewhere: choose sqs, sns or eventbridge."));
        return errors.Count == 0 ? null : Refusal.Unprocessable(string.Join(' ', errors.Select(error => error.Message)), errors);
    }

    private static void Require(List<MemberError> errors, string member, string value, IReadOnlyList<string> supported)
    {
        if (!supported.Contains(value, StringComparer.Ordinal))
            errors.Add(new MemberError(member, $"{member} '{value}' cannot be generated; choose {string.Join(" or ", supported)}."));
    }
}
