using System.Text.RegularExpressions;
using Agentic.Agents.Operations;
using Microsoft.Extensions.Options;

namespace Agentic.Agents.CodeGen.Publishing;

/// <summary>The configured servers by name. A request names one and a path on it, so that no caller can point this host at an address of theirs.</summary>
internal sealed partial class GitConnections(IOptions<CodeGenOptions> options)
{
    public const string RepositoryPattern = "^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,9}$";
    public const string BranchPattern = "^[A-Za-z0-9_][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+){0,9}$";

    public Outcome<GitConnection> Find(string name)
    {
        var known = options.Value.Connections;
        if (known.TryGetValue(name, out var connection))
            return connection;
        var names = known.Keys.Order(StringComparer.Ordinal).ToList();
        return Refusal.Unprocessable(
            $"There is no connection '{name}'. {(names.Count == 0 ? "None is configured; set CodeGen:Connections:<name> with Kind, Url and Token." : $"Configured: {string.Join(", ", names)}.")}",
            [new MemberError("connection", "Name a configured connection.")]);
    }

    /// <summary>Null for a path that every server reads the same.</summary>
    public static Refusal? Refuse(string repository) =>
        repository.Length <= 200 && Path().IsMatch(repository) && !repository.EndsWith(".git", StringComparison.OrdinalIgnoreCase) && !repository.Contains("..", StringComparison.Ordinal)
            ? null
            : Refusal.Unprocessable("The repository is a path such as platform/user-service: letters, digits and . _ - with / between, without .git at the end.", [new MemberError("repository", "Give a path such as platform/user-service.")]);

    [GeneratedRegex(RepositoryPattern, RegexOptions.NonBacktracking)]
    private static partial Regex Path();
}
