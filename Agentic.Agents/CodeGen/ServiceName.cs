namespace Agentic.Agents.CodeGen;

/// <summary>The name of a service and every spelling of it that the generated code needs.</summary>
internal sealed record ServiceName
{
    private const int Longest = 40;

    // A name that a registry, a shell, a module system or a language would read as something else.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
        "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
        "localhost", "localdomain", "internal", "example", "invalid", "test", "tests", "kubernetes", "default", "kube-system", "kube-public",
        "node-modules", "favicon-ico", "package", "main", "master", "head", "vendor", "src", "app", "service", "api", "db", "database", "queue",
        "postgres", "redis", "git", "www", "admin", "root", "health", "ready", "metrics", "none", "null", "true", "false", "self", "agentic",
    };

    private static readonly string[] Suffixes = ["-microservice", "-service", "-svc", "-api", "-server", "-worker", "-app"];

    // Words that would hide a type of the language or of the generated code when spelled as a type name.
    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "array", "boolean", "buffer", "config", "date", "dict", "error", "exception", "false", "function", "item", "list", "map", "none", "number", "object",
        "page", "promise", "proxy", "publisher", "repository", "request", "response", "router", "set", "settings", "string", "symbol", "true", "type",
    };

    private ServiceName(string value, string item)
    {
        Value = value;
        Item = item;
    }

    /// <summary>As asked: <c>user-service</c>.</summary>
    public string Value { get; }

    /// <summary>What the service keeps, singular, snake_case: <c>user</c>.</summary>
    public string Item { get; }

    /// <summary>Plural, snake_case: <c>users</c>.</summary>
    public string Items => Plural(Item);

    /// <summary>Plural as a path segment: <c>users</c>, <c>order-lines</c>.</summary>
    public string Route => Items.Replace('_', '-');

    /// <summary>A type name: <c>User</c>, <c>OrderLine</c>.</summary>
    public string Entity => string.Concat(Item.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The whole name in snake_case: <c>user_service</c>.</summary>
    public string Snake => Value.Replace('-', '_');

    /// <summary>Reads a name, or says which rule it breaks.</summary>
    public static string? Problem(string name)
    {
        if (name.Length is < 2 or > Longest)
            return $"A service name has 2 to {Longest} characters; this one has {name.Length}.";
        if (!char.IsAsciiLetterLower(name[0]))
            return "A service name starts with a lower-case letter a to z, such as user-service.";
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || name[^1] == '-')
            return "A service name is a DNS label: lower-case letters, digits and inner hyphens, such as user-service.";
        if (name.Contains("--", StringComparison.Ordinal))
            return "A service name has no two hyphens in a row.";
        return Reserved.Contains(name) ? $"The name {name} is reserved; add a word, such as {name}-service." : null;
    }

    /// <summary>The spellings of a name that <see cref="Problem"/> found nothing wrong with.</summary>
    public static ServiceName Of(string name)
    {
        var stem = Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length) is { } end
            ? name[..^end.Length]
            : name;
        var words = stem.Split('-').ToList();
        words[^1] = Singular(words[^1]);
        var item = string.Join('_', words);
        return new ServiceName(name, Taken.Contains(item) ? item + "_record" : item);
    }

    private static string Singular(string word) => word switch
    {
        _ when word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) => word[..^3] + "y",
        _ when word.Length > 4 && (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal)
            || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal)) => word[..^2],
        _ when word.Length > 3 && word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i') => word[..^1],
        _ => word,
    };

    private static string Plural(string item) => item switch
    {
        _ when item.Length > 1 && item[^1] == 'y' && !"aeiou".Contains(item[^2], StringComparison.Ordinal) => item[..^1] + "ies",
        _ when item[^1] is 's' or 'x' or 'z' || item.EndsWith("ch", StringComparison.Ordinal) || item.EndsWith("sh", StringComparison.Ordinal) => item + "es",
        _ => item + "s",
    };
}
