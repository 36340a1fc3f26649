using System.IO.Compression;
using System.Text;
using Agentic.Agents.CodeGen;
using Agentic.Tests.Support;

namespace Agentic.Tests.Host;

internal sealed class ArtifactTests
{
    private readonly GeneratedFiles _files = new([new("README.md", "# rye\n"u8.ToArray()), new("src/main.html", "<script>1</script>"u8.ToArray()), new("logo.bin", [0, 159, 146])]);
    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await AgenticHost.StartAsync();
        await _host.Get<IArtifactStore>().Put(_files, default);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Hands_out_an_artifact_as_a_zip()
    {
        using var zip = new ZipArchive(await _host.Client.GetStreamAsync($"/artifacts/{_files.Sha256}"));
        using var readme = new StreamReader(zip.GetEntry("README.md")!.Open(), Encoding.UTF8);

        Assert.That(zip.Entries.Select(entry => entry.FullName), Is.EqualTo(new[] { "README.md", "logo.bin", "src/main.html" }));
        Assert.That(await readme.ReadToEndAsync(), Is.EqualTo("# rye\n"));
    }

    [Test]
    public async Task Shows_a_file_as_text_that_no_browser_runs()
    {
        using var answer = await _host.Client.GetAsync($"/artifacts/{_files.Sha256}/files/src/main.html");

        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("<script>1</script>"));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/plain"));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("sandbox"));
    }

    [TestCase("/artifacts/none")]
    [TestCase("/artifacts/0000000000000000000000000000000000000000000000000000000000000000")]
    [TestCase("/artifacts/..%2f..%2fetc")]
    public async Task Knows_no_other_artifact(string path) => await RestTests.Problem(await _host.Client.GetAsync(path), 404);

    [TestCase("nothing.txt")]
    [TestCase("..%2f..%2f..%2fetc%2fpasswd")]
    [TestCase("%2e%2e/host.lock")]
    [TestCase("readme.md")]
    public async Task Knows_no_other_file(string path) => await RestTests.Problem(await _host.Client.GetAsync($"/artifacts/{_files.Sha256}/files/{path}"), 404);
}
