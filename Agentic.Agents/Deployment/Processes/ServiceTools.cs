using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>What building and running a service takes on this machine, and what of it is not here.</summary>
internal sealed class ServiceTools(IOptions<DeploymentOptions> options, IServiceDatabases databases) : IPlanRequirement
{
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>A plan that ends in a deployment on this machine needs the tools of what it generates, and the database it is to use.</summary>
    public Refusal? Missing(IReadOnlyList<PlanStep> steps)
    {
        var environments = steps.Where(step => step.Operation == "deploy_service").Select(step => Text(step.Input, "environment"))
            .Where(environment => environment is not null && options.Value.TargetOf(environment) == "process").ToList();
        if (environments.Count == 0)
        {
            return null;
        }

        var made = steps.Where(step => step.Operation == "generate_service").ToList();
        var missing = made.Select(step => Missing(Text(step.Input, "language") ?? "")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        foreach (var step in made)
        {
            var (service, database) = (Text(step.Input, "serviceName") ?? "", Text(step.Input, "database") ?? "none");
            missing.AddRange(environments.Where(_ => database != "none").Select(environment => Lacking(database, new ServiceKey(service, environment!))).OfType<string>());
        }

        return missing.Count == 0
            ? null
            : Refusal.Unprocessable($"This plan ends in a running service, and this host cannot run it: {string.Join(" ", missing.Distinct(StringComparer.Ordinal))} Nothing was started.");
    }

    /// <summary>What a language needs and this machine lacks, as a sentence; null when all is there or nothing is known of it.</summary>
    public static string? Missing(string? language)
    {
        string[] programs = language switch
        {
            "nodejs" => ["node", "npm"],
            "python" => ["python3"],
            "go" => ["go"],
            _ => [],
        };
        var absent = programs.Where(program => Find(program) is null).ToList();
        return absent.Count > 0 ? $"{string.Join(" and ", absent)} {(absent.Count == 1 ? "is" : "are")} not on its PATH; install {(absent.Count == 1 ? "it" : "them")} first."
            : language == "python" && !CanMakeEnvironments() ? "its Python makes no virtual environments; install the package python3-venv first."
            : null;
    }

    public static string? LanguageOf(IReadOnlyCollection<string> files) =>
        files.Contains("package.json") ? "nodejs"
        : files.Contains("requirements.txt") || files.Contains("pyproject.toml") || files.Contains("main.py") ? "python"
        : files.Contains("go.mod") ? "go"
        : null;

    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private string? Lacking(string database, ServiceKey key)
    {
        var given = options.Value.Secrets.GetValueOrDefault(key.Environment)?.GetValueOrDefault(key.Service);
        return database switch
        {
            "postgresql" => given?.ContainsKey("DATABASE_URL") == true ? null : databases.Objection(key),
            "redis" => given?.ContainsKey("REDIS_URL") == true ? null : $"{key.Service} needs a Redis; name it as Deployment:Secrets:{key.Environment}:{key.Service}:REDIS_URL.",
            _ => given is { Count: > 0 } ? null : $"{key.Service} needs {database}; name its settings below Deployment:Secrets:{key.Environment}:{key.Service}.",
        };
    }

    // Debian ships Python without the module that makes environments, and only Python can tell.
    private static bool CanMakeEnvironments() => Known.GetOrAdd(Find("python3")!, static python =>
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(python, ["-c", "import venv, ensurepip"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            return asked.WaitForExit(AskLimit) && asked.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    private static string? Text(JsonObject input, string member) =>
        input[member] is JsonValue value && value.TryGetValue<string>(out var text) && !text.Contains("${", StringComparison.Ordinal) ? text : null;
}
