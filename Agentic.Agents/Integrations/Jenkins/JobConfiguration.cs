using System.Text;
using System.Xml;
using System.Xml.Linq;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>The pipeline a <c>config.xml</c> stands for: written in it, kept in a repository, or put together from a freestyle job's settings.</summary>
internal sealed record JobConfiguration(string Kind, string? Jenkinsfile, string? ScriptPath, string? RepositoryUrl, IReadOnlyList<string> Plugins, IReadOnlyList<string> Unread)
{
    public static Outcome<JobConfiguration> Read(string xml)
    {
        XDocument document;
        try
        {
            // Jenkins writes XML 1.1, which .NET does not read; nothing in these files needs 1.1.
            var text = xml.StartsWith("<?xml version='1.1'", StringComparison.Ordinal) || xml.StartsWith("<?xml version=\"1.1\"", StringComparison.Ordinal) ? "<?xml version=\"1.0\"" + xml[19..] : xml;
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 5 * 1024 * 1024, XmlResolver = null });
            document = XDocument.Load(reader);
        }
        catch (XmlException problem)
        {
            return Refusal.Unprocessable($"The job's config.xml is not readable: {problem.Message}");
        }

        var root = document.Root!;
        var plugins = root.DescendantsAndSelf().Select(element => (string?)element.Attribute("plugin")).OfType<string>().Select(plugin => plugin.Split('@')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var url = root.Descendants("userRemoteConfigs").Descendants("url").FirstOrDefault()?.Value;
        switch (root.Name.LocalName)
        {
            case "flow-definition":
                var definition = root.Element("definition");
                return definition?.Element("script") is { } script
                    ? new JobConfiguration("pipeline", script.Value, null, null, plugins, [])
                    : new JobConfiguration("pipeline from a repository", null, definition?.Element("scriptPath")?.Value ?? "Jenkinsfile", url, plugins, []);
            case "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject":
                return new JobConfiguration("multibranch", null, root.Element("factory")?.Element("scriptPath")?.Value ?? "Jenkinsfile", root.Descendants("remote").FirstOrDefault()?.Value ?? url, plugins, []);
            case "project" or "maven2-moduleset":
                var unread = new List<string>();
                return new JobConfiguration(root.Name.LocalName == "project" ? "freestyle" : "maven", Freestyle(root, unread), null, url, plugins, unread);
            default:
                return Refusal.Unprocessable($"Jobs of the type {root.Name.LocalName} are not migrated; freestyle, Maven and pipeline jobs are.");
        }
    }

    /// <summary>A freestyle job as the declarative pipeline that does the same; what has no pipeline step is listed.</summary>
    private static string Freestyle(XElement root, List<string> unread)
    {
        var text = new StringBuilder("pipeline {\n");
        var label = root.Element("assignedNode")?.Value;
        text.Append("    agent ").Append(string.IsNullOrWhiteSpace(label) ? "any\n" : $"{{ label {Quote(label)} }}\n");
        var tools = (root.Element("jdk")?.Value is { Length: > 0 } jdk and not "(System)" ? $"        jdk {Quote(jdk)}\n" : "") + string.Concat(root.Descendants("mavenName").Concat(root.Elements("mavenName")).Select(name => name.Value).Where(name => name.Length > 0 && name != "(Default)").Distinct().Take(1).Select(name => $"        maven {Quote(name)}\n"));
        if (tools.Length > 0) text.Append("    tools {\n").Append(tools).Append("    }\n");
        Parameters(root, text, unread);
        Triggers(root, text, unread);
        if (root.Element("concurrentBuild")?.Value == "false") text.Append("    options {\n        disableConcurrentBuilds()\n    }\n");
        text.Append("    stages {\n        stage('Build') {\n            steps {\n");
        var steps = new StringBuilder();
        foreach (var builder in root.Element("prebuilders")?.Elements() ?? []) Builder(builder, steps, unread);
        if (root.Name.LocalName == "maven2-moduleset") steps.Append("                sh ").Append(Quote("mvn " + (root.Element("goals")?.Value ?? "install"))).Append('\n');
        foreach (var builder in (root.Element("builders")?.Elements() ?? []).Concat(root.Element("postbuilders")?.Elements() ?? [])) Builder(builder, steps, unread);
        text.Append(steps.Length > 0 ? steps : steps.Append("                echo 'the job has no build step'\n")).Append("            }\n        }\n    }\n");
        Publishers(root, text, unread);
        foreach (var wrapper in root.Element("buildWrappers")?.Elements() ?? []) unread.Add("build wrapper " + wrapper.Name.LocalName);
        return text.Append("}\n").ToString();
    }

    private static void Parameters(XElement root, StringBuilder text, List<string> unread)
    {
        var definitions = root.Descendants("parameterDefinitions").Elements().ToList();
        var lines = new StringBuilder();
        foreach (var definition in definitions)
        {
            string Of(string name) => definition.Element(name)?.Value ?? "";
            var common = $"name: {Quote(Of("name"))}, description: {Quote(Of("description"))}";
            switch (definition.Name.LocalName[(definition.Name.LocalName.LastIndexOf('.') + 1)..])
            {
                case "StringParameterDefinition": lines.Append($"        string({common}, defaultValue: {Quote(Of("defaultValue"))})\n"); break;
                case "TextParameterDefinition": lines.Append($"        text({common}, defaultValue: {Quote(Of("defaultValue"))})\n"); break;
                case "BooleanParameterDefinition": lines.Append($"        booleanParam({common}, defaultValue: {(Of("defaultValue") == "true" ? "true" : "false")})\n"); break;
                case "PasswordParameterDefinition": lines.Append($"        password({common}, defaultValue: '')\n"); break;
                case "ChoiceParameterDefinition": lines.Append($"        choice({common}, choices: [{string.Join(", ", definition.Descendants("string").Select(choice => Quote(choice.Value)))}])\n"); break;
                default: unread.Add("parameter " + Of("name") + " of type " + definition.Name.LocalName); break;
            }
        }

        if (lines.Length > 0) text.Append("    parameters {\n").Append(lines).Append("    }\n");
    }

    private static void Triggers(XElement root, StringBuilder text, List<string> unread)
    {
        var lines = new StringBuilder();
        foreach (var trigger in root.Element("triggers")?.Elements() ?? [])
            switch (trigger.Name.LocalName)
            {
                case "hudson.triggers.TimerTrigger": lines.Append($"        cron({Quote(trigger.Element("spec")?.Value ?? "")})\n"); break;
                case "hudson.triggers.SCMTrigger": lines.Append($"        pollSCM({Quote(trigger.Element("spec")?.Value ?? "")})\n"); break;
                case "jenkins.triggers.ReverseBuildTrigger": lines.Append($"        upstream(upstreamProjects: {Quote(trigger.Element("upstreamProjects")?.Value ?? "")})\n"); break;
                case "com.cloudbees.jenkins.GitHubPushTrigger": lines.Append("        githubPush()\n"); break;
                default: unread.Add("trigger " + trigger.Name.LocalName); break;
            }

        if (lines.Length > 0) text.Append("    triggers {\n").Append(lines).Append("    }\n");
    }

    private static void Builder(XElement builder, StringBuilder steps, List<string> unread)
    {
        switch (builder.Name.LocalName)
        {
            case "hudson.tasks.Shell": steps.Append("                sh ").Append(Quote(builder.Element("command")?.Value ?? "")).Append('\n'); break;
            case "hudson.tasks.BatchFile": steps.Append("                bat ").Append(Quote(builder.Element("command")?.Value ?? "")).Append('\n'); break;
            case "hudson.plugins.powershell.PowerShell": steps.Append("                powershell ").Append(Quote(builder.Element("command")?.Value ?? "")).Append('\n'); break;
            case "hudson.tasks.Maven": steps.Append("                sh ").Append(Quote("mvn " + (builder.Element("targets")?.Value ?? "").ReplaceLineEndings(" ") + (builder.Element("pom")?.Value is { Length: > 0 } pom ? " -f " + pom : ""))).Append('\n'); break;
            case "hudson.tasks.Ant": steps.Append("                sh ").Append(Quote("ant " + builder.Element("targets")?.Value)).Append('\n'); break;
            case "hudson.plugins.gradle.Gradle": steps.Append("                sh ").Append(Quote("./gradlew " + builder.Element("tasks")?.Value)).Append('\n'); break;
            default: unread.Add("build step " + builder.Name.LocalName); break;
        }
    }

    private static void Publishers(XElement root, StringBuilder text, List<string> unread)
    {
        var lines = new StringBuilder();
        foreach (var publisher in root.Element("publishers")?.Elements() ?? [])
            switch (publisher.Name.LocalName)
            {
                case "hudson.tasks.junit.JUnitResultArchiver": lines.Append($"            junit {Quote(publisher.Element("testResults")?.Value ?? "")}\n"); break;
                case "hudson.tasks.ArtifactArchiver": lines.Append($"            archiveArtifacts artifacts: {Quote(publisher.Element("artifacts")?.Value ?? "")}\n"); break;
                case "hudson.tasks.Mailer": lines.Append($"            mail to: {Quote(publisher.Element("recipients")?.Value ?? "")}, subject: 'Build result', body: 'See the run'\n"); break;
                case "hudson.tasks.BuildTrigger": foreach (var job in (publisher.Element("childProjects")?.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) lines.Append($"            build job: {Quote(job)}, wait: false\n"); break;
                default: unread.Add("post-build action " + publisher.Name.LocalName); break;
            }

        if (lines.Length > 0) text.Append("    post {\n        always {\n").Append(lines).Append("        }\n    }\n");
    }

    private static string Quote(string text)
    {
        var escaped = text.ReplaceLineEndings("\n").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return escaped.Contains('\n', StringComparison.Ordinal) ? "'''" + escaped + "'''" : "'" + escaped + "'";
    }
}
