using System.Text.Json;
using System.Text.RegularExpressions;
using Agentic.Tests.Support;

namespace Agentic.Tests.Architecture;

/// <summary>What the README promises is done here: its requests are sent, its answers compared, its length kept.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Test]
    public void Keeps_the_readme_to_150_lines() => Assert.That(Readme.TrimEnd().Split('\n'), Has.Length.LessThanOrEqualTo(150));

    [Test]
    public async Task Answers_every_request_of_the_readme_as_it_says()
    {
        await using var host = await AgenticHost.StartAsync();
        var requests = Request().Matches(Readme).ToList();
        Assert.That(requests, Has.Count.EqualTo(3));

        foreach (Match request in requests)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, request.Groups["path"].Value)
            {
                Content = new StringContent(request.Groups["body"].Value, System.Text.Encoding.UTF8, "application/json"),
            };
            if (request.Value.Contains("Prefer: wait=20", StringComparison.Ordinal))
                message.Headers.Add("Prefer", "wait=20");
            using var answer = await host.Client.SendAsync(message);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That(answer.IsSuccessStatusCode, Is.True, text);
            if (request.Groups["answer"] is not { Success: true } shown)
                continue;
            var expected = JsonDocument.Parse(shown.Value.Replace(", …}", "}", StringComparison.Ordinal)).RootElement;
            var actual = JsonDocument.Parse(text).RootElement;
            foreach (var member in expected.EnumerateObject().Where(member => member.Name != "workflowId"))
                Assert.That(actual.GetProperty(member.Name).ToString(), Is.EqualTo(member.Value.ToString()), member.Name);
            Assert.That(actual.GetProperty("workflowId").GetString(), Does.Match("^wf-[0-9a-f]{16}$"));
        }

        Assert.That(Directory.Exists(Path.Combine(host.DataFolder, "repositories", "user-service.git")), Is.True);
    }

    [Test]
    public void Names_only_settings_that_exist()
    {
        var source = string.Concat(Directory.EnumerateFiles(SourceTree.Root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        var settings = Setting().Matches(Readme).Select(match => match.Groups["name"].Value).ToList();

        Assert.That(settings, Has.Count.GreaterThanOrEqualTo(8));
        foreach (var name in settings.SelectMany(setting => setting.Split(':')).Distinct())
            Assert.That(source, Does.Contain(name));
    }

    [GeneratedRegex(@"curl -s '?http://localhost:8080(?<path>/[^ ']*)'?[^\n]*-d '(?<body>[^']*)'\n```(\n\n```json\n(?<answer>\{.*\})\n)?")]
    private static partial Regex Request();

    [GeneratedRegex(@"^\| `(?<name>[A-Za-z]+(:[A-Za-z]+)*)`", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
