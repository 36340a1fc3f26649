using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private YamlMap? Container(Value? image, Value? arguments, Groovy.Node? argumentsOrigin, Value? registry, Value? login, Groovy.Node origin)
    {
        var name = image is null ? null : JobExpression(image);
        if (string.IsNullOrWhiteSpace(name))
        {
            Mark(origin.Span, Fate.Manual, $"the image {Quote(origin.Span, 60)} is not known before the run: replace the placeholder in container.image");
            name = Invariant($"image-of-line-{LineOf(origin)}");
        }

        if (registry is Known { Content: string url } && url.Length > 0)
        {
            var server = url.Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal).TrimEnd('/');
            if (!server.Contains("docker.io", StringComparison.Ordinal) && !name.StartsWith(server, StringComparison.Ordinal)) name = server + "/" + name;
        }

        var container = new YamlMap();
        container.Add("image", Yaml.Of(name));
        if (login is not null)
        {
            var secret = SecretName(login, "DOCKER_REGISTRY");
            NeedSecret(secret + "_USR", "user name of a container registry");
            NeedSecret(secret + "_PSW", "password or token of a container registry");
            var credentials = new YamlMap();
            credentials.Add("username", Yaml.Of("${{ secrets." + secret + "_USR }}"));
            credentials.Add("password", Yaml.Of("${{ secrets." + secret + "_PSW }}"));
            container.Add("credentials", credentials);
        }

        if (arguments is null) return container;
        if (JobExpression(arguments) is not { } text)
        {
            Mark(argumentsOrigin!.Span, Fate.Manual, $"the arguments {Quote(argumentsOrigin.Span, 60)} are not known before the run: set container.options");
            return container;
        }

        Arguments(container, text, argumentsOrigin!);
        return container;
    }

    /// <summary>Sorts docker's arguments into GitHub's keys; those GitHub forbids are left to a person.</summary>
    private void Arguments(YamlMap container, string text, Groovy.Node origin)
    {
        var words = text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var volumes = new List<string>();
        var env = new YamlMap();
        var options = new List<string>();
        var refused = new List<string>();
        for (var index = 0; index < words.Length; index++)
        {
            var (key, value) = words[index].StartsWith("--", StringComparison.Ordinal) && words[index].IndexOf('=') is > 0 and var equals
                ? (words[index][..equals], words[index][(equals + 1)..]) : (words[index], (string?)null);
            string Take() => value ?? (index + 1 < words.Length ? words[++index] : "");
            switch (key)
            {
                case "-v" or "--volume": volumes.Add(Take().Trim('"', '\'')); break;
                case "-e" or "--env":
                    var pair = Take().Trim('"', '\'').Split('=', 2);
                    if (pair.Length == 1) options.Add("--env " + pair[0]);
                    else if (pair[0].Length > 0 && env.Entries.All(entry => entry.Key != pair[0])) env.Add(pair[0], Yaml.Of(pair[1]));
                    break;
                case "--network" or "--net" or "--entrypoint": refused.Add(key + "=" + Take()); break;
                case "-u": options.Add("--user " + Take()); break;
                case "-t" or "-i" or "-it" or "-d" or "--rm" or "--tty" or "--init" when key != "--init": break;
                default: options.Add(words[index]); break;
            }
        }

        if (env.Entries.Count > 0) container.Add("env", env);
        if (volumes.Count > 0) container.Add("volumes", Yaml.List(volumes));
        if (options.Count > 0) container.Add("options", Yaml.Of(string.Join(' ', options)));
        if (refused.Count > 0) Mark(origin.Span, Fate.Manual, $"GitHub forbids {string.Join(" ", refused)} for a container job: run the command with docker run, or leave it out");
    }

    private Allocation DockerfileAgent(List<Call> settings, Call origin, Scope scope, Surroundings around, bool checksOut, Func<string, Value?> valueOf, Action<string, string> lost)
    {
        string Text(string name, string fallback) => valueOf(name) is { } value ? JobExpression(value) ?? fallback : fallback;
        lost("args", "pass these arguments to docker run in CONTAINER_OPTIONS");
        lost("reuseNode", "the job builds the image itself");
        var file = Text("filename", "Dockerfile");
        var directory = Text("dir", ".");
        var build = Text("additionalBuildArgs", "");
        var label = settings.FirstOrDefault(setting => setting.StepName == "label");
        Mark(origin.Head, Fate.Approximated, "the job builds the image and runs its commands in it");
        return new Allocation
        {
            RunsOn = label is null ? Yaml.Of("ubuntu-latest") : Labelled(Evaluate(label.Arguments[0].Value, scope, around), label, checksOut).RunsOn, ChecksOut = checksOut, Source = origin.Span,
            DefaultContainer = "agent",
            Prepare = job =>
            {
                var step = new WorkflowStep { Name = "Build the agent's image", Run = $"docker build -t jenkins-agent {(build.Length > 0 ? build + " " : "")}-f {ShellText.Quote(directory is "." or "" ? file : directory.TrimEnd('/') + "/" + file)} {ShellText.Quote(directory)}" };
                Plumb(job, step);
            },
            AgentImage = "jenkins-agent",
        };
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"\$\{\{[^{}]*\}\}", System.Text.RegularExpressions.RegexOptions.NonBacktracking)]
    private static partial System.Text.RegularExpressions.Regex InsideExpression();
}
