using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Agentic.Agents.CodeGen;
using Agentic.Agents.CodeGen.Updating;
using Agentic.Tests.Support;

namespace Agentic.Tests.CodeGen;

/// <summary>
/// Fifty edits pushed to the repository of a generated service, then a new version of every template in the organisation's repository:
/// what the update commits is compared line by line with what both sides did, through the host's own doors and git alone.
/// </summary>
internal sealed partial class CommittedUpdateTests
{
    private const string Root = "CodeGen/Templates/";
    private const int Edits = 50;

    [TestCase("python", 11)]
    [TestCase("nodejs", 12)]
    [TestCase("go", 13)]
    public async Task Keeps_fifty_pushed_edits_over_a_new_version_of_every_template(string language, int seed)
    {
        var (random, service) = (new Random(seed), $"{language}-orders");
        await using var git = await GitServer.Start();
        git.Add("platform/templates");
        git.Commit("platform/templates", "README.md", "ours\n");
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.Settings["CodeGen:Connections:forge:Url"] = git.Url;
            options.Settings["CodeGen:Connections:forge:Token"] = GitServer.Token;
            options.Settings["CodeGen:TemplateRepository:Connection"] = "forge";
            options.Settings["CodeGen:TemplateRepository:Repository"] = "platform/templates";
        });
        var wanted = $$"""{"serviceName":"{{service}}","language":"{{language}}","database":"postgresql"}""";
        await CodeGenRestTests.Done(host, "/generate", wanted);
        var repository = Path.Combine(host.DataFolder, "repositories", service + ".git");
        var original = await Made(host, wanted);

        var (ours, deleted) = Edit(original, random);
        Push(git, repository, ours, deleted);
        Push(git, git.Repository("platform/templates"), NextVersion(language, random), []);
        await host.Client.PostJson("/operations/refresh_templates", "{}").Json();
        var theirs = await Made(host, wanted);
        var updated = await CodeGenRestTests.Done(host, $"/services/{service}/update", "{}");

        var branch = (string?)updated["repository"]!["branch"];
        var conflicts = 0;
        foreach (var (path, old) in original.Where(file => !deleted.Contains(file.Key) && file.Key != Provenance.Path))
        {
            var (expected, collisions) = Expected(old, ours.GetValueOrDefault(path, old), theirs[path]);
            conflicts += collisions;
            Assert.That(git.Git(repository, $"show {branch}:{path}"), Is.EqualTo(expected), path);
        }

        Assert.That(updated["conflicts"]!.GetValue<int>(), Is.EqualTo(conflicts).And.GreaterThan(0), "the seed gives places that both changed");
        Assert.That(git.Git(repository, $"ls-tree -r --name-only {branch}").Split('\n').Intersect(deleted), Is.Empty, "a deleted file came back");
        Assert.That(theirs.Count(file => file.Value != original.GetValueOrDefault(file.Key)), Is.GreaterThan(20), "the new version changes the files");
    }

    private static async Task<Dictionary<string, string>> Made(AgenticHost host, string wanted)
    {
        var preview = await host.Client.PostJson("/generate/preview", wanted).Json();
        return preview["files"]!.AsArray().ToDictionary(file => (string)file!["path"]!, file => (string)file!["content"]!, StringComparer.Ordinal);
    }

    // Edits replace one line that stands once, two lines apart at least; two files go.
    private static (Dictionary<string, string> Files, HashSet<string> Deleted) Edit(Dictionary<string, string> original, Random random)
    {
        var paths = original.Keys.Where(path => path != Provenance.Path).Order(StringComparer.Ordinal).ToList();
        var deleted = new HashSet<string>([paths[random.Next(paths.Count)], paths[random.Next(paths.Count)]], StringComparer.Ordinal);
        var (lines, taken) = (new Dictionary<string, List<string>>(StringComparer.Ordinal), new HashSet<(string, int)>());
        for (var edit = deleted.Count; edit < Edits;)
        {
            var path = paths[random.Next(paths.Count)];
            var own = LineDiff.Lines(original[path]).ToList();
            var line = random.Next(own.Count);
            if (deleted.Contains(path) || own.Count(other => other == own[line]) > 1 || own[line][^1] != '\n' || Enumerable.Range(line - 1, 3).Any(near => taken.Contains((path, near))))
                continue;
            taken.Add((path, line));
            lines.TryAdd(path, own);
            lines[path][line] = string.Create(CultureInfo.InvariantCulture, $"edit {edit++}\n");
        }

        return (lines.ToDictionary(file => file.Key, file => string.Concat(file.Value), StringComparer.Ordinal), deleted);
    }

    // Every template that is shipped for the language, with a third of the lines that stand once in a source changed and none more or less.
    private static Dictionary<string, string> NextVersion(string language, Random random)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var assembly = typeof(TemplateLibrary).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).Where(name => name.StartsWith($"{Root}{language}/", StringComparison.Ordinal) || name.StartsWith($"{Root}shared/", StringComparison.Ordinal)))
        {
            var (path, lines) = (name[Root.Length..], LineDiff.Lines(TemplateLibrary.Text(assembly, name)));
            files[path] = path.EndsWith("/template.yaml", StringComparison.Ordinal) || path.Contains("package.json", StringComparison.Ordinal)
                ? string.Concat(lines).Replace("version: 1.", "version: 2.", StringComparison.Ordinal)
                : string.Concat(lines.Select(line => Plain().IsMatch(line) && lines.Count(other => other == line) == 1 && random.Next(3) == 0 ? line[..^1] + " v2\n" : line));
        }

        return files;
    }

    private static (string Text, int Conflicts) Expected(string original, string ours, string theirs)
    {
        var (old, mine, others) = (LineDiff.Lines(original), LineDiff.Lines(ours), LineDiff.Lines(theirs));
        Assert.That(others, Has.Count.EqualTo(old.Count), "the new version changes lines and adds none");
        var (text, conflicts) = (new StringBuilder(), 0);
        for (int line = 0, end; line < old.Count; line = end)
        {
            // Neighbouring lines that the templates changed are one change, and stand or fall together.
            for (end = line + 1; others[line] != old[line] && end < old.Count && others[end] != old[end];)
                end++;
            var run = Enumerable.Range(line, end - line).ToList();
            var (mineOf, otherOf) = (string.Concat(run.Select(index => mine[index])), string.Concat(run.Select(index => others[index])));
            var (isMine, isOther) = (run.Exists(index => mine[index] != old[index]), others[line] != old[line]);
            text.Append((isMine, isOther) switch
            {
                (true, true) => $"<<<<<<< repository\n{mineOf}=======\n{otherOf}>>>>>>> template\n",
                (true, _) => mineOf,
                _ => otherOf,
            });
            conflicts += isMine && isOther ? 1 : 0;
        }

        return (text.ToString(), conflicts);
    }

    private static void Push(GitServer git, string repository, Dictionary<string, string> files, HashSet<string> deleted)
    {
        var work = Directory.CreateTempSubdirectory("agentic-git-work-").FullName;
        try
        {
            git.Git(work, $"clone --quiet {repository} .");
            foreach (var (path, text) in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(work, path))!);
                File.WriteAllText(Path.Combine(work, path), text);
            }

            foreach (var path in deleted)
                File.Delete(Path.Combine(work, path));
            git.Git(work, "add --all");
            git.Git(work, "-c user.name=t -c user.email=t@example.org commit --quiet -m edits");
            git.Git(work, "push --quiet origin HEAD:main");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [GeneratedRegex(@"^[^{}%]*[a-z]{4}[^{}%]*\n$", RegexOptions.NonBacktracking)]
    private static partial Regex Plain();
}
