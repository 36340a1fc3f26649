using Agentic.Agents.Operations;
using Agentic.Host.Listening;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Support;

/// <summary>The real host in this process: Kestrel on free loopback ports, a data folder of its own that goes when it goes.</summary>
internal sealed class AgenticHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _keepsData;

    private AgenticHost(WebApplication app, string dataFolder, bool keepsData)
    {
        _app = app;
        _keepsData = keepsData;
        DataFolder = dataFolder;
        BaseAddress = new Uri(app.DoorAddress());
        ManagementAddress = new Uri(app.ManagementAddress());
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = BaseAddress };
    }

    public HttpClient Client { get; }

    public Uri BaseAddress { get; }

    public Uri ManagementAddress { get; }

    public string DataFolder { get; }

    public IServiceProvider Services => _app.Services;

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public static async Task<AgenticHost> StartAsync(Action<AgenticHostOptions>? configure = null)
    {
        var options = new AgenticHostOptions();
        configure?.Invoke(options);
        Directory.CreateDirectory(options.DataFolder);
        var app = Agentic.Host.Program.Create(options.Arguments(), builder =>
        {
            foreach (var source in options.Sources)
                builder.Services.AddSingleton(source);
            options.Services?.Invoke(builder.Services);
            if (options.Akka is { } akka)
                builder.Services.AddSingleton(akka);
        });
        try
        {
            await app.StartAsync();
            return new AgenticHost(app, options.DataFolder, options.KeepsData);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (!_keepsData)
            Directory.Delete(DataFolder, recursive: true);
    }
}

/// <summary>What a test wants to be different.</summary>
internal sealed class AgenticHostOptions
{
    /// <summary>Operations besides the host's own.</summary>
    public List<IOperationSource> Sources { get; } = [];

    /// <summary>Any setting by its configuration name, e.g. <c>Auth:Mode</c>.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Runs after the host's own registrations, so what it adds or replaces wins.</summary>
    public Action<IServiceCollection>? Services { get; set; }

    /// <summary>Adjusts the actor system before it starts.</summary>
    public Action<AkkaConfigurationBuilder>? Akka { get; set; }

    /// <summary>The same folder given to a second host continues where the first stopped; set <see cref="KeepsData"/> on the first.</summary>
    public string DataFolder { get; set; } = Path.Combine(Path.GetTempPath(), $"agentic-{Path.GetRandomFileName()}");

    public bool KeepsData { get; set; }

    /// <summary>Null for SQLite under the data folder.</summary>
    public string? PostgreSql { get; set; }

    public string[] Arguments()
    {
        var settings = new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Management:Url"] = "http://127.0.0.1:0",
            ["Persistence:DataPath"] = DataFolder,
            ["Logging:LogLevel:Default"] = "Warning",
        };
        if (PostgreSql is not null)
            settings["Persistence:ConnectionString"] = PostgreSql;
        foreach (var (name, value) in Settings)
            settings[name] = value;
        return [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
    }
}
