using Microsoft.Extensions.Options;
using Npgsql;

namespace Agentic.Persistence;

/// <summary>Where everything is kept. Section <c>Persistence</c>.</summary>
internal sealed class PersistenceOptions
{
    public const string Section = "Persistence";

    /// <summary>Folder for the SQLite files, artifacts and the host's lock; relative to the working directory. Default <c>data</c>.</summary>
    public string DataPath { get; set; } = "data";

    /// <summary>Empty for SQLite under <see cref="DataPath"/> (default); else PostgreSQL, as Npgsql reads it.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Names this node's audit chain. Default: the machine's name.</summary>
    public string NodeName { get; set; } = Environment.MachineName;

    /// <summary>Who writes the journal's rows. Both write and read the same tables, so it may be changed at any restart.</summary>
    public JournalWriter Writer { get; set; } = JournalWriter.GroupCommit;

    public bool UsesPostgres => ConnectionString.Length > 0;

    public string FullDataPath => Path.GetFullPath(DataPath);
}

internal enum JournalWriter
{
    /// <summary>Akka.Persistence.Sql as it comes.</summary>
    Stock,

    /// <summary>Writes of many entities share one transaction.</summary>
    GroupCommit,
}

/// <summary>Says what is wrong with the settings and what to write instead; never repeats a connection string, which holds a password.</summary>
internal sealed class PersistenceOptionsValidation : IValidateOptions<PersistenceOptions>
{
    public ValidateOptionsResult Validate(string? name, PersistenceOptions options)
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(options.DataPath))
            problems.Add("Persistence:DataPath is empty; name a folder, for example \"data\".");
        else if (File.Exists(options.FullDataPath))
            problems.Add($"Persistence:DataPath is '{options.DataPath}', which is a file; name a folder, it is created when it is missing.");
        if (string.IsNullOrWhiteSpace(options.NodeName))
            problems.Add("Persistence:NodeName is empty; leave it out to use the machine's name.");
        if (options.UsesPostgres && ConnectionProblem(options.ConnectionString) is { } problem)
            problems.Add(problem);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? ConnectionProblem(string connectionString)
    {
        const string Example = "for example \"Host=db;Database=agentic;Username=agentic;Password=…\"; leave it empty to use SQLite under Persistence:DataPath.";
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrWhiteSpace(parts.Host))
                return $"Persistence:ConnectionString names no Host; write a PostgreSQL connection string, {Example}";
            return string.IsNullOrWhiteSpace(parts.Database)
                ? $"Persistence:ConnectionString names no Database; write a PostgreSQL connection string, {Example}"
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return $"Persistence:ConnectionString is not a PostgreSQL connection string (it is not shown here, since it may hold a password); write {Example}";
        }
    }
}
