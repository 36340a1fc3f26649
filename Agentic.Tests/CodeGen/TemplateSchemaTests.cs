using System.Text.Json.Nodes;
using Agentic.Agents.CodeGen;

namespace Agentic.Tests.CodeGen;

/// <summary>What a template may ask of a request, and every way a manifest can be wrong.</summary>
internal sealed class TemplateSchemaTests
{
    private const string Owners = """
        name: owners
        version: 1.0.0
        description: Says who reviews the service.
        parameters:
          type: object
          required: [team]
          properties:
            team: { type: string, description: Team that owns the service., pattern: "^[a-z-]+$", x-pattern-meaning: must be lower-case letters and hyphens. }
            pager: { type: boolean, description: Whether somebody is called at night., default: false }
            size: { type: integer, description: People in it., minimum: 2, maximum: 12, default: 5 }
        files:
          - source: CODEOWNERS.liquid
          - source: PAGER
            when: pager == "true"

        """;

    [Test]
    public void Gives_parameters_and_their_defaults_to_the_template()
    {
        var files = Generate(new JsonObject { ["team"] = "payments", ["pager"] = true }).Value!;

        Assert.That(files.Find("CODEOWNERS")!.Text, Is.EqualTo("* @payments 5\n"));
        Assert.That(files.Find("PAGER"), Is.Not.Null);
        Assert.That(JsonNode.Parse(files.Find(Provenance.Path)!.Text)!["answers"]!["parameters"]!.ToJsonString(), Is.EqualTo("""{"team":"payments","pager":true}"""));
    }

    [TestCase("""{}""", "'parameters.team' is needed by the template owners: Team that owns the service")]
    [TestCase("""{"team":"A B"}""", "'parameters.team' must be lower-case letters and hyphens.")]
    [TestCase("""{"team":"a","size":13}""", "'parameters.size' must be at most 12.")]
    [TestCase("""{"team":"a","size":"many"}""", "'parameters.size' must be a whole number.")]
    [TestCase("""{"team":"a","pager":"perhaps"}""", "'parameters.pager' must be true or false.")]
    [TestCase("""{"team":"a","teams":"b"}""", "'parameters.teams' is no parameter of the templates (did you mean 'team'?); there is pager, size, team.")]
    [TestCase("""{"team":["a"]}""", "'parameters.team' must be text, a number, true or false.")]
    [TestCase("""{"team":"a","language":"go"}""", "'parameters.language' is an answer of every service; give it by its own member.")]
    [TestCase("""{"team":"a\u0000"}""", "'parameters.team' must have no control characters.")]
    public void Refuses_parameters_outside_the_schema(string parameters, string why)
    {
        var refusal = Generate(JsonNode.Parse(parameters)!.AsObject()).Refusal!;

        Assert.That(refusal.Reason, Does.Contain(why));
        Assert.That(refusal.Errors.Select(error => error.Member), Has.All.StartsWith("parameters."));
    }

    [Test]
    public void Refuses_a_parameter_of_a_template_that_takes_no_part()
    {
        var library = Library(("a/template.yaml", Owners.Replace("files:", "when: language == \"go\"\nfiles:", StringComparison.Ordinal)), ("a/CODEOWNERS.liquid", "x"), ("a/PAGER", "x"));

        Assert.That(
            ServiceGeneration.Generate(Service.In("python") with { Parameters = new JsonObject { ["team"] = "a" } }, library).Refusal!.Reason,
            Is.EqualTo("'parameters.team' belongs to the template owners, which takes no part in this service."));
    }

    [Test]
    public void Lets_a_template_narrow_the_answers_of_every_service()
    {
        var library = Library(("a/template.yaml", "name: a\nversion: 1.0.0\ndescription: Only Go.\nparameters:\n  properties:\n    language: { enum: [go] }\nfiles: []\n"));

        Assert.That(ServiceGeneration.Generate(Service.In("python"), library).Refusal!.Reason, Is.EqualTo("The template a cannot take the language 'python': it must be one of: go."));
        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).IsRefused, Is.False);
    }

    [Test]
    public void Extends_a_built_in_template_and_keeps_what_it_does_not_replace()
    {
        var library = Library(
            ("ours/template.yaml", "name: our-compose\nversion: 2.0.0\ndescription: Ours.\nextends: compose\nfiles:\n  - source: .env.example.liquid\n"),
            ("ours/.env.example.liquid", "OURS={{ service }}\n"));
        var files = ServiceGeneration.Generate(Service.In("go"), library).Value!;

        Assert.That(files.Find(".env.example")!.Text, Is.EqualTo("OURS=user-service\n"));
        Assert.That(files.Find("compose.yaml")!.Content, Is.EqualTo(Service.Generated(Service.In("go")).Find("compose.yaml")!.Content));
        Assert.That(files.Find(Provenance.Path)!.Text, Does.Contain("\"our-compose\"").And.Not.Contain("\"compose\""));
    }

    [Test]
    public void Extends_a_template_without_some_of_its_files()
    {
        var library = Library(("ours/template.yaml", "name: our-compose\nversion: 2.0.0\ndescription: Ours.\nextends: compose\nwithout: [.env.example.liquid]\n"));

        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).Value!.Find(".env.example"), Is.Null);
    }

    [TestCase("nam: x", "a/template.yaml, line 1: 'nam' is not a member here (did you mean 'name'?)")]
    [TestCase("version: 1.0.0", "a/template.yaml, line 1: 'name' is missing; add it, such as name: java-core.")]
    [TestCase("name: A b", "a/template.yaml, line 1: the name 'A b' is lower-case letters, digits and inner hyphens, at most 64.")]
    [TestCase("name: a\nversion: one", "a/template.yaml, line 2: the version 'one' is three numbers, such as 1.0.0.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nfiles: x", "a/template.yaml, line 4: 'files' is a list.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nfiles:\n  - x", "a/template.yaml, line 5: an entry of 'files' is a mapping.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\npart: deploy\nfiles: []", "a/template.yaml, line 4: 'part' is one of: service, infrastructure, pipeline, manifests, docs.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nextends: redme\nfiles: []", "a/template.yaml: it extends 'redme', which is no built-in template (did you mean 'readme'?).")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nextends: readme\nwithout: [x]", "a/template.yaml: 'without' names x, which readme does not have.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nwhen: lang == 'go'\nfiles: []", "a/template.yaml, line 4: nothing is called 'lang'.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nwhen: \"{{ x }}\"\nfiles: []", "a/template.yaml, line 4: the condition '{{ x }}' is one line")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  properties:\n    x: { type: list, description: d }\nfiles: []", "a/template.yaml, line 6: the type 'list' cannot be an answer")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  properties:\n    x: { type: string }\nfiles: []", "a/template.yaml, line 6: the parameter 'x' has no description.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  properties:\n    x: { description: d, oneOf: [] }\nfiles: []", "a/template.yaml, line 6: 'oneOf' is not a member here")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  properties:\n    x: { description: d, pattern: \"(a)\\\\1\" }\nfiles: []", "a/template.yaml, line 6: the pattern cannot be used")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  properties:\n    x: { description: d, enum: [a], default: b }\nfiles: []", "a/template.yaml, line 6: the default of 'x' must be one of: a.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nparameters:\n  required: [nobody]\nfiles: []", "a/template.yaml, line 5: 'nobody' is required and neither a property here nor an answer of every service.")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nfiles:\n  - source: ../x", "a/template.yaml, line 5: The path '../x' has the segment '..'")]
    [TestCase("name: a\nversion: 1.0.0\ndescription: d\nfiles: []\ntests:\n  - name: t\n    expected: cases/t", "a/template.yaml, line 6: the test 't' expects the files of cases/t, which is not in the folder.")]
    [TestCase("a: &x [1]\nb: *x", "a/template.yaml, line 2: aliases are not taken in a template")]
    [TestCase("name: a\nname: b", "a/template.yaml, line 2:")]
    [TestCase("", "a/template.yaml, line 1: the file is empty")]
    public void Says_what_is_wrong_with_a_manifest_and_where(string manifest, string error)
    {
        var refusal = TemplateLibrary.BuiltIn.With(new Dictionary<string, string> { ["a/template.yaml"] = manifest }, "test").Refusal!;

        Assert.That(refusal.Errors.Select(found => found.Message), Has.Some.StartWith(error));
    }

    [Test]
    public void Refuses_a_manifest_that_is_nested_without_end() =>
        Assert.That(TemplateLibrary.BuiltIn.With(new Dictionary<string, string> { ["a/template.yaml"] = new string('[', 100_000) }, "test").Refusal!.Reason, Does.Contain("nested too deep"));

    [Test]
    public void Finds_a_misspelt_name_in_a_branch_no_test_takes()
    {
        var refusal = TemplateLibrary.BuiltIn.With(new Dictionary<string, string>
        {
            ["a/template.yaml"] = "name: a\nversion: 1.0.0\ndescription: d\nfiles:\n  - source: x.liquid\n",
            ["a/x.liquid"] = "{% if language == 'cobol' %}\n{{ servce }}\n{% endif %}{% for e in environments %}{{ e }}{% endfor %}",
        }, "test").Refusal!;

        Assert.That(refusal.Errors.Single().Message, Is.EqualTo("a/x.liquid, line 2: nothing is called 'servce' (did you mean 'service'?)."));
    }

    [Test]
    public void Runs_the_tests_a_template_brings_and_says_what_came_out_otherwise()
    {
        const string Tests = """
            tests:
              - name: as expected
                parameters: { language: go, team: payments }
                files: [CODEOWNERS]
                absent: [PAGER]
                expected: cases/payments
              - name: refused
                parameters: { team: "A B" }
                refused: must be lower-case letters
              - name: wrong
                parameters: { team: payments, size: "3" }
                files: [NOTHING]
                expected: cases/payments

            """;
        var library = Library(
            ("a/template.yaml", Owners + Tests), ("a/CODEOWNERS.liquid", "* @{{ team }} {{ size }}\n"), ("a/PAGER", "x\n"), ("a/cases/payments/CODEOWNERS", "* @payments 5\n"));
        var trials = TemplateTrials.Run(library.Templates.Single(template => template.Manifest.Name == "owners"), library);

        Assert.That(trials.Select(trial => trial.Passed), Is.EqualTo(new[] { true, true, false }));
        Assert.That(trials[2].Problems, Is.EqualTo(new[]
        {
            "NOTHING is not made.",
            "CODEOWNERS is not as expected: --- a/CODEOWNERS\n+++ b/CODEOWNERS\n@@ -1 +1 @@\n-* @payments 5\n+* @payments 3\n",
        }));
    }

    [Test]
    public void Stops_a_template_that_makes_much_of_few_steps()
    {
        var text = "{% assign b = service %}" + string.Concat(Enumerable.Repeat("{% assign b = b | append: b %}", 15)) + string.Concat(Enumerable.Range(0, 500).Select(index => $"{{% assign b{index} = b | append: 'x' %}}"));
        var library = Library(("a/template.yaml", "name: a\nversion: 1.0.0\ndescription: d\nfiles:\n  - source: x.liquid\n"), ("a/x.liquid", text));

        Assert.That(ServiceGeneration.Generate(Service.In("go"), library).Refusal!.Reason, Does.Contain("works through more than"));
    }

    private static Agentic.Agents.Operations.Outcome<GeneratedFiles> Generate(JsonObject parameters) =>
        ServiceGeneration.Generate(Service.In("go") with { Parameters = parameters }, Library(("a/template.yaml", Owners), ("a/CODEOWNERS.liquid", "* @{{ team }} {{ size }}\n"), ("a/PAGER", "x\n")));

    private static TemplateLibrary Library(params (string Path, string Text)[] texts)
    {
        var library = TemplateLibrary.BuiltIn.With(texts.ToDictionary(text => text.Path, text => text.Text), "test");
        Assert.That(library.Refusal?.Reason, Is.Null);
        return library.Value!;
    }
}
