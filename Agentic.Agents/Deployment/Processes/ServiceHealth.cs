using System.Globalization;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>The instances that run one revision here.</summary>
internal sealed record RunningService(IReadOnlyList<ServiceInstance> Instances)
{
    public string? Trouble => Instances.Select(instance => instance.Trouble).FirstOrDefault(trouble => trouble is not null);
}

/// <summary>Asks instances on their health paths whether they are well.</summary>
internal sealed class ServiceHealth(ProcessOptions options, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Waits until every instance is well; what is wrong where they do not become so.</summary>
    public async Task<string?> BecomeReady(RunningService service, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var problems = new List<string>();
            foreach (var instance in service.Instances)
            {
                if (await Trouble(instance, cancellation) is { } problem)
                {
                    problems.Add(problem);
                }
            }

            if (problems.Count == 0)
            {
                return null;
            }

            if (service.Trouble is { } trouble)
            {
                return trouble;
            }

            if (time.GetElapsedTime(began) >= options.ReadyLimit)
            {
                return string.Create(CultureInfo.InvariantCulture, $"not healthy within {options.ReadyLimit.TotalSeconds:0} s: {problems[0]}; its log ends: {RevisionBuild.End(service.Instances[0].LogTail())}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    /// <summary>Null when healthy, else what is wrong. A path that does not exist is no answer, so the next one is asked.</summary>
    public async Task<string?> Trouble(ServiceInstance instance, CancellationToken cancellation)
    {
        if (!instance.IsAlive)
        {
            return "the process does not run";
        }

        foreach (var path in options.HealthPaths)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri(instance.Address, path), HttpCompletionOption.ResponseHeadersRead, cancellation);
                var status = (int)answer.StatusCode;
                if (status == 404 && path != options.HealthPaths[^1])
                {
                    continue;
                }

                // Asked at the root, a service without a health path may well answer 404 and be fine.
                return status < 400 || (status < 500 && path == "/") ? null : string.Create(CultureInfo.InvariantCulture, $"{path} answers {status}");
            }
            catch (HttpRequestException problem)
            {
                return $"{instance.Address} does not answer: {problem.Message}";
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return $"{path} does not answer within {_http.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";
            }
        }

        return "no health path is configured";
    }
}
