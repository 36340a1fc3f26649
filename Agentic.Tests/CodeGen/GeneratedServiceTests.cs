using Agentic.Tests.Support;
using Npgsql;

namespace Agentic.Tests.CodeGen;

/// <summary>Generated services prove themselves: their own tests, run by the language's own tools, alone and against a real PostgreSQL.</summary>
internal sealed class GeneratedServiceTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [TestCase("python")]
    [TestCase("nodejs")]
    [TestCase("go")]
    public void Passes_its_own_tests_without_any_store(string language)
    {
        using var tools = new Toolchain(language);
        tools.Require();

        var run = tools.Test("user-service", Service.Generated(Service.In(language)), Nothing);

        Assert.That(run.IsGreen, Is.True, run.Output);
        Assert.That(run.Skipped, Is.Zero);
    }

    [TestCase("python")]
    [TestCase("nodejs")]
    [TestCase("go")]
    public async Task Passes_its_own_tests_against_PostgreSQL(string language)
    {
        using var tools = new Toolchain(language);
        tools.Require();
        await using var server = await PostgresServer.StartAsync();

        // A plural that SQL reserves, several words: the names that break careless templates.
        var files = Service.Generated(Service.In(language, "postgresql", "order-value-service"));
        var run = tools.Test("order-value-service", files, new Dictionary<string, string> { ["DATABASE_URL"] = await Url(server) });

        Assert.That(run.IsGreen, Is.True, run.Output);
        Assert.That(run.Skipped, Is.Zero, run.Output);
    }

    private static async Task<string> Url(PostgresServer server)
    {
        var parts = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync());
        return FormattableString.Invariant($"postgresql://{parts.Username}@{parts.Host}:{parts.Port}/{parts.Database}?sslmode=disable");
    }
}
