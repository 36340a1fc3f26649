using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.CodeGen;

/// <summary>Real repositories behind <c>git http-backend</c> and a small front that asks for a token, as any Git server does.</summary>
internal sealed class GitServer : IAsyncDisposable
{
    public const string Token = "tok-3f9a71c2d5";

    private readonly string _root = Directory.CreateTempSubdirectory("agentic-git-server-").FullName;
    private readonly CancellationTokenSource _stopped = new();
    private WebApplication _app = null!;

    /// <summary>Answers in the server's place; false lets the server answer.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Every request with its credentials, in order.</summary>
    public List<string> Requests { get; } = [];

    public string Url => _app.Urls.First() + "/";

    public static async Task<GitServer> Start()
    {
        var server = new GitServer();
        if (Backend() is not { } backend || !File.Exists(backend))
        {
            const string Missing = "git with its http-backend is not installed (Debian: git).";
            if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
                Assert.Fail(Missing);
            Assert.Ignore(Missing);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server._app = builder.Build();
        server._app.Run(server.Answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An empty repository that takes pushes.</summary>
    public string Add(string path)
    {
        var folder = Path.Combine(_root, path + ".git");
        Directory.CreateDirectory(folder);
        Git(folder, "init --quiet --bare --initial-branch=main");
        Git(folder, "config http.receivepack true");
        return folder;
    }

    /// <summary>Commits a file to a branch, as a person who works there.</summary>
    public string Commit(string path, string file, string text, string branch = "main")
    {
        var work = Directory.CreateTempSubdirectory("agentic-git-work-").FullName;
        try
        {
            var bare = Path.Combine(_root, path + ".git");
            Git(work, $"clone --quiet {bare} .");
            Git(work, $"checkout --quiet -B {branch}{(Git(bare, $"branch --list {branch}").Length > 0 ? $" origin/{branch}" : "")}");
            var full = Path.Combine(work, file);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
            Git(work, "add --all");
            Git(work, "-c user.name=t -c user.email=t@example.org commit --quiet -m edit");
            Git(work, $"push --quiet origin {branch}");
            return Git(bare, $"rev-parse {branch}").Trim();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    public string Show(string path, string what) => Git(Path.Combine(_root, path + ".git"), $"show {what}");

    public string Git(string folder, string arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder == "." ? _root : folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return output;
    }

    public string Repository(string path) => Path.Combine(_root, path + ".git");

    /// <summary>Holds every request until the server stops.</summary>
    public async Task<bool> Hang(HttpContext http)
    {
        await Task.Delay(Timeout.Infinite, CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token, http.RequestAborted).Token).ContinueWith(_ => { }, TaskScheduler.Default);
        http.Abort();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        Directory.Delete(_root, recursive: true);
        _stopped.Dispose();
    }

    private async Task Answer(HttpContext http)
    {
        lock (Requests)
            Requests.Add($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString} {http.Request.Headers.Authorization}");
        if (Instead is { } instead && await instead(http))
            return;
        var credentials = http.Request.Headers.Authorization.ToString() is ['B', 'a', 's', 'i', 'c', ' ', .. var encoded] ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)) : "";
        if (!credentials.EndsWith($":{Token}", StringComparison.Ordinal))
        {
            http.Response.StatusCode = 401;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"git\"";
            return;
        }

        await Backend(http);
    }

    private async Task Backend(HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 64 * 1024 * 1024;
        using var body = new MemoryStream();
        var isGzip = http.Request.Headers.ContentEncoding == "gzip";
        await using (var source = isGzip ? new GZipStream(http.Request.Body, CompressionMode.Decompress) : http.Request.Body)
            await source.CopyToAsync(body, http.RequestAborted);
        var start = new ProcessStartInfo(Backend()!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GIT_PROJECT_ROOT"] = _root, ["GIT_HTTP_EXPORT_ALL"] = "1", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["REMOTE_USER"] = "t",
            ["PATH_INFO"] = http.Request.Path.Value!, ["QUERY_STRING"] = http.Request.QueryString.Value!.TrimStart('?'), ["REQUEST_METHOD"] = http.Request.Method,
            ["CONTENT_TYPE"] = http.Request.ContentType ?? "", ["CONTENT_LENGTH"] = body.Length.ToString(CultureInfo.InvariantCulture), ["GIT_PROTOCOL"] = http.Request.Headers["Git-Protocol"].ToString(),
        })
            start.Environment[name] = value;
        using var backend = Process.Start(start)!;
        var reading = ReadAll(backend.StandardOutput.BaseStream);
        var errors = backend.StandardError.ReadToEndAsync();
        body.Position = 0;
        await body.CopyToAsync(backend.StandardInput.BaseStream);
        backend.StandardInput.Close();
        var answer = await reading;
        await backend.WaitForExitAsync();
        await errors;
        await Send(http, answer);
    }

    private static async Task Send(HttpContext http, byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(answer[..end]).Split("\r\n"))
        {
            var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
            if (name == "Status")
                http.Response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else
                http.Response.Headers[name] = value;
        }

        await http.Response.Body.WriteAsync(answer.AsMemory(end + 4));
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static string? Backend()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "--exec-path") { RedirectStandardOutput = true })!;
            return Path.Combine(git.StandardOutput.ReadToEnd().Trim(), "git-http-backend");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
