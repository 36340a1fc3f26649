using System.Text.Json.Nodes;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Host;

/// <summary>Plants a secret in a request and looks for it wherever the host writes.</summary>
internal sealed class PlantedSecretTests
{
    private const string Secret = "hunter2-Tr0ub4dor-planted";

    private readonly KeptLines _lines = new();
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync(options =>
    {
        options.Sources.Add(new Bakery());
        options.Services = services => services.AddSingleton<ILoggerProvider>(_lines);
    });

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Keeps_a_secret_out_of_the_audit()
    {
        await _host.Client.PostJson("/bread", $$"""{"name":"audited","ovenCode":"{{Secret}}"}""").Json(201);

        var audit = (await _host.Client.GetAsync("/audit?operation=bake_bread").Json()).ToJsonString();
        Assert.That(audit, Does.Contain("audited").And.Contain("[redacted]").And.Not.Contain(Secret));
    }

    [Test]
    public async Task Keeps_a_secret_out_of_problems()
    {
        foreach (var body in new[] { $$"""{"name":"password={{Secret}}"}""", $$"""{"name":"rye","password={{Secret}}":1}""" })
        {
            using var answer = await _host.Client.PostJson("/bread", body);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("errors").And.Not.Contain(Secret));
        }
    }

    [Test]
    public async Task Keeps_a_secret_out_of_the_log_in_message_member_and_exception()
    {
        var log = _host.Get<ILoggerFactory>().CreateLogger("Agentic.Test");
        log.LogError(new InvalidOperationException($"connection Password={Secret};"), "Could not reach {Url} with {Token}", $"postgres://app:{Secret}@db/", Secret);
        using (log.BeginScope($"token={Secret}"))
            log.LogWarning("inside");
        await _host.Client.PostJson("/bread", """{"name":"broken"}""").Status();

        var written = string.Join('\n', _lines.Lines);
        Assert.That(written, Does.Contain("Could not reach").And.Contain("[redacted]").And.Contain("/bread broke"));
        Assert.That(written, Does.Not.Contain(Secret).And.Not.Contain("hunter2"));
    }

    [Test]
    public async Task Plans_no_workflow_that_holds_a_secret_in_the_clear()
    {
        var body = """{"tasks":[{"operation":"bake_bread","input":{"name":"rye","ovenCode":"SECRET"}}]}""".Replace("SECRET", Secret, StringComparison.Ordinal);

        using var refused = await _host.Client.PostJson("/workflows", body);

        Assert.That((int)refused.StatusCode, Is.EqualTo(422));
        Assert.That(await refused.Content.ReadAsStringAsync(), Does.Contain("tasks[0].input.ovenCode").And.Not.Contain(Secret));
        Assert.That(await _host.Client.GetStringAsync("/workflows"), Does.Not.Contain(Secret));
    }

    /// <summary>Keeps all that any logger would write.</summary>
    private sealed class KeptLines : ILoggerProvider
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public ILogger CreateLogger(string categoryName) => new Keeper(this);

        public void Dispose()
        {
        }

        private void Keep(string line)
        {
            lock (_lines)
                _lines.Add(line);
        }

        private sealed class Keeper(KeptLines kept) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull
            {
                kept.Keep($"scope {state}");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var members = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")) : "";
                kept.Keep($"{formatter(state, exception)} | {members} | {exception} | {exception?.Message}");
            }
        }
    }
}
