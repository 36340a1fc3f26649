using System.Diagnostics;
using System.Text.Json;

namespace Agentic.Tests.Deployment;

/// <summary>Constant load from a process of its own: a Node program that counts every answer and tells at the end.</summary>
internal sealed class LoadProcess : IAsyncDisposable
{
    private const string Program = """
        const http = require('http');
        const [url, workers] = [process.argv[2], +process.argv[3]];
        const agent = new http.Agent({ keepAlive: true, maxSockets: workers });
        const answers = {};
        let stop = false, busy = workers, begun = false;
        const count = k => { answers[k] = (answers[k] || 0) + 1; if (!begun) { begun = true; console.log('begun'); } };
        const done = () => { if (--busy === 0) { console.log(JSON.stringify(answers)); process.exit(0); } };
        const next = () => {
          if (stop) return done();
          const req = http.get(url, { agent }, res => {
            let body = '';
            res.on('data', d => body += d);
            res.on('end', () => { count(res.statusCode === 200 ? body : 'status ' + res.statusCode); setTimeout(next, 3); });
            res.on('error', e => { count('lost ' + e.code); setTimeout(next, 3); });
          });
          req.on('error', e => { count('lost ' + e.code); setTimeout(next, 3); });
        };
        process.stdin.on('end', () => { stop = true; }).resume();
        for (let i = 0; i < workers; i++) next();
        """;

    private readonly Process _process;
    private readonly string _script = Path.Combine(Path.GetTempPath(), $"agentic-load-{Environment.ProcessId}.js");

    public LoadProcess(Uri url, int workers = 4)
    {
        File.WriteAllText(_script, Program);
        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(_script);
        start.ArgumentList.Add(url.AbsoluteUri);
        start.ArgumentList.Add(workers.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _process = Process.Start(start)!;
    }

    /// <summary>Once the first answer is back: a version that is judged before that is judged on no traffic.</summary>
    public async Task Began()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.That(await _process.StandardOutput.ReadLineAsync(limit.Token), Is.EqualTo("begun"));
    }

    /// <summary>Ends the load after the requests in flight; answers by what came back.</summary>
    public async Task<IReadOnlyDictionary<string, int>> Stop()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var json = await _process.StandardOutput.ReadToEndAsync(limit.Token);
        await _process.WaitForExitAsync(limit.Token);
        return JsonSerializer.Deserialize<Dictionary<string, int>>(json)!;
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
