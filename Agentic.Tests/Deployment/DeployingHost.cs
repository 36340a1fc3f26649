using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Processes;
using Agentic.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Agentic.Tests.Deployment;

/// <summary>The real host in a process of its own, taking artifacts from folders so that a test can write them: the argument is the data folder.</summary>
internal static class DeployingHost
{
    public static async Task<int> Run(string[] args)
    {
        await using var host = await AgenticHost.StartAsync(options =>
        {
            options.DataFolder = args[0];
            options.KeepsData = true;
            options.Settings["Http:RequestsPerMinute"] = "1000000";
            options.Settings["Deployment:Process:Folder"] = Path.Combine(args[0], "services");
            options.Settings["Deployment:MeasureInterval"] = "00:00:00.1";
            options.Settings["Deployment:Process:StopGrace"] = "00:00:02";
            options.Services = services => services.AddSingleton<IReleases, LocalReleases>().AddSingleton<IArtifactFolders, LocalArtifactFolders>();
        });
        Console.WriteLine($"ready {host.BaseAddress}");
        await Console.In.ReadLineAsync();
        return 0;
    }
}
