using System.Collections.Immutable;
using Agentic.Agents.Migration.Groovy;
using Agentic.Agents.Migration.Workflows;

namespace Agentic.Agents.Migration.Conversion;

internal sealed partial class Conversion
{
    private Value Docker(string member, Call call, Scope scope, Surroundings around)
    {
        switch (member)
        {
            case "image":
                Mark(call.Span, Fate.Approximated, "an image; the commands of docker that use it stand in the workflow, without the fingerprints Jenkins kept");
                return new DockerImage(GivenValue(call, scope, around, "name") ?? new Opaque(call.Span, "image"));
            case "build":
                var name = GivenValue(call, scope, around, "image") ?? new Opaque(call.Span, "image");
                var arguments = call.Positional.ElementAtOrDefault(1) is { } second and not Closure ? PiecesOf(Evaluate(second, scope, around), second) : [Piece.Text(".")];
                var run = ShellText.Script([Piece.Text("docker build -t "), .. PiecesOf(name, call), Piece.Text(" "), .. arguments], Dialect.Posix);
                Emit(new WorkflowStep { Run = run, Shell = _allocation?.Windows == true ? "bash" : null }, around with { Image = null }, call, "docker build");
                Mark(call.Body is null ? call.Span : call.Head, Fate.Approximated, "docker build, without the fingerprint Jenkins kept");
                return new DockerImage(name);
            case "withRegistry" when call.Body is { } body:
                DockerLogin(GivenValue(call, scope, around, "url") ?? Value.Of(""), call.Positional.ElementAtOrDefault(1) is { } id and not Closure ? Evaluate(id, scope, around) : null, call, around);
                return Inside(body, scope, around);
            case "withServer" or "withTool" when call.Body is { } body:
                Mark(call.Head, Fate.Manual, $"{Quote(call.Head, 60)}: set DOCKER_HOST for the steps inside by hand");
                return Inside(body, scope, around);
            case "node" when call.Body is { } body:
                return Inside(body, scope, around);
        }

        return UnknownStep("docker." + member, call, call.Body, scope, around);
    }

    private void DockerLogin(Value url, Value? credentials, Call call, Surroundings around)
    {
        var step = new WorkflowStep { Uses = "docker/login-action" };
        var registry = Expression(url, call, around);
        foreach (var scheme in (string[])["https://", "http://"])
            if (registry.StartsWith(scheme, StringComparison.Ordinal)) registry = registry[scheme.Length..];
        if (registry.Length > 0 && !registry.Contains("index.docker.io", StringComparison.Ordinal) && !registry.StartsWith("registry.hub.docker.com", StringComparison.Ordinal)) step.With["registry"] = registry.TrimEnd('/');
        var secret = SecretName(credentials, "DOCKER_REGISTRY");
        NeedSecret(secret + "_USR", "user name of a container registry");
        NeedSecret(secret + "_PSW", "password or token of a container registry");
        step.With["username"] = "${{ secrets." + secret + "_USR }}";
        step.With["password"] = "${{ secrets." + secret + "_PSW }}";
        Emit(step, around with { Directory = null, Image = null }, call, "log in to the registry");
        Mark(call.Head, Fate.Approximated, credentials is null ? $"no credential is named; the workflow logs in with {secret}" : "docker/login-action; the login lasts for the job");
    }

    private Value OnImage(DockerImage image, string name, Call call, Scope scope, Surroundings around)
    {
        var pieces = PiecesOf(image.Name, call);
        var word = ShellText.Word(pieces);
        string? Given(int position) => call.Positional.ElementAtOrDefault(position) is { } argument and not Closure ? ShellText.Script(PiecesOf(Evaluate(argument, scope, around), argument), Dialect.Posix) : null;
        WorkflowStep Docker(string run, string topic) => Emit(new WorkflowStep { Run = run, Shell = _allocation?.Windows == true ? "bash" : null }, around with { Image = null }, call, topic);
        switch (name)
        {
            case "inside" when call.Body is { } body:
                var options = Given(0);
                var inside = around with { Image = string.Concat(pieces.Select(piece => piece.Literal ?? "${{ env." + piece.Variable + " }}")) };
                if (options is not null) inside = inside.WithEnv("CONTAINER_OPTIONS", call.Positional.First() is { } argument ? Expression(Evaluate(argument, scope, around), argument, around) : "");
                Mark(call.Head, Fate.Converted, "its commands run in this image");
                return Inside(body, scope, inside);
            case "push":
                var tag = Given(0);
                if (tag is null) Docker($"docker push {word}", "docker push");
                else
                {
                    var repository = ShellText.Word(WithoutTag(pieces));
                    Docker($"docker tag {word} {repository}:{tag}\ndocker push {repository}:{tag}", "docker push");
                }

                Mark(call.Span, Fate.Converted, "docker push");
                return Value.Null;
            case "pull":
                Docker($"docker pull {word}", "docker pull");
                Mark(call.Span, Fate.Converted, "docker pull");
                return Value.Null;
            case "tag":
                Docker($"docker tag {word} {ShellText.Word(WithoutTag(pieces))}:{Given(0) ?? "latest"}", "docker tag");
                Mark(call.Span, Fate.Converted, "docker tag");
                return Value.Null;
            case "run" or "withRun":
                var container = Invariant($"container_of_line_{LineOf(call)}");
                var step = Docker($"{container}=$(docker run -d {Given(0)} {word}{(Given(1) is { } command ? " " + command : "")})\necho \"{container}=${container}\" >> \"$GITHUB_ENV\"", "docker run");
                step.Sets.Add(container);
                Mark(call.Body is null ? call.Span : call.Head, Fate.Approximated, "docker run in the background");
                var running = new Mapped(new OrderedDictionary<string, Value>(StringComparer.Ordinal) { ["id"] = new Composed([Piece.Env(container)]) });
                if (call.Body is not { } block) return running;
                var inner = new Scope(scope);
                inner.Declare(block.Parameters.Count > 0 ? block.Parameters[0].Name : "it", running, around.Depth);
                RunIn(block, inner, around);
                Emit(new WorkflowStep { Name = "Stop the container", Run = $"docker rm -f \"${container}\"" }, around with { Status = "always()", Image = null, Attempt = null }, call);
                return Value.Null;
            case "imageName" or "id": return image.Name;
        }

        return UnknownStep("docker image " + name, call, call.Body, scope, around);
    }

    private static ImmutableArray<Piece> WithoutTag(ImmutableArray<Piece> pieces)
    {
        for (var index = pieces.Length - 1; index >= 0; index--)
        {
            if (pieces[index].Literal is not { } literal) continue;
            var colon = literal.LastIndexOf(':');
            if (colon >= 0 && literal.IndexOf('/', colon) < 0) return [.. pieces.Take(index), Piece.Text(literal[..colon])];
        }

        return pieces;
    }
}
