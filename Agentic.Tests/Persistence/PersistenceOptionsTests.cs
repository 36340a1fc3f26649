using Agentic.Persistence;

namespace Agentic.Tests.Persistence;

internal sealed class PersistenceOptionsTests
{
    private static readonly PersistenceOptionsValidation Validation = new();

    [Test]
    public void Accepts_the_defaults_and_a_PostgreSQL_connection()
    {
        Assert.That(Validation.Validate(null, new PersistenceOptions()).Succeeded);
        Assert.That(Validation.Validate(null, new PersistenceOptions { ConnectionString = "Host=db;Database=agentic;Username=a;Password=b" }).Succeeded);
    }

    [TestCase("Data Source=agentic.db;Password=hunter2", "is not a PostgreSQL connection string")]
    [TestCase("nonsense hunter2", "is not a PostgreSQL connection string")]
    [TestCase("Database=agentic;Password=hunter2", "names no Host")]
    [TestCase("Host=db;Password=hunter2", "names no Database")]
    [TestCase("Host=db;Port=hunter2", "is not a PostgreSQL connection string")]
    public void Says_what_to_write_without_repeating_the_connection(string connectionString, string said)
    {
        var result = Validation.Validate(null, new PersistenceOptions { ConnectionString = connectionString });

        Assert.That(result.FailureMessage, Does.Contain(said).And.Contain("Host=db;Database=agentic"));
        Assert.That(result.FailureMessage, Does.Not.Contain("hunter2"));
    }

    [Test]
    public void Reports_every_problem_at_once()
    {
        var result = Validation.Validate(null, new PersistenceOptions { DataPath = " ", NodeName = "" });

        Assert.That(result.Failures, Has.Exactly(2).Items);
    }

    [Test]
    public void Refuses_a_file_where_the_folder_should_be()
    {
        var file = Path.GetTempFileName();

        var result = Validation.Validate(null, new PersistenceOptions { DataPath = file });

        Assert.That(result.FailureMessage, Does.Contain("which is a file; name a folder"));
        File.Delete(file);
    }
}
