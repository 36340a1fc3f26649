using System.Text;
using System.Xml.Linq;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>
/// A freestyle or Maven job as the declarative pipeline that does the same. A build step or post-build action without a pipeline step of
/// its own is written as a call by its class name, so that the conversion accounts for it; what fits nowhere is listed.
/// </summary>
internal sealed class FreestyleJob
{
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "com.coravy.hudson.plugins.github.GithubProjectProperty", "com.sonyericsson.rebuild.RebuildSettings", "hudson.model.ParametersDefinitionProperty", "jenkins.model.BuildDiscarderProperty",
        "com.dabsquared.gitlabjenkins.connection.GitLabConnectionProperty", "hudson.plugins.jira.JiraProjectProperty",
    };

    private readonly XElement _root;
    private readonly List<string> _unread = [];
    private readonly List<string> _options = [];
    private readonly List<string> _environment = [];
    private readonly List<string> _around = [];
    private bool _cleansFirst;

    private FreestyleJob(XElement root) => _root = root;

    public static (string Pipeline, IReadOnlyList<string> Unread) Read(XElement root)
    {
        var job = new FreestyleJob(root);
        return (job.Write(), job._unread);
    }

    private string Write()
    {
        Settings();
        foreach (var wrapper in _root.Element("buildWrappers")?.Elements() ?? [])
            Wrapper(wrapper);
        var label = Of(_root, "assignedNode");
        var text = new StringBuilder("pipeline {\n");
        text.Append(label.Length == 0 || Of(_root, "canRoam") == "true" ? "    agent any\n" : $"    agent {{ label {Quote(label)} }}\n");
        Block(text, "tools", Tools());
        Block(text, "parameters", _root.Descendants("parameterDefinitions").Elements().Select(Parameter).OfType<string>());
        Block(text, "triggers", (_root.Element("triggers")?.Elements() ?? []).SelectMany(Trigger));
        Block(text, "environment", _environment);
        Block(text, "options", _options);
        text.Append("    stages {\n        stage('Build') {\n            steps {\n");
        var indent = new string(' ', 16);
        foreach (var open in _around)
        {
            text.Append(indent).Append(open).Append(" {\n");
            indent += "    ";
        }

        foreach (var step in Steps())
            text.Append(indent).Append(step).Append('\n');
        foreach (var _ in _around)
        {
            indent = indent[4..];
            text.Append(indent).Append("}\n");
        }

        text.Append("            }\n        }\n    }\n");
        var publishers = (_root.Element("publishers")?.Elements() ?? []).SelectMany(Publisher).ToLookup(action => action.When, action => action.Step);
        if (publishers.Count > 0)
        {
            text.Append("    post {\n");
            foreach (var group in publishers)
                text.Append("        ").Append(group.Key).Append(" {\n").AppendJoin("", group.Select(step => $"            {step}\n")).Append("        }\n");
            text.Append("    }\n");
        }

        return text.Append("}\n").ToString();
    }

    private void Settings()
    {
        if (Of(_root, "concurrentBuild") == "false")
            _options.Add("disableConcurrentBuilds()");
        var discarder = _root.Element("logRotator") ?? _root.Descendants("jenkins.model.BuildDiscarderProperty").Elements("strategy").FirstOrDefault();
        if (discarder is not null && (Positive(discarder, "numToKeep") ?? Positive(discarder, "daysToKeep")) is not null)
            _options.Add($"buildDiscarder(logRotator({string.Join(", ", ((string[])["daysToKeep", "numToKeep"]).Where(name => Positive(discarder, name) is not null).Select(name => $"{name}Str: '{Positive(discarder, name)}'"))}))");
        if (int.TryParse(Of(_root, "quietPeriod"), out var quiet) && quiet > 0)
            _options.Add($"quietPeriod({quiet})");
        if (Of(_root, "disabled") == "true")
            _unread.Add("the job is disabled in Jenkins; its workflow would run");
        if (Of(_root, "authToken").Length > 0)
            _unread.Add("a token for starting the job from outside; use workflow_dispatch with a GitHub token");
        if (Of(_root, "customWorkspace").Length > 0)
            _unread.Add("the workspace folder " + Of(_root, "customWorkspace"));
        if (Of(_root, "blockBuildWhenUpstreamBuilding") == "true" || Of(_root, "blockBuildWhenDownstreamBuilding") == "true")
            _unread.Add("builds wait for jobs before or after this one; use one concurrency group for them");
        var scm = (string?)_root.Element("scm")?.Attribute("class") ?? "hudson.scm.NullSCM";
        if (scm is not ("hudson.scm.NullSCM" or "hudson.plugins.git.GitSCM"))
            _unread.Add($"sources from {scm[(scm.LastIndexOf('.') + 1)..]}; GitHub needs them in a Git repository");
        foreach (var property in _root.Element("properties")?.Elements().Where(property => !WithoutEffect.Contains(property.Name.LocalName)) ?? [])
            _unread.Add("the setting " + Name(property));
    }

    private IEnumerable<string> Tools()
    {
        if (Of(_root, "jdk") is { Length: > 0 } jdk && jdk != "(System)" && jdk != "(Default)" && jdk != "(Inherit From Job)")
            yield return $"jdk {Quote(jdk)}";
        foreach (var maven in _root.Descendants("mavenName").Select(name => name.Value.Trim()).Where(name => name.Length > 0 && name != "(Default)").Distinct(StringComparer.Ordinal).Take(1))
            yield return $"maven {Quote(maven)}";
        foreach (var node in _root.Descendants("nodeJSInstallationName").Select(name => name.Value.Trim()).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Take(1))
            yield return $"nodejs {Quote(node)}";
    }

    private string? Parameter(XElement parameter)
    {
        var common = $"name: {Quote(Of(parameter, "name"))}{(Of(parameter, "description") is { Length: > 0 } text ? $", description: {Quote(text)}" : "")}";
        switch (Name(parameter))
        {
            case "StringParameterDefinition": return $"string({common}, defaultValue: {Quote(Of(parameter, "defaultValue"))})";
            case "TextParameterDefinition": return $"text({common}, defaultValue: {Quote(Of(parameter, "defaultValue"))})";
            case "BooleanParameterDefinition": return $"booleanParam({common}, defaultValue: {(Of(parameter, "defaultValue") == "true" ? "true" : "false")})";
            case "PasswordParameterDefinition": return $"password({common}, defaultValue: '')";
            case "ChoiceParameterDefinition": return $"choice({common}, choices: [{string.Join(", ", parameter.Descendants("string").Select(choice => Quote(choice.Value)))}])";
            default:
                _unread.Add($"the parameter {Of(parameter, "name")} of the type {Name(parameter)}");
                return null;
        }
    }

    private IEnumerable<string> Trigger(XElement trigger)
    {
        switch (Name(trigger))
        {
            case "TimerTrigger": return Schedules(trigger, "cron");
            case "SCMTrigger": return Schedules(trigger, "pollSCM");
            case "ReverseBuildTrigger": return [$"upstream(upstreamProjects: {Quote(Of(trigger, "upstreamProjects"))})"];
            case "GitHubPushTrigger": return ["githubPush()"];
            default:
                _unread.Add("the trigger " + Name(trigger));
                return [];
        }
    }

    private static IEnumerable<string> Schedules(XElement trigger, string step) => Of(trigger, "spec") is { Length: > 0 } spec ? [$"{step}({Quote(spec)})"] : [];

    private void Wrapper(XElement wrapper)
    {
        switch (Name(wrapper))
        {
            case "TimestamperBuildWrapper": _options.Add("timestamps()"); break;
            case "AnsiColorBuildWrapper": _options.Add("ansiColor('xterm')"); break;
            case "PreBuildCleanup": _cleansFirst = true; break;
            case "BuildTimeoutWrapper" when int.TryParse(wrapper.Descendants("timeoutMinutes").FirstOrDefault()?.Value, out var minutes) && minutes > 0: _options.Add($"timeout(time: {minutes}, unit: 'MINUTES')"); break;
            case "SSHAgentBuildWrapper": _around.Add($"sshagent([{string.Join(", ", wrapper.Descendants("string").Concat(wrapper.Elements("user")).Select(id => Quote(id.Value)))}])"); break;
            case "SecretBuildWrapper" when Bindings(wrapper) is { Length: > 0 } bindings: _around.Add($"withCredentials([{bindings}])"); break;
            case "NodeJSBuildWrapper": break;
            case "EnvInjectBuildWrapper" when wrapper.Descendants("propertiesContent").FirstOrDefault() is { } content: Variables(content.Value); break;
            default: _unread.Add("the build environment " + Name(wrapper)); break;
        }
    }

    private string Bindings(XElement wrapper)
    {
        var known = new List<string>();
        foreach (var binding in wrapper.Element("bindings")?.Elements() ?? [])
        {
            string Given(string member) => $"{member}: {Quote(Of(binding, member))}";
            switch (Name(binding))
            {
                case "StringBinding": known.Add($"string({Given("credentialsId")}, {Given("variable")})"); break;
                case "FileBinding": known.Add($"file({Given("credentialsId")}, {Given("variable")})"); break;
                case "UsernamePasswordBinding": known.Add($"usernameColonPassword({Given("credentialsId")}, {Given("variable")})"); break;
                case "UsernamePasswordMultiBinding": known.Add($"usernamePassword({Given("credentialsId")}, {Given("usernameVariable")}, {Given("passwordVariable")})"); break;
                case "SSHUserPrivateKeyBinding": known.Add($"sshUserPrivateKey({Given("credentialsId")}, {Given("keyFileVariable")})"); break;
                default: _unread.Add($"the credential {Of(binding, "credentialsId")} of the type {Name(binding)}"); break;
            }
        }

        return string.Join(", ", known);
    }

    private void Variables(string properties)
    {
        foreach (var line in properties.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] is not ('#' or '!')))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && line[..at].Trim() is var name && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]))
                _environment.Add($"{name} = {Quote(line[(at + 1)..].Trim())}");
            else
                _unread.Add("the line of injected variables " + line);
        }
    }

    private IEnumerable<string> Steps()
    {
        var any = false;
        IEnumerable<XElement> Below(string name) => _root.Element(name)?.Elements() ?? [];
        if (_cleansFirst)
            yield return "cleanWs()";
        if ((string?)_root.Element("scm")?.Attribute("class") == "hudson.plugins.git.GitSCM")
            yield return "checkout scm";
        foreach (var builder in Below("prebuilders"))
        {
            any = true;
            yield return Builder(builder);
        }

        if (_root.Name.LocalName == "maven2-moduleset")
        {
            any = true;
            yield return $"sh {Quote(Maven(Of(_root, "goals") is { Length: > 0 } goals ? goals : "install", Of(_root, "rootPOM")))}";
        }

        foreach (var builder in Below("builders").Concat(Below("postbuilders")))
        {
            any = true;
            yield return Builder(builder);
        }

        if (!any)
            yield return "echo 'the job has no build step'";
    }

    private static string Builder(XElement builder) => Name(builder) switch
    {
        "Shell" => $"sh {Quote(builder.Element("command")?.Value ?? "")}",
        "BatchFile" => $"bat {Quote(builder.Element("command")?.Value ?? "")}",
        "PowerShell" => $"powershell {Quote(builder.Element("command")?.Value ?? "")}",
        "Maven" => $"sh {Quote(Maven(Of(builder, "targets"), Of(builder, "pom")))}",
        "Ant" => $"sh {Quote($"ant{(Of(builder, "buildFile") is { Length: > 0 } file ? $" -f {file}" : "")} {Line(Of(builder, "targets"))}".TrimEnd())}",
        "Gradle" => $"sh {Quote($"{(Of(builder, "useWrapper") == "false" ? "gradle" : "./gradlew")} {Line(Of(builder, "switches"))} {Line(Of(builder, "tasks"))}".Replace("  ", " ", StringComparison.Ordinal).TrimEnd())}",
        _ => Unknown(builder),
    };

    private static IEnumerable<(string When, string Step)> Publisher(XElement publisher)
    {
        switch (Name(publisher))
        {
            case "JUnitResultArchiver": return [("always", $"junit {Quote(Of(publisher, "testResults"))}")];
            case "ArtifactArchiver": return [(Of(publisher, "onlyIfSuccessful") == "true" ? "success" : "always", $"archiveArtifacts artifacts: {Quote(Of(publisher, "artifacts"))}{(Of(publisher, "excludes") is { Length: > 0 } without ? $", excludes: {Quote(without)}" : "")}")];
            case "Mailer": return [("unsuccessful", $"mail to: {Quote(Of(publisher, "recipients"))}, subject: 'Build failed', body: 'See the run'")];
            case "WsCleanup": return [("always", "cleanWs()")];
            case "BuildTrigger":
                var when = publisher.Element("threshold")?.Element("name")?.Value switch { "FAILURE" => "always", _ => "success" };
                return Of(publisher, "childProjects").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(job => (when, $"build job: {Quote(job)}, wait: false"));
            default: return [("always", Unknown(publisher))];
        }
    }

    /// <summary>A call named for the class, with the settings that are plain text; encrypted ones stay in Jenkins.</summary>
    private static string Unknown(XElement setting)
    {
        var name = Name(setting);
        var settings = setting.Elements()
            .Where(member => !member.HasElements && member.Value.Trim() is { Length: > 0 and <= 200 } value && !(value.StartsWith('{') && value.EndsWith('}')) && member.Name.LocalName.All(char.IsAsciiLetterOrDigit))
            .Where(member => !((string[])["password", "passphrase", "secret", "token", "apikey"]).Any(word => member.Name.LocalName.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Take(20).Select(member => $"{member.Name.LocalName}: {Quote(member.Value.Trim())}");
        return $"{char.ToLowerInvariant(name[0])}{name[1..]}({string.Join(", ", settings)})";
    }

    private static string Maven(string goals, string pom) => $"mvn {Line(goals)}{(pom.Length > 0 && pom != "pom.xml" ? $" -f {pom}" : "")}";

    private static string Line(string text) => string.Join(' ', text.Split((char[])['\n', '\r', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static void Block(StringBuilder text, string name, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count > 0)
            text.Append("    ").Append(name).Append(" {\n").AppendJoin("", all.Select(line => $"        {line}\n")).Append("    }\n");
    }

    /// <summary>The class without its package, as a name of Groovy.</summary>
    private static string Name(XElement element)
    {
        var name = element.Name.LocalName.Replace("__", "_", StringComparison.Ordinal);
        name = name[(name.LastIndexOfAny(['.', '$']) + 1)..];
        name = string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
        return name.Length == 0 || char.IsAsciiDigit(name[0]) ? "unnamed" : name;
    }

    private static int? Positive(XElement element, string name) => int.TryParse(Of(element, name), out var number) && number > 0 ? number : null;

    private static string Of(XElement element, string name) => element.Element(name)?.Value.Trim() ?? "";

    private static string Quote(string text)
    {
        var escaped = text.ReplaceLineEndings("\n").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return escaped.Contains('\n', StringComparison.Ordinal) ? $"'''{escaped}'''" : $"'{escaped}'";
    }
}
