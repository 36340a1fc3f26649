using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

internal sealed class TemplateTests
{
    private const string Manifest = "name: extra\nversion: 1.0.0\ndescription: Adds a file.\nfiles:\n  - source: note.txt.liquid\n";

    [Test]
    public void Adds_the_files_of_an_organisation_to_the_built_in_ones()
    {
        var library = Library(("extra/template.yaml", Manifest), ("extra/note.txt.liquid", "for {{ service }}\n"));

        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).Value!.Find("note.txt")!.Text, Is.EqualTo("for user-service\n"));
    }

    [Test]
    public void Replaces_a_built_in_template_of_the_same_name()
    {
        var library = Library(
            ("mine/template.yaml", Manifest.Replace("name: extra", "name: readme", StringComparison.Ordinal).Replace("note.txt.liquid", "README.md", StringComparison.Ordinal)),
            ("mine/README.md", "ours {{ untouched }}\n"));

        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).Value!.Find("README.md")!.Text, Is.EqualTo("ours {{ untouched }}\n"));
    }

    [Test]
    public void Says_what_each_file_is_for()
    {
        var library = Library(
            ("extra/template.yaml", Manifest.Replace("files:", "part: docs\nfiles:", StringComparison.Ordinal) + "  - source: ci.yml\n    part: pipeline\n"),
            ("extra/note.txt.liquid", "x"),
            ("extra/ci.yml", "x: 1\n"));
        var files = ServiceGeneration.Generate(Service.In("go"), library).Value!;

        Assert.That(files.Find("note.txt")!.Part, Is.EqualTo(ServicePart.Docs));
        Assert.That(files.Find("ci.yml")!.Part, Is.EqualTo(ServicePart.Pipeline));
        Assert.That(files.Find("main.go")!.Part, Is.EqualTo(ServicePart.Service));
    }

    [TestCase("../outside.txt")]
    [TestCase("/etc/passwd")]
    [TestCase("a/../../b")]
    [TestCase("a//b")]
    [TestCase("a\\\\b")]
    [TestCase("C:/x")]
    [TestCase("a/.git/config")]
    [TestCase("a/.GIT/config")]
    [TestCase("con.txt")]
    [TestCase("name.")]
    public void Refuses_a_template_with_a_file_that_would_leave_its_folder(string target)
    {
        var read = TemplateLibrary.BuiltIn.With(
            new Dictionary<string, string> { ["extra/template.yaml"] = Manifest + $"    target: \"{target}\"\n", ["extra/note.txt.liquid"] = "x" }, "test");

        Assert.That(read.Refusal!.Reason, Does.StartWith("extra/template.yaml, line 6: The path "));
    }

    [TestCase("{{ '..' }}/x")]
    [TestCase("{{ service | append: '/../..' }}/x")]
    public void Refuses_a_file_that_would_leave_its_folder_once_it_is_rendered(string target)
    {
        var library = Library(("extra/template.yaml", Manifest + $"    target: \"{target}\"\n"), ("extra/note.txt.liquid", "x"));

        var refusal = ServiceGeneration.Generate(Service.In("go"), library).Refusal;

        Assert.That(refusal?.Reason, Does.StartWith("extra/note.txt.liquid:"));
    }

    [Test]
    public void Refuses_two_templates_that_make_one_file()
    {
        var library = Library(("extra/template.yaml", Manifest + "    target: readme.MD\n"), ("extra/note.txt.liquid", "x"));

        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).Refusal!.Reason, Does.Contain("twice"));
    }

    [Test]
    public void Reports_every_error_of_a_folder_with_its_file_and_line()
    {
        var refusal = TemplateLibrary.BuiltIn.With(new Dictionary<string, string>
        {
            ["a/template.yaml"] = Manifest + "  - source: missing.txt\n",
            ["a/note.txt.liquid"] = "one\n{% if x %}\n",
            ["a/forgotten.txt"] = "x",
            ["b/template.yaml"] = "name: b\n  bad: [",
            ["c/template.yaml"] = "name: c\nversion: 1.0.0\ndescription: d\nfiles: []\nunknown: 1\n",
        }, "test").Refusal!;

        Assert.That(refusal.Errors.Select(error => error.Message), Is.EqualTo(new[]
        {
            "a/forgotten.txt: it is in the folder but not in files of template.yaml.",
            "a/note.txt.liquid, line 2: ==, != or contains is expected.",
            "a/note.txt.liquid, line 2: the block that begins here has no 'endif'.",
            "a/template.yaml, line 6: it names missing.txt, which is not in the folder.",
            refusal.Errors[4].Message,
            "c/template.yaml, line 5: 'unknown' is not a member here; use name, version, description, part, when, extends, without, parameters, files, tests.",
        }));
        Assert.That(refusal.Errors[4].Message, Does.StartWith("b/template.yaml, line 2:"));
    }

    [Test]
    public void Every_built_in_template_passes_its_own_tests()
    {
        foreach (var template in TemplateLibrary.BuiltIn.Templates)
            Assert.That(TemplateTrials.Run(template, TemplateLibrary.BuiltIn).SelectMany(trial => trial.Problems), Is.Empty, template.Manifest.Name);
    }

    private static TemplateLibrary Library(params (string Path, string Text)[] texts)
    {
        var library = TemplateLibrary.BuiltIn.With(texts.ToDictionary(text => text.Path, text => text.Text), "test");
        Assert.That(library.Refusal?.Reason, Is.Null);
        return library.Value!;
    }
}
