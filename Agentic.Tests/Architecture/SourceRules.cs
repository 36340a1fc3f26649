using System.Text.RegularExpressions;

namespace Agentic.Tests.Architecture;

/// <summary>A rule about source files, with a sample that breaks it: a rule that cannot fail holds nothing.</summary>
/// <param name="Complaint">What is wrong with a file; null where nothing is.</param>
/// <param name="Red">A file that must be complained about.</param>
internal sealed record SourceRule(string Name, Func<SourceFile, string?> Complaint, SourceFile Red)
{
    public override string ToString() => Name;
}

/// <summary>The boundaries and the naming of the house style, one rule each.</summary>
internal static partial class SourceRules
{
    public static IReadOnlyList<string> Agents { get; } =
        ["Planner", "CodeGen", "Deployment", "Policy", "Remediation", "Chatbot", "Migration", "Observability"];

    private static readonly string[] Roles = ["Registration", "Options", "Agent"];
    private static readonly string[] ForbiddenFolders =
        ["Models", "Services", "Interfaces", "Handlers", "Helpers", "Common", "Utils", "Util", "Managers", "Dtos", "Shared", "Core", "Misc", "Extensions", "Impl", "Base", "Info"];

    private static readonly string[] ForbiddenWords = ["Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Data", "Info", "Base", "Impl", "Common", "Misc", "Dto", "Service"];

    // Where the domain itself says service, an order about one may end in that word.
    private static readonly string[] DomainVerbs = ["Generate", "Deploy", "Update", "Preview", "Publish", "Create", "Get", "Find", "List", "Describe", "Register", "Scaffold", "Run", "Kubernetes", "Ecs", "Compose", "New"];

    public static IEnumerable<SourceRule> All =>
    [
        new("An agent uses another only by operations", OtherAgent, new("Agentic.Agents/Policy/PolicyOperations.cs", "namespace Agentic.Agents.Policy;\nusing Agentic.Agents.Planner;")),
        new("Operations know no agent", OperationsKnowAgent, new("Agentic.Agents/Operations/Gate.cs", "using Agentic.Agents.Planner;")),
        new("Agents know neither ASP.NET Core nor a database", OuterWorld, new("Agentic.Agents/Planner/Plan.cs", "using Microsoft.AspNetCore.Http;")),
        new("Persistence knows neither ASP.NET Core nor the host", PersistenceOutwards, new("Agentic.Persistence/Audit/Trail.cs", "using Agentic.Host.Http;")),
        new("Folders are named for concepts", ForbiddenFolder, new("Agentic.Agents/Policy/Helpers/Text.cs", "")),
        new("Types say what they decide", ForbiddenType, new("Agentic.Agents/Policy/PolicyManager.cs", "internal sealed class PolicyManager;")),
        new("Folders go two levels deep at most", TooDeep, new("Agentic.Agents/Policy/Rules/Aws/S3.cs", "")),
        new("A role file carries its agent's name", ForeignRole, new("Agentic.Agents/Policy/CheckRegistration.cs", "")),
        new("A file with one type has its name", NamedForType, new("Agentic.Agents/Policy/Text.cs", "internal sealed class Verdict;")),
        new("The namespace is the folder, file-scoped", Namespace, new("Agentic.Agents/Policy/Verdict.cs", "namespace Agentic.Agents { class Verdict; }")),
        new("No regions", file => file.Code.Contains("#region", StringComparison.Ordinal) ? "has a #region" : null, new("Agentic.Agents/Policy/Verdict.cs", "#region x")),
        new("Nothing left to do", file => LeftToDo().IsMatch(file.Text) ? "has a note of something left to do" : null, new("Agentic.Agents/Policy/Verdict.cs", "/" + "/ TO" + "DO: later")),
        new("No code in comments", file => CommentedOut().Match(file.Text) is { Success: true } match ? $"has code in a comment: {match.Value.Trim()}" : null, new("Agentic.Agents/Policy/Verdict.cs", "    // var x = 1;\n")),
        new("Nothing blocks a thread on a task", file => file.Project != "Agentic.Tests" && Blocking().Match(file.Code) is { Success: true } match && !Startup.Contains(file.Path) ? $"blocks: {match.Value}" : null, new("Agentic.Agents/Policy/Verdict.cs", "var x = task.GetAwaiter().GetResult();")),
    ];

    // Reading a schema is synchronous work behind an asynchronous signature, done once.
    private static readonly string[] Startup = ["Agentic.Agents/Operations/SchemaValidation.cs"];

    private static string? OtherAgent(SourceFile file)
    {
        if (file.Project != "Agentic.Agents" || !Agents.Contains(file.Module))
            return null;
        return Agents.Where(agent => agent != file.Module).FirstOrDefault(agent => Uses(file, agent)) is { } other ? $"uses the namespace of {other}" : null;
    }

    private static string? OperationsKnowAgent(SourceFile file) =>
        file is { Project: "Agentic.Agents", Module: "Operations" } && Agents.FirstOrDefault(agent => Uses(file, agent)) is { } agent ? $"uses the namespace of {agent}" : null;

    private static bool Uses(SourceFile file, string agent) =>
        Regex.IsMatch(file.Code, $@"\bAgentic\.Agents\.{agent}\b", RegexOptions.None, TimeSpan.FromSeconds(5));

    private static string? OuterWorld(SourceFile file) =>
        file.Project == "Agentic.Agents" && Outer().Match(file.Code) is { Success: true } match ? $"uses {match.Value}" : null;

    private static string? PersistenceOutwards(SourceFile file) =>
        file.Project == "Agentic.Persistence" && HostSide().Match(file.Code) is { Success: true } match ? $"uses {match.Value}" : null;

    private static string? ForbiddenFolder(SourceFile file) =>
        file.Folders.FirstOrDefault(ForbiddenFolders.Contains) is { } folder ? $"lies in a folder called {folder}" : null;

    private static string? ForbiddenType(SourceFile file) => file.Types.Select(type => (type, word: LastWord().Match(type).Value))
        .Where(named => ForbiddenWords.Contains(named.word) && !(named.word == "Service" && (file.Project == "Agentic.Tests" || DomainVerbs.Any(verb => named.type.StartsWith(verb, StringComparison.Ordinal)))))
        .Select(named => $"declares {named.type}; '{named.word}' names no decision")
        .FirstOrDefault();

    private static string? TooDeep(SourceFile file) =>
        file.Folders.Count > 2 && file.Project != "Agentic.Tests" ? $"lies {file.Folders.Count} folders deep" : null;

    private static string? ForeignRole(SourceFile file) =>
        file.Project == "Agentic.Agents" && file.Folders.Count == 1 && Agents.Contains(file.Module) && Roles.FirstOrDefault(role => file.Name.EndsWith(role, StringComparison.Ordinal)) is { } role && file.Name != file.Module + role
            ? $"is called {file.Name}; the role '{role}' of this folder is {file.Module}{role}"
            : null;

    private static string? NamedForType(SourceFile file)
    {
        var types = file.Types.ToList();
        return types.Count == 1 && types[0] != file.Name.Split('.')[0]
            ? $"is called {file.Name} and declares {types[0]}"
            : null;
    }

    private static string? Namespace(SourceFile file)
    {
        var expected = string.Join('.', [file.Project, .. file.Folders]);
        var declared = Declared().Match(file.Code);
        // A test folder called Console would hide the console of the system.
        return file.Project != "Agentic.Tests" && declared.Success && (declared.Groups["name"].Value != expected || declared.Groups["end"].Value != ";")
            ? $"declares '{declared.Value.Trim()}' instead of 'namespace {expected};'"
            : null;
    }

    [GeneratedRegex(@"[A-Z][a-z0-9]*$")]
    private static partial Regex LastWord();

    [GeneratedRegex(@"\b(Microsoft\.AspNetCore|Npgsql|Microsoft\.Data\.Sqlite|LinqToDB|Akka\.Persistence\.Sql|Amazon\.DynamoDBv2|Amazon\.S3|Agentic\.Host|Agentic\.Persistence)\b")]
    private static partial Regex Outer();

    [GeneratedRegex(@"\b(Microsoft\.AspNetCore|Agentic\.Host)\b")]
    private static partial Regex HostSide();

    [GeneratedRegex(@"/{2}.*\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftToDo();

    [GeneratedRegex(@"^\s*//\s*(var |return |if \(|await |using [A-Z]|private |public |internal )[^\n]*[;{]\s*$", RegexOptions.Multiline)]
    private static partial Regex CommentedOut();

    [GeneratedRegex(@"\.GetAwaiter\(\)\s*\.GetResult\(\)|\.Wait\(\)")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"^namespace\s+(?<name>[A-Za-z0-9_.]+)\s*(?<end>[;{])?", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
