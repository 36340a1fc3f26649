using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

internal sealed class CombinationTests
{
    [TestCaseSource(typeof(Combinations), nameof(Combinations.Supported))]
    public void Generates_files_that_parse(GenerateService request)
    {
        Assert.That(Combinations.Problems(Service.Generated(request)), Is.Empty);
    }

    [Test]
    public void Gives_every_combination_bytes_of_its_own()
    {
        var digests = Combinations.Supported.Select(request => Service.Generated(request).Sha256).ToList();

        Assert.That(digests, Is.Unique);
    }

    [Test]
    public void Notices_a_file_that_does_not_parse()
    {
        var files = new GeneratedFiles([new GeneratedFile("a.yaml", "a: [\n"u8.ToArray()), new GeneratedFile("b.json", "{\n"u8.ToArray()), new GeneratedFile("c.txt", "{% if %}\n"u8.ToArray())]);

        Assert.That(Combinations.Problems(files).Count(), Is.EqualTo(3));
    }
}
