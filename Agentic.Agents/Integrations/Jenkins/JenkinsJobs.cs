using System.Globalization;
using System.Text.Json.Nodes;
using Agentic.Agents.Operations;

namespace Agentic.Agents.Integrations.Jenkins;

/// <summary>What kind of item a class name of Jenkins stands for.</summary>
internal enum JenkinsJobKind
{
    Folder,
    Multibranch,
    Pipeline,
    Freestyle,
    Maven,
    Matrix,
    Other,
}

internal sealed record JenkinsJob(string FullName, JenkinsJobKind Kind, string Url, bool Enabled);

internal sealed record JenkinsBuild(int Number, DateTimeOffset At, TimeSpan Duration, string? Result);

/// <summary>Walks the items of a Jenkins, folders and multibranch projects included, a bounded page at a time.</summary>
internal sealed class JenkinsJobs(JenkinsClient client)
{
    private const int PageSize = 100;
    private const int MostFolders = 2000;

    public async Task<Outcome<IReadOnlyList<JenkinsJob>>> List(string? folder, int limit, CancellationToken cancellation)
    {
        var found = new List<JenkinsJob>();
        var open = new Queue<string>([folder ?? ""]);
        for (var visited = 0; open.TryDequeue(out var name) && visited < MostFolders && found.Count < limit; visited++)
        {
            for (var from = 0; found.Count < limit; from += PageSize)
            {
                var range = string.Create(CultureInfo.InvariantCulture, $"{{{from},{from + PageSize}}}");
                var page = await client.Json($"{JenkinsClient.JobPath(name)}api/json?tree=jobs[name,fullName,url,buildable,color]{range}", cancellation).ConfigureAwait(false);
                if (page.IsRefused) return page.Refusal;
                var jobs = (page.Value["jobs"] as JsonArray ?? []).OfType<JsonObject>().ToList();
                foreach (var job in jobs)
                {
                    var read = Read(job, name);
                    if (read.Kind == JenkinsJobKind.Folder) open.Enqueue(read.FullName);
                    if (found.Count < limit) found.Add(read);
                }

                if (jobs.Count < PageSize) break;
            }
        }

        return found;
    }

    public async Task<Outcome<IReadOnlyList<JenkinsBuild>>> Builds(string fullName, int count, CancellationToken cancellation)
    {
        var answer = await client.Json(string.Create(CultureInfo.InvariantCulture, $"{JenkinsClient.JobPath(fullName)}api/json?tree=builds[number,timestamp,duration,result]{{0,{count}}}"), cancellation).ConfigureAwait(false);
        if (answer.IsRefused) return answer.Refusal;
        return (answer.Value["builds"] as JsonArray ?? []).OfType<JsonObject>().Select(build => new JenkinsBuild(
            (int?)build["number"] ?? 0, DateTimeOffset.FromUnixTimeMilliseconds((long?)build["timestamp"] ?? 0), TimeSpan.FromMilliseconds((long?)build["duration"] ?? 0), (string?)build["result"])).ToList();
    }

    public Task<Outcome<string>> Configuration(string fullName, CancellationToken cancellation) => client.Xml($"{JenkinsClient.JobPath(fullName)}config.xml", cancellation);

    public async Task<Outcome<string>> Create(string fullName, string xml, CancellationToken cancellation)
    {
        var existing = await client.Json($"{JenkinsClient.JobPath(fullName)}api/json?tree=name", cancellation).ConfigureAwait(false);
        if (!existing.IsRefused) return Refusal.Conflict($"The job {fullName} exists already.");
        if (existing.Refusal.Kind != RefusalKind.NotFound) return existing.Refusal;
        var slash = fullName.LastIndexOf('/');
        var folder = slash < 0 ? "" : JenkinsClient.JobPath(fullName[..slash]);
        return await client.PostXml($"{folder}createItem?name={Uri.EscapeDataString(fullName[(slash + 1)..])}", xml, cancellation).ConfigureAwait(false);
    }

    private static JenkinsJob Read(JsonObject job, string folder)
    {
        var name = (string?)job["fullName"] ?? (folder.Length > 0 ? folder + "/" : "") + ((string?)job["name"] ?? "");
        var type = (string?)job["_class"] ?? "";
        var kind = type switch
        {
            _ when type.EndsWith("WorkflowMultiBranchProject", StringComparison.Ordinal) => JenkinsJobKind.Multibranch,
            _ when type.EndsWith(".Folder", StringComparison.Ordinal) || type.EndsWith("OrganizationFolder", StringComparison.Ordinal) => JenkinsJobKind.Folder,
            _ when type.EndsWith("WorkflowJob", StringComparison.Ordinal) => JenkinsJobKind.Pipeline,
            _ when type.EndsWith("FreeStyleProject", StringComparison.Ordinal) => JenkinsJobKind.Freestyle,
            _ when type.EndsWith("MavenModuleSet", StringComparison.Ordinal) => JenkinsJobKind.Maven,
            _ when type.EndsWith("MatrixProject", StringComparison.Ordinal) => JenkinsJobKind.Matrix,
            _ => JenkinsJobKind.Other,
        };
        return new JenkinsJob(name, kind, (string?)job["url"] ?? "", (bool?)job["buildable"] ?? true);
    }
}
