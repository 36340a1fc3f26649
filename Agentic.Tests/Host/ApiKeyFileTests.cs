using Agentic.Agents.Operations;
using Agentic.Host.Security;

namespace Agentic.Tests.Host;

internal sealed class ApiKeyFileTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("agentic-keys-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private string Path => System.IO.Path.Combine(_folder, "data", "api-keys.json");

    [Test]
    public async Task Keeps_keys_and_revocations_over_a_restart()
    {
        using (var before = new ApiKeyFile(Path))
        {
            Assert.That(await before.Add(Key("key-1", "first", ["dev"]), default), Is.True);
            Assert.That(await before.Add(Key("key-2", "second", null), default), Is.True);
            await before.Revoke("key-1", Noon, default);
        }

        using var after = new ApiKeyFile(Path);
        var keys = await after.All(default);

        Assert.That(keys.Select(key => (key.Id, key.Name, key.RevokedAt)), Is.EqualTo(new[] { ("key-1", "first", (DateTimeOffset?)Noon), ("key-2", "second", null) }));
        Assert.That(keys[0].Environments, Is.EqualTo(new[] { "dev" }));
        Assert.That(keys[1].Environments, Is.Null);
        Assert.That(keys[1].Scopes, Is.EqualTo(new[] { Scope.Operate }));
    }

    [Test]
    public async Task Gives_each_name_once_however_many_ask_at_a_time()
    {
        using var keys = new ApiKeyFile(Path);

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => keys.Add(Key($"key-{number}", $"name-{number % 5}", null), default)));

        Assert.That(added.Count(isAdded => isAdded), Is.EqualTo(5));
        Assert.That(await keys.All(default), Has.Count.EqualTo(5));
    }

    [Test]
    public void Says_what_to_do_about_a_file_that_is_damaged()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, "[{");
        using var keys = new ApiKeyFile(Path);

        Assert.That(async () => await keys.All(default), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("Restore it from a backup"));
    }

    [Test]
    public void Knows_when_a_key_has_ended()
    {
        var key = Key("key-1", "first", null) with { ExpiresAt = Noon };

        Assert.That(key.EndedBecause(Noon.AddSeconds(-1)), Is.Null);
        Assert.That(key.EndedBecause(Noon), Is.EqualTo("has expired"));
        Assert.That((key with { RevokedAt = Noon }).EndedBecause(Noon.AddDays(-1)), Is.EqualTo("was revoked"));
    }

    private static ApiKey Key(string id, string name, string[]? environments) => new(id, name, new string('0', 64), [Scope.Operate], environments, Noon, "test", null, null);
}
