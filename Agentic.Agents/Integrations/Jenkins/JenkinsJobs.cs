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

/// <param name="IsComplete">False where there are more jobs than were asked for.</param>
internal sealed record JenkinsJobList(IReadOnlyList<JenkinsJob> Jobs, bool IsComplete);

internal sealed record JenkinsBuild(int Number, DateTimeOffset At, TimeSpan Duration);

/// <summary>Walks the items of a Jenkins, folders included, a bounded page at a time. A multibranch project is one item; its branches are not.</summary>
internal sealed class JenkinsJobs(JenkinsClient client)
{
    private const int PageSize = 100;
    private const int MostFolders = 2000;

    public async Task<Outcome<JenkinsJobList>> List(string? folder, int limit, CancellationToken cancellation)
    {
        var found = new List<JenkinsJob>();
        var open = new Queue<string>([folder ?? ""]);
        for (var visited = 0; open.TryPeek(out var name) && visited < MostFolders && found.Count <= limit; visited++)
        {
            open.Dequeue();
            for (var from = 0; found.Count <= limit; from += PageSize)
            {
                var page = await Page(name, from, cancellation).ConfigureAwait(false);
                // A folder can go, or be closed to the user, while its parent is read.
                if (page.Refusal is { Kind: RefusalKind.NotFound } && visited > 0)
                    break;
                if (page.IsRefused)
                    return page.Refusal;
                foreach (var job in page.Value)
                {
                    if (job.Kind == JenkinsJobKind.Folder)
                        open.Enqueue(job.FullName);
                    found.Add(job);
                }

                if (page.Value.Count < PageSize)
                    break;
            }
        }

        return new JenkinsJobList([.. found.Take(limit)], found.Count <= limit && open.Count == 0);
    }

    /// <summary>The newest builds that have ended; of a multibranch project, those of its branches.</summary>
    public async Task<Outcome<IReadOnlyList<JenkinsBuild>>> Builds(JenkinsJob job, int count, CancellationToken cancellation)
    {
        var wanted = string.Create(CultureInfo.InvariantCulture, $"builds[number,timestamp,duration,building]{{0,{count}}}");
        var answer = await client.Json(JenkinsClient.JobPath(job.FullName), job.Kind == JenkinsJobKind.Multibranch ? $"jobs[{wanted}]{{0,30}}" : wanted, cancellation).ConfigureAwait(false);
        if (answer.IsRefused)
            return answer.Refusal;
        var jobs = job.Kind == JenkinsJobKind.Multibranch ? Objects(answer.Value, "jobs") : [answer.Value];
        return Outcome<IReadOnlyList<JenkinsBuild>>.Of([.. jobs.SelectMany(each => Objects(each, "builds")).Where(build => !Flag(build, "building", false)).Select(build =>
            new JenkinsBuild((int)Number(build, "number"), DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(Number(build, "timestamp"), 0, 253402300799999)), TimeSpan.FromMilliseconds(Math.Clamp(Number(build, "duration"), 0, 31536000000))))]);
    }

    public Task<Outcome<string>> Configuration(string fullName, CancellationToken cancellation) => client.Xml($"{JenkinsClient.JobPath(fullName)}config.xml", cancellation);

    /// <summary>The address of the new job, as Jenkins tells it afterwards.</summary>
    public async Task<Outcome<string>> Create(string fullName, string xml, CancellationToken cancellation)
    {
        var existing = await client.Json(JenkinsClient.JobPath(fullName), "name", cancellation).ConfigureAwait(false);
        if (!existing.IsRefused)
            return Refusal.Conflict($"The job {fullName} exists already.");
        if (existing.Refusal.Kind != RefusalKind.NotFound)
            return existing.Refusal;
        var slash = fullName.LastIndexOf('/');
        var folder = slash < 0 ? "" : JenkinsClient.JobPath(fullName[..slash]);
        var sent = await client.PostXml($"{folder}createItem?name={Uri.EscapeDataString(fullName[(slash + 1)..])}", xml, cancellation).ConfigureAwait(false);
        if (sent.Refusal is { Kind: RefusalKind.NotFound } && slash >= 0)
            return Refusal.NotFound($"There is no folder {fullName[..slash]} in which the user may create jobs.");
        if (sent.IsRefused)
            return sent.Refusal;
        // Said to be there only once it was seen there.
        var made = await client.Json(JenkinsClient.JobPath(fullName), "url", cancellation).ConfigureAwait(false);
        return made.IsRefused
            ? Refusal.Unavailable($"Jenkins accepted the job {fullName}, but it cannot be seen: {made.Refusal.Reason}")
            : (string?)made.Value["url"] ?? "";
    }

    private async Task<Outcome<IReadOnlyList<JenkinsJob>>> Page(string folder, int from, CancellationToken cancellation)
    {
        var tree = string.Create(CultureInfo.InvariantCulture, $"jobs[name,fullName,url,buildable,disabled]{{{from},{from + PageSize}}}");
        var answer = await client.Json(JenkinsClient.JobPath(folder), tree, cancellation).ConfigureAwait(false);
        return answer.IsRefused ? answer.Refusal : Outcome<IReadOnlyList<JenkinsJob>>.Of([.. Objects(answer.Value, "jobs").Select(job => Read(job, folder))]);
    }

    private static JenkinsJob Read(JsonNode job, string folder)
    {
        var name = Text(job, "fullName") ?? (folder.Length > 0 ? folder + "/" : "") + Text(job, "name");
        var type = Text(job, "_class") ?? "";
        var kind = type[(type.LastIndexOf('.') + 1)..] switch
        {
            "WorkflowMultiBranchProject" => JenkinsJobKind.Multibranch,
            "Folder" or "OrganizationFolder" => JenkinsJobKind.Folder,
            "WorkflowJob" => JenkinsJobKind.Pipeline,
            "FreeStyleProject" => JenkinsJobKind.Freestyle,
            "MavenModuleSet" => JenkinsJobKind.Maven,
            "MatrixProject" => JenkinsJobKind.Matrix,
            _ => JenkinsJobKind.Other,
        };
        // What Jenkins calls buildable is false for folders, which are no less enabled for it.
        var enabled = kind is JenkinsJobKind.Folder or JenkinsJobKind.Multibranch ? !Flag(job, "disabled", false) : Flag(job, "buildable", true);
        return new JenkinsJob(name, kind, Text(job, "url") ?? "", enabled);
    }

    private static IEnumerable<JsonNode> Objects(JsonNode node, string member) => (node[member] as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode node, string member) => node[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool Flag(JsonNode node, string member, bool otherwise) => node[member] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    private static long Number(JsonNode node, string member) => node[member] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;
}
