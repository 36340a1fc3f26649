using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Deployment;

namespace Agentic.Tests.Deployment;

/// <summary>Writes small real services into a folder; what they do is in their code, so that a revision is an artifact like any other.</summary>
internal sealed class TinyProgram : IDisposable
{
    private const string Node = """
        const http = require('http');
        let n = 0;
        const server = http.createServer((req, res) => {
          if (req.url.startsWith('/health')) { res.end('ok'); return; }
          if (req.url === '/env') { res.end(JSON.stringify(process.env)); return; }
          if (req.url === '/exit') { res.end('bye', () => process.exit(3)); return; }
          if (req.url === '/slow') { setTimeout(() => res.end('VERSION'), 300); return; }
          BEHAVIOUR
          res.setHeader('x-version', 'VERSION');
          res.end('VERSION');
        });
        server.keepAliveTimeout = 5000;
        server.listen(process.env.PORT, process.env.HOST);
        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("agentic-deployment-").FullName;

    public static bool HasNode => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "node")));

    public static void RequireNode()
    {
        if (HasNode)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable("AGENTIC_REQUIRE_SERVICES") == "1")
        {
            Assert.Fail("node is not on PATH");
        }

        Assert.Ignore("node is not on PATH");
    }

    /// <param name="behaviour">JavaScript that runs for every ordinary request.</param>
    /// <param name="before">JavaScript that runs before it listens.</param>
    public Revision OfNode(string version, string behaviour = "", string before = "")
    {
        var code = before + "\n" + Node.Replace("BEHAVIOUR", behaviour, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal);
        return Write(version, ("package.json", """{ "name": "tiny", "version": "1.0.0", "scripts": { "start": "node server.js" } }"""), ("server.js", code));
    }

    public Revision OfPython(string version) => Write(version, ("main.py", $$"""
        import os
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                body = b"{{version}}"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
        """));

    public Revision Write(string version, params (string Path, string Text)[] files)
    {
        var folder = Path.Combine(Folder, "artifacts", version);
        var all = new StringBuilder();
        foreach (var (path, text) in files)
        {
            var full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, text);
            all.Append(path).Append('\n').Append(text);
        }

        return new Revision(version, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString()))), folder);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
