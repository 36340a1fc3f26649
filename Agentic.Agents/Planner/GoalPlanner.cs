using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Planner;

/// <summary>
/// Reads what an ordinary sentence says about a service by rules: name, language, database, environment, API type, messaging. Never guesses:
/// what the sentence does not say is left out, and two different answers for one thing count as neither.
/// </summary>
internal static partial class GoalPlanner
{
    private static readonly (string Member, string Value, Regex Words)[] Vocabulary =
    [
        ("language", "python", Python()),
        ("language", "nodejs", NodeJs()),
        ("language", "go", Go()),
        ("database", "postgresql", PostgreSql()),
        ("database", "dynamodb", DynamoDb()),
        ("database", "redis", Redis()),
        ("database", "none", NoDatabase()),
        ("environment", "dev", Dev()),
        ("environment", "staging", Staging()),
        ("environment", "production", Production()),
        ("apiType", "rest", Rest()),
        ("apiType", "grpc", Grpc()),
        ("apiType", "event-driven", EventDriven()),
        ("messaging", "sqs", Sqs()),
        ("messaging", "sns", Sns()),
        ("messaging", "eventbridge", EventBridge()),
    ];

    private static readonly HashSet<string> NotNames = new(StringComparer.Ordinal)
    {
        "a", "an", "the", "new", "rest", "grpc", "micro", "microservice", "my", "our", "some", "this", "that", "simple", "small", "python", "node", "nodejs", "go",
        "golang", "backend", "web", "api", "event-driven", "with", "for", "and", "in", "to", "using", "of", "on", "which", "service", "stateless", "production", "staging", "dev",
    };

    /// <summary>What was understood, by the parameter names of the plan templates; <c>ambiguous</c> lists members said twice differently.</summary>
    public static (JsonObject Parameters, IReadOnlyList<string> Ambiguous) Read(string goal)
    {
        var text = goal.Trim();
        var found = new JsonObject();
        var ambiguous = new List<string>();
        if (ServiceName(text) is { } name)
            found["serviceName"] = name;
        // A name such as "go-cart-service" says nothing about the language.
        var rest = found["serviceName"] is { } said ? text.Replace(said.GetValue<string>(), " ", StringComparison.OrdinalIgnoreCase) : text;
        foreach (var member in Vocabulary.GroupBy(word => word.Member, StringComparer.Ordinal))
        {
            var values = member.Where(word => word.Words.IsMatch(rest)).Select(word => word.Value).ToList();
            if (values.Count > 1 && values.Contains("none"))
                values.Remove("none");
            if (values.Count == 1)
                found[member.Key] = values[0];
            else if (values.Count > 1)
                ambiguous.Add(member.Key);
        }

        return (found, ambiguous);
    }

    private static string? ServiceName(string text)
    {
        foreach (var pattern in (Regex[])[Quoted(), Called(), HyphenService(), BeforeService(), ServiceThen()])
            foreach (Match match in pattern.Matches(text))
            {
                var name = match.Groups["name"].Value.ToLowerInvariant().Replace('_', '-').Trim('-', '.');
                if (name.Length is > 1 and <= 63 && !NotNames.Contains(name) && Label().IsMatch(name))
                    return pattern == BeforeServiceInstance ? name + "-service" : name;
            }

        return null;
    }

    private static readonly Regex BeforeServiceInstance = BeforeService();

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex("""["'`“](?<name>[a-z][a-z0-9_-]{1,62})["'`”]""", Options)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b(called|named|name it|call it|name is|name:|name)\s+(?<name>[a-z][a-z0-9_-]{1,62})\b", Options)]
    private static partial Regex Called();

    [GeneratedRegex(@"\b(?<name>[a-z][a-z0-9]*([_-][a-z0-9]+)*[_-](service|api|svc|worker|gateway|backend|app))\b", Options)]
    private static partial Regex HyphenService();

    [GeneratedRegex(@"\b(?<name>[a-z][a-z0-9]*(-[a-z0-9]+)*) (micro)?service\b", Options)]
    private static partial Regex BeforeService();

    [GeneratedRegex(@"\b(micro)?service (?<name>[a-z][a-z0-9]*(-[a-z0-9]+)+)\b", Options)]
    private static partial Regex ServiceThen();

    [GeneratedRegex(@"\b(python|fastapi|django|flask)\b", Options)]
    private static partial Regex Python();

    [GeneratedRegex(@"\b(node(\.?js)?|express(\.?js)?|javascript|js)\b", Options)]
    private static partial Regex NodeJs();

    [GeneratedRegex(@"\bgolang\b|\bgin\b|\b(in|using|with|a|language:?) go\b|\bgo (rest|grpc|api|micro|service|with|and|for)|\bgo[,.;]|\bGo\b$", Options)]
    private static partial Regex Go();

    [GeneratedRegex(@"\b(postgres(ql)?|psql|pg|rds)\b", Options)]
    private static partial Regex PostgreSql();

    [GeneratedRegex(@"\bdynamo ?(db)?\b", Options)]
    private static partial Regex DynamoDb();

    [GeneratedRegex(@"\b(redis|elasticache)\b", Options)]
    private static partial Regex Redis();

    [GeneratedRegex(@"\b(no|without( a| any)?) (database|db|storage|persistence)\b|\bstateless\b", Options)]
    private static partial Regex NoDatabase();

    [GeneratedRegex(@"\b(dev|development)\b", Options)]
    private static partial Regex Dev();

    [GeneratedRegex(@"\b(staging|stage env(ironment)?|stg)\b", Options)]
    private static partial Regex Staging();

    [GeneratedRegex(@"\b(prod|production)\b", Options)]
    private static partial Regex Production();

    [GeneratedRegex(@"\b(rest(ful)?|http api|crud)\b", Options)]
    private static partial Regex Rest();

    [GeneratedRegex(@"\bgrpc\b", Options)]
    private static partial Regex Grpc();

    [GeneratedRegex(@"\bevent[- ](driven|based|sourced)\b|\bevent consumer\b", Options)]
    private static partial Regex EventDriven();

    [GeneratedRegex(@"\bsqs\b", Options)]
    private static partial Regex Sqs();

    [GeneratedRegex(@"\bsns\b", Options)]
    private static partial Regex Sns();

    [GeneratedRegex(@"\bevent ?bridge\b", Options)]
    private static partial Regex EventBridge();
}
