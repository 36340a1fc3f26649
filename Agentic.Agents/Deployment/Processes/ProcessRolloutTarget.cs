using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Deployment.Processes;

/// <summary>Secrets of a service by the name of the variable that carries them; read at every start and kept nowhere.</summary>
internal interface ISecretSource
{
    Task<IReadOnlyDictionary<string, string>> For(ServiceKey key, CancellationToken cancellation);
}

/// <summary>Builds and runs revisions as child processes of this machine and shares the traffic through the host's proxy.</summary>
internal sealed class ProcessRolloutTarget(
    ProcessOptions options, ITraffic traffic, IArtifactFolders artifacts, ISecretSource secrets, TimeProvider time) : IRolloutTarget, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ServiceKey, SemaphoreSlim> _locks = new();
    private readonly ConcurrentDictionary<(ServiceKey Key, string Revision), RunningService> _running = new();
    private readonly ConcurrentDictionary<ServiceKey, IReadOnlyList<Share>> _shares = new();
    private readonly ServiceHealth _health = new(options, time);
    private readonly RevisionBuild _build = new(options, artifacts);

    public string Name => "process";

    public bool DiesWithHost => true;

    private string Owner => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(options.Folder))))[..16];

    public async Task<Refusal?> Objection(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        if (!ProcessTable.IsSupported)
        {
            return Refusal.Unprocessable("Services run as processes on Linux only; choose another target here.");
        }

        var names = await artifacts.Names(revision, cancellation);
        return names is null ? null : ServiceTools.Missing(ServiceTools.LanguageOf(names)) is { } missing
            ? Refusal.Unprocessable($"{key.Service} {revision.Version} cannot run on this host: {missing}")
            : null;
    }

    public Task<string?> Log(ServiceKey key, Revision revision, int characters, CancellationToken cancellation)
    {
        var text = LogTail(key, revision, characters);
        if (text.Length > 0 || _running.ContainsKey((key, revision.Name)))
        {
            return Task.FromResult<string?>(text);
        }

        // It runs no more, but what it wrote last is what somebody wants to know.
        var folder = FolderOf(key, revision);
        var logs = Directory.Exists(folder) ? Directory.GetDirectories(folder, "instance-*").Select(instance => ServiceInstance.Tail(Path.Combine(instance, "log"), characters)).ToList() : [];
        return Task.FromResult(logs.Count == 0 ? null : (string?)string.Join('\n', logs));
    }

    public Task<TargetView> Observe(ServiceKey key, CancellationToken cancellation)
    {
        var weights = traffic.Routes(key).ToDictionary(route => route.Revision, route => route.Weight, StringComparer.Ordinal);
        var revisions = _running
            .Where(entry => entry.Key.Key == key)
            .OrderBy(entry => entry.Key.Revision, StringComparer.Ordinal)
            .Select(entry => new RunningRevision(
                entry.Key.Revision, weights.GetValueOrDefault(entry.Key.Revision), entry.Value.Instances.Count(instance => instance.IsAlive), entry.Value.Instances.Count, entry.Value.Trouble))
            .ToList();
        return Task.FromResult(new TargetView(revisions, weights.Count == 0 ? null : traffic.Address(key)));
    }

    public Task<TargetOutcome> Prepare(ServiceKey key, Revision revision, CancellationToken cancellation) => Exclusively(key, async () =>
    {
        if (!ProcessTable.IsSupported)
        {
            return TargetOutcome.Broken("services run as processes on Linux only; choose another target here");
        }

        if (_running.TryGetValue((key, revision.Name), out var running) && running.Trouble is null && running.Instances.All(instance => instance.IsAlive))
        {
            return TargetOutcome.Done;
        }

        if (running is not null)
        {
            await Remove(key, revision.Name, running);
        }

        var app = Path.Combine(FolderOf(key, revision), "app");
        if (await _build.Run(revision, app, cancellation) is { } failure)
        {
            return failure;
        }

        var build = ServiceBuild.Of(app, options);
        if (build.IsRefused)
        {
            return TargetOutcome.Broken(build.Refusal.Reason);
        }

        return await StartAll(key, revision, app, build.Value.Start, cancellation);
    }, cancellation);

    public Task<TargetOutcome> Shift(ServiceKey key, IReadOnlyList<Share> shares, CancellationToken cancellation) => Exclusively(key, () =>
    {
        foreach (var share in shares)
        {
            if (!_running.TryGetValue((key, share.Revision.Name), out var service) || !service.Instances.Any(instance => instance.IsAlive))
            {
                return Task.FromResult(TargetOutcome.Unavailable($"{share.Revision.Version} does not run, so it gets no traffic"));
            }
        }

        _shares[key] = shares;
        Route(key);
        return Task.FromResult(TargetOutcome.Done);
    }, cancellation);

    public async Task<ProbeOutcome> Probe(ServiceKey key, Revision revision, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        if (!_running.TryGetValue((key, revision.Name), out var service))
        {
            return new ProbeOutcome(false, TimeSpan.Zero, $"{revision.Version} does not run");
        }

        foreach (var instance in service.Instances)
        {
            if (await _health.Trouble(instance, cancellation) is { } problem)
            {
                return new ProbeOutcome(false, time.GetElapsedTime(began), problem);
            }
        }

        return new ProbeOutcome(true, time.GetElapsedTime(began), "healthy");
    }

    public Task<TargetOutcome> Retire(ServiceKey key, Revision revision, CancellationToken cancellation) => Exclusively(key, async () =>
    {
        if (traffic.Routes(key).Any(route => route.Revision == revision.Name))
        {
            return TargetOutcome.Broken($"{revision.Version} still has traffic");
        }

        if (_running.TryGetValue((key, revision.Name), out var service))
        {
            await traffic.Drain(key, revision.Name, options.DrainLimit, cancellation);
            await Remove(key, revision.Name, service);
            return TargetOutcome.Done;
        }

        // Started by a host that is gone: nobody here watches it, but it is on record.
        var folder = FolderOf(key, revision);
        foreach (var left in Directory.Exists(folder) ? Directory.GetDirectories(folder, "instance-*") : [])
        {
            var instance = new ServiceInstance(new Launch(left, folder, [], new Dictionary<string, string>(), Owner), options, time);
            if (instance.Adopt())
            {
                await instance.Stop();
            }
        }

        return TargetOutcome.Done;
    }, cancellation);

    /// <summary>Stops every process of this data folder that no running revision accounts for: left over from a host that crashed.</summary>
    public async Task<int> StopStrays()
    {
        var known = _running.Values.SelectMany(service => service.Instances).Select(instance => instance.Process?.Pid).OfType<int>().ToHashSet();
        var strays = ProcessTable.WithVariable($"{ScrubbedEnvironment.Owner}={Owner}")
            .Where(pid => !known.Contains(pid) && !known.Any(leader => IsOfInstance(pid, leader)))
            .Select(pid => new ProcessId(pid, ProcessTable.StartTicks(pid) ?? -1))
            .ToList();
        foreach (var stray in strays)
        {
            ProcessTable.Signal(stray.Pid, ProcessTable.Terminate);
        }

        var began = time.GetTimestamp();
        while (strays.Any(ProcessTable.IsAlive) && time.GetElapsedTime(began) < options.StopGrace)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), time);
        }

        foreach (var stray in strays.Where(ProcessTable.IsAlive))
        {
            ProcessTable.Signal(stray.Pid, ProcessTable.Kill);
        }

        return strays.Count;
    }

    /// <summary>The last lines a revision wrote.</summary>
    public string LogTail(ServiceKey key, Revision revision, int characters) =>
        _running.TryGetValue((key, revision.Name), out var service) ? string.Join('\n', service.Instances.Select(instance => instance.LogTail(characters))) : "";

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_running.Values.SelectMany(service => service.Instances)
            .Select(instance => options.StopsWithHost ? instance.Stop() : instance.DisposeAsync().AsTask()));
        _running.Clear();
        _health.Dispose();
    }

    private static bool IsOfInstance(int pid, int leader)
    {
        // Children of an instance carry the id of its start.
        var marker = ScrubbedEnvironment.Instance + "=";
        var environment = File.Exists($"/proc/{leader}/environ") ? File.ReadAllText($"/proc/{leader}/environ").Split('\0') : [];
        return environment.FirstOrDefault(entry => entry.StartsWith(marker, StringComparison.Ordinal)) is { } id && ProcessTable.Has(pid, id);
    }

    private async Task<TargetOutcome> StartAll(ServiceKey key, Revision revision, string app, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var environment = ScrubbedEnvironment.ForService(app);
        environment["NODE_ENV"] = "production";
        environment["PYTHONUNBUFFERED"] = "1";
        foreach (var (name, value) in revision.Variables.Concat(await secrets.For(key, cancellation)))
        {
            environment[name] = value;
        }

        var instances = new List<ServiceInstance>();
        for (var i = 1; i <= options.Instances; i++)
        {
            var folder = Path.Combine(FolderOf(key, revision), string.Create(CultureInfo.InvariantCulture, $"instance-{i}"));
            instances.Add(new ServiceInstance(new Launch(folder, app, command, environment, Owner), options, time) { Moved = () => Route(key) });
        }

        var service = new RunningService(instances);
        _running[(key, revision.Name)] = service;
        try
        {
            instances.ForEach(instance => instance.Start());
            if (await _health.BecomeReady(service, cancellation) is not { } problem)
            {
                return TargetOutcome.Done;
            }

            await Remove(key, revision.Name, service);
            return TargetOutcome.Broken(problem);
        }
        catch
        {
            await Remove(key, revision.Name, service);
            throw;
        }
    }

    private async Task Remove(ServiceKey key, string revision, RunningService service)
    {
        await Task.WhenAll(service.Instances.Select(instance => instance.Stop()));
        _running.TryRemove((key, revision), out _);
    }

    private void Route(ServiceKey key)
    {
        if (_shares.TryGetValue(key, out var shares))
        {
            traffic.Route(key, [.. shares.Select(share =>
                new TrafficRoute(share.Revision.Name, [.. _running[(key, share.Revision.Name)].Instances.Select(instance => instance.Address)], share.Weight))]);
        }
    }

    private string FolderOf(ServiceKey key, Revision revision) => Path.GetFullPath(Path.Combine(options.Folder, key.Environment, key.Service, revision.Name));

    private async Task<TargetOutcome> Exclusively(ServiceKey key, Func<Task<TargetOutcome>> act, CancellationToken cancellation)
    {
        var turn = _locks.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            return await act();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return TargetOutcome.Unavailable(problem.Message);
        }
        finally
        {
            turn.Release();
        }
    }
}
