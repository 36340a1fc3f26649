using System.Diagnostics;
using System.IO.Compression;
using Agentic.Agents.CodeGen;
using Agentic.Persistence.CodeGen;

namespace Agentic.Tests.CodeGen;

internal sealed class ArtifactTests
{
    private static readonly DateTimeOffset Moment = new(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("agentic-artifacts-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Zips_so_that_any_reader_finds_the_same_files()
    {
        var files = Service.Generated(Service.In("go", "postgresql"));

        using var zip = new ZipArchive(new MemoryStream(ArtifactZip.Write(files.Files)), ZipArchiveMode.Read);

        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(files.Files.Select(file => file.Path)));
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            Assert.That(content.ToArray(), Is.EqualTo(files.Find(entry.FullName)!.Content));
        }
    }

    [Test]
    public async Task Finds_what_was_put_and_nothing_else()
    {
        var store = new ArtifactFolder(_folder);
        var files = Service.Generated(Service.In("python"));
        await store.Put(files, default);
        await store.Put(files, default);

        Assert.That((await store.Find(files.Sha256, default))!.Manifest, Is.EqualTo(files.Manifest));
        Assert.That(await store.Find(new string('0', 64), default), Is.Null);
        Assert.That(await store.Find("../../etc/passwd", default), Is.Null);
    }

    [Test]
    public async Task Notices_that_a_stored_file_was_changed()
    {
        var store = new ArtifactFolder(_folder);
        var files = Service.Generated(Service.In("python"));
        await store.Put(files, default);
        var digest = files.Find("README.md")!.Sha256;
        await File.AppendAllTextAsync(Path.Combine(_folder, "files", digest[..2], digest), "x");

        Assert.That(() => store.Find(files.Sha256, default), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("README.md"));
    }

    [Test]
    public async Task Keeps_a_version_on_its_artifact()
    {
        var store = new ArtifactFolder(_folder);
        await store.Register("user-service", "1.0.0-abc", "one", default);
        await store.Register("user-service", "1.0.0-abc", "one", default);

        Assert.That(await store.Resolve("user-service", "1.0.0-abc", default), Is.EqualTo("one"));
        Assert.That(await store.Resolve("user-service", "../1.0.0-abc", default), Is.Null);
        Assert.That(() => store.Register("user-service", "1.0.0-abc", "two", default), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Commits_a_repository_that_git_can_clone()
    {
        var files = Service.Generated(Service.In("python"));
        var commit = await new BareRepositories(_folder).Commit("user-service", files, "Generate user-service", Moment, default);
        var clone = Path.Combine(_folder, "clone");

        if (!Git("clone", "--quiet", commit.Url, clone))
            Assert.Ignore("git is not installed.");

        Assert.That(await File.ReadAllBytesAsync(Path.Combine(clone, "README.md")), Is.EqualTo(files.Find("README.md")!.Content));
        Assert.That(Directory.GetFiles(clone, "*", SearchOption.AllDirectories).Count(path => !path.Contains("/.git/", StringComparison.Ordinal)), Is.EqualTo(files.Files.Count));
    }

    [Test]
    public async Task Makes_the_same_commit_of_the_same_files_and_time_on_any_machine()
    {
        var files = Service.Generated(Service.In("python"));
        var first = await new BareRepositories(Path.Combine(_folder, "a")).Commit("user-service", files, "Generate", Moment, default);
        var second = await new BareRepositories(Path.Combine(_folder, "b")).Commit("user-service", files, "Generate", Moment.ToUniversalTime(), default);

        Assert.That(second.Commit, Is.EqualTo(first.Commit));
    }

    [Test]
    public async Task Finds_its_own_commit_when_it_is_asked_again()
    {
        var repositories = new BareRepositories(_folder);
        var files = Service.Generated(Service.In("python"));
        var first = await repositories.Commit("user-service", files, "Generate", Moment, default);

        Assert.That(await repositories.Commit("user-service", files, "Generate", Moment.AddDays(1), default), Is.EqualTo(first));
    }

    [Test]
    public async Task Leaves_main_alone_when_it_holds_something_else()
    {
        var repositories = new BareRepositories(_folder);
        var first = await repositories.Commit("user-service", Service.Generated(Service.In("python")), "Generate", Moment, default);
        var second = await repositories.Commit("user-service", Service.Generated(Service.In("go")), "Generate", Moment, default);

        Assert.That(first.Branch, Is.EqualTo("main"));
        Assert.That(second.Branch, Does.StartWith("generated-"));
        Assert.That(await repositories.Commit("user-service", Service.Generated(Service.In("python")), "Generate", Moment, default), Is.EqualTo(first));
    }

    private static bool Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardError = true })!;
            git.WaitForExit(TimeSpan.FromSeconds(60));
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
