using Agentic.Agents.Integrations.GitHub;

namespace Agentic.Agents.CodeGen;

/// <summary>What a template may read: the request, the spellings of its name, and the pinned actions. Text only, nothing live.</summary>
internal static class Answers
{
    private static readonly IReadOnlyList<string> Environments = ["dev", "staging", "production"];

    private static readonly Lazy<IReadOnlySet<string>> Names = new(() => For(new GenerateService("user-service", "python")).Keys.ToHashSet(StringComparer.Ordinal));

    /// <summary>What every template may read, whatever parameters are added.</summary>
    public static IReadOnlySet<string> Known => Names.Value;

    public static Dictionary<string, object> For(GenerateService request)
    {
        var values = Named(request, ServiceName.Of(request.ServiceName)).ToDictionary(answer => answer.Key, object (answer) => answer.Value, StringComparer.Ordinal);
        values["environments"] = Environments;
        values["actions"] = PinnedActions.Uses;
        return values;
    }

    /// <summary>The answers as text, as they are recorded beside the files.</summary>
    public static IEnumerable<(string Key, string Value)> Named(GenerateService request, ServiceName name) =>
    [
        ("service", name.Value),
        ("service_snake", name.Snake),
        ("item", name.Item),
        ("items", name.Items),
        ("route", name.Route),
        ("entity", name.Entity),
        ("language", request.Language),
        ("api", request.ApiType),
        ("store", request.Database),
        ("messaging", request.Messaging),
        ("environment", request.Environment),
        ("ci", request.Ci),
        ("iac", request.Iac),
    ];
}
