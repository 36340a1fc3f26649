using System.Text.Json;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>How an artifact becomes a running program: the commands that build it and the one that starts it.</summary>
/// <param name="Language">For messages: node, python, go or procfile.</param>
internal sealed record ServiceBuild(string Language, IReadOnlyList<IReadOnlyList<string>> Commands, IReadOnlyList<string> Start)
{
    /// <summary>Reads the files of an artifact; a <c>Procfile</c> with a <c>web:</c> line decides how it starts in any language.</summary>
    public static Outcome<ServiceBuild> Of(string folder, ProcessOptions options)
    {
        var web = Procfile(folder);
        if (File.Exists(Path.Combine(folder, "package.json")))
        {
            return Node(folder, web, options);
        }

        if (File.Exists(Path.Combine(folder, "requirements.txt")) || File.Exists(Path.Combine(folder, "pyproject.toml")) || File.Exists(Path.Combine(folder, "main.py")))
        {
            return Python(folder, web, options);
        }

        if (File.Exists(Path.Combine(folder, "go.mod")))
        {
            return Go(folder, web);
        }

        return web is not null
            ? new ServiceBuild("procfile", [], web)
            : Refusal.Unprocessable("The artifact holds no package.json, requirements.txt, pyproject.toml, main.py, go.mod or Procfile with a web line, so there is no way to run it.");
    }

    private static Outcome<ServiceBuild> Node(string folder, IReadOnlyList<string>? web, ProcessOptions options)
    {
        JsonElement package;
        try
        {
            package = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "package.json"))).RootElement;
        }
        catch (JsonException broken)
        {
            return Refusal.Unprocessable($"package.json is not JSON: {broken.Message}");
        }

        List<IReadOnlyList<string>> commands = [];
        var hasLock = File.Exists(Path.Combine(folder, "package-lock.json"));
        if (hasLock || HasMembers(package, "dependencies"))
        {
            List<string> install = ["npm", hasLock ? "ci" : "install", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"];
            if (options.PreferOffline)
            {
                install.Add("--prefer-offline");
            }

            var needsBuild = Script(package, "build") is not null;
            if (needsBuild)
            {
                install.Remove("--omit=dev");
            }

            commands.Add(install);
            if (needsBuild)
            {
                commands.Add(["npm", "run", "build"]);
            }
        }

        if (web is not null)
        {
            return new ServiceBuild("node", commands, web);
        }

        // npm between the host and the program would swallow signals, so a plain "node file" is started as it stands.
        var start = Script(package, "start");
        if (start is not null && start.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["node", .. var words] && !start.Contains('&') && !start.Contains('$'))
        {
            return new ServiceBuild("node", commands, ["node", .. words]);
        }

        if (start is not null)
        {
            return new ServiceBuild("node", commands, ["npm", "run", "--silent", "start"]);
        }

        var main = package.TryGetProperty("main", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : "index.js";
        foreach (var file in new[] { main, "server.js", "index.js", "src/index.js", "src/server.js" })
        {
            if (File.Exists(Path.Combine(folder, file)))
            {
                return new ServiceBuild("node", commands, ["node", file]);
            }
        }

        return Refusal.Unprocessable("package.json has neither a start script nor a main file that exists.");
    }

    private static Outcome<ServiceBuild> Python(string folder, IReadOnlyList<string>? web, ProcessOptions options)
    {
        var python = Path.Combine(folder, ".venv", "bin", "python");
        List<string> create = ["python3", "-m", "venv", ".venv"];
        if (options.SystemSitePackages)
        {
            create.Add("--system-site-packages");
        }

        List<IReadOnlyList<string>> commands = [create];
        if (File.Exists(Path.Combine(folder, "requirements.txt")) && File.ReadLines(Path.Combine(folder, "requirements.txt")).Any(line => line.Trim() is { Length: > 0 } text && text[0] != '#'))
        {
            commands.Add([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]);
        }
        else if (!File.Exists(Path.Combine(folder, "requirements.txt")) && File.Exists(Path.Combine(folder, "pyproject.toml")))
        {
            commands.Add([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "."]);
        }

        if (web is not null)
        {
            // "python" and "uvicorn" of the environment, not of the machine.
            var tool = Path.Combine(folder, ".venv", "bin", web[0]);
            return new ServiceBuild("python", commands, web[0] is "python" or "python3" ? [python, .. web.Skip(1)] : File.Exists(tool) ? [tool, .. web.Skip(1)] : [python, "-m", .. web]);
        }

        if (File.Exists(Path.Combine(folder, "main.py")))
        {
            return new ServiceBuild("python", commands, [python, "main.py"]);
        }

        var package = new[] { "src", "" }
            .SelectMany(under => Directory.Exists(Path.Combine(folder, under)) ? Directory.EnumerateDirectories(Path.Combine(folder, under)) : [])
            .Where(path => File.Exists(Path.Combine(path, "__main__.py")))
            .OrderBy(path => path, StringComparer.Ordinal)
            .FirstOrDefault();
        if (package is not null)
        {
            return new ServiceBuild("python", commands, ["env", $"PYTHONPATH={Path.GetDirectoryName(package)}", python, "-m", Path.GetFileName(package)]);
        }

        return File.Exists(Path.Combine(folder, "app", "main.py"))
            ? new ServiceBuild("python", commands, ["sh", "-c", $"exec '{python}' -m uvicorn app.main:app --host \"$HOST\" --port \"$PORT\""])
            : Refusal.Unprocessable("The Python artifact has no Procfile with a web line, main.py, package with __main__.py or app/main.py, so there is no way to start it.");
    }

    private static ServiceBuild Go(string folder, IReadOnlyList<string>? web)
    {
        var package = Directory.Exists(Path.Combine(folder, "cmd")) && Directory.GetDirectories(Path.Combine(folder, "cmd")) is [var only]
            ? "./cmd/" + Path.GetFileName(only)
            : ".";
        return new ServiceBuild("go", [["go", "build", "-o", ".bin/service", package]], web ?? [Path.Combine(folder, ".bin", "service")]);
    }

    private static List<string>? Procfile(string folder)
    {
        var path = Path.Combine(folder, "Procfile");
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(text => text.StartsWith("web:", StringComparison.Ordinal)) : null;
        var command = line?[4..].Trim();
        return string.IsNullOrEmpty(command) ? null
            : command.AsSpan().IndexOfAny("$&|;<>\"'`*(") >= 0 ? ["sh", "-c", $"exec {command}"]
            : [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string? Script(JsonElement package, string name) =>
        package.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object
        && scripts.TryGetProperty(name, out var script) && script.ValueKind == JsonValueKind.String ? script.GetString() : null;

    private static bool HasMembers(JsonElement package, string name) =>
        package.TryGetProperty(name, out var members) && members.ValueKind == JsonValueKind.Object && members.EnumerateObject().Any();
}
