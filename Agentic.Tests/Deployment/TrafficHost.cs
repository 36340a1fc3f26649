using Agentic.Agents.Deployment;
using Agentic.Host.Traffic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Deployment;

/// <summary>The host's proxy on a free loopback port, and a load that counts what it lost.</summary>
internal sealed class TrafficHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TrafficHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(20) };
        Traffic = app.Services.GetRequiredService<ServiceTraffic>();
    }

    public HttpClient Client { get; }

    public ServiceTraffic Traffic { get; }

    public static async Task<TrafficHost> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddServiceTraffic(_ => "http://127.0.0.1");
        var app = builder.Build();
        app.MapServiceTraffic();
        await app.StartAsync();
        return new TrafficHost(app);
    }

    public static string Path(ServiceKey key, string rest = "") => $"/run/{key.Environment}/{key.Service}/{rest}";

    public async Task<string> Get(ServiceKey key, string rest = "")
    {
        using var answer = await Client.GetAsync(new Uri(Path(key, rest), UriKind.Relative));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public Load Drive(ServiceKey key, int workers = 4, string rest = "") => new(this, key, workers, rest);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Requests without pause until disposed, counted by what came back.</summary>
    internal sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _workers;
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _answers = new();

        public Load(TrafficHost host, ServiceKey key, int workers, string rest)
        {
            _workers = Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
            {
                while (!_stop.IsCancellationRequested)
                {
                    string answer;
                    try
                    {
                        answer = await host.Get(key, rest);
                    }
                    catch (Exception lost)
                    {
                        answer = lost.GetType().Name;
                    }

                    _answers.AddOrUpdate(answer, 1, (_, n) => n + 1);
                }
            })));
        }

        public IReadOnlyDictionary<string, int> Answers => _answers;

        public int Total => _answers.Values.Sum();

        /// <summary>Waits until so many more requests have been answered.</summary>
        public async Task More(int requests)
        {
            var wanted = Total + requests;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Total < wanted)
            {
                await Task.Delay(5, limit.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _workers;
        }
    }
}
