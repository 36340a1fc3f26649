using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Agentic.Tests.Integrations;

/// <summary>
/// The part of a Jenkins that a migration speaks to, after its documentation and its source: items with permissions, the tree query with
/// ranges, crumbs bound to a session and waived for API tokens, and its noes with their headers and pages. It lives below /jenkins/.
/// </summary>
internal sealed class JenkinsDouble : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, DoubledUser> _users = new(StringComparer.Ordinal) { ["anonymous"] = new("", "", []) };
    private readonly Dictionary<string, string> _crumbs = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    /// <summary>Items by full name, in the order they were added.</summary>
    public List<DoubledItem> Items { get; } = [];

    public List<string> Requests { get; } = [];

    /// <summary>False: protection against forged requests is switched off.</summary>
    public bool IssuesCrumbs { get; set; } = true;

    /// <summary>Answers in Jenkins' place, for outages and strangers; false lets the double answer.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    public string Url => _app.Urls.First() + "/jenkins/";

    public async Task<JenkinsDouble> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
        await _app.StartAsync();
        return this;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <param name="permissions">As Jenkins shows them, such as Overall/Read and Job/ExtendedRead; all of them where none is given.</param>
    public void AddUser(string name, string token, params string[] permissions) =>
        _users[name] = new DoubledUser(token, $"password of {name}", permissions.Length > 0 ? permissions : ["Overall/Read", "Job/Read", "Job/ExtendedRead", "Job/Create"]);

    public void AllowAnonymous(params string[] permissions) => _users["anonymous"] = new DoubledUser("", "", permissions);

    public DoubledItem Add(string fullName, string type, string xml = "<project/>", params (int Number, DateTimeOffset At, TimeSpan Took)[] builds)
    {
        var item = new DoubledItem(fullName, type, xml, builds);
        Items.Add(item);
        return item;
    }

    private async Task Answer(HttpContext http)
    {
        lock (_lock)
            Requests.Add($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        if (Instead is { } instead && await instead(http))
            return;
        var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
        DoubledAnswer answer;
        lock (_lock)
            answer = Handle(http, body);
        http.Response.Headers["X-Jenkins"] = "2.462.3";
        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Media;
        await http.Response.WriteAsync(answer.Body);
    }

    private DoubledAnswer Handle(HttpContext http, string body)
    {
        var session = http.Request.Cookies["JSESSIONID.1a2b"];
        if (session is null)
        {
            session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
            http.Response.Headers.Append("Set-Cookie", $"JSESSIONID.1a2b={session}; Path=/jenkins; HttpOnly");
        }

        if (Identify(http.Request.Headers.Authorization.ToString()) is not var (name, usesToken) || !_users.TryGetValue(name, out var user))
            return DoubledAnswer.Page(401, "Invalid password/token for user", ("WWW-Authenticate", "Basic realm=\"Jenkins\""));
        if (!http.Request.Path.StartsWithSegments("/jenkins", out var rest))
            return DoubledAnswer.Page(404, "Not Found");
        var path = rest.Value!.TrimStart('/');
        if (path == "whoAmI/api/json")
            return DoubledAnswer.Json(new JsonObject { ["_class"] = "hudson.security.WhoAmI", ["anonymous"] = name == "anonymous", ["authenticated"] = true, ["authorities"] = new JsonArray("authenticated"), ["name"] = name });
        if (!user.Has("Overall/Read"))
            return Missing(name, "hudson.model.Hudson.Read");
        if (path == "crumbIssuer/api/json")
        {
            if (!IssuesCrumbs)
                return DoubledAnswer.Page(404, "Not Found");
            _crumbs[session] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            return DoubledAnswer.Json(new JsonObject { ["_class"] = "hudson.security.csrf.DefaultCrumbIssuer", ["crumb"] = _crumbs[session], ["crumbRequestField"] = "Jenkins-Crumb" });
        }

        if (http.Request.Method == "POST" && IssuesCrumbs && !usesToken && (!_crumbs.TryGetValue(session, out var crumb) || http.Request.Headers["Jenkins-Crumb"] != crumb))
            return DoubledAnswer.Page(403, "HTTP ERROR 403 No valid crumb was included in the request");
        return Route(http, name, user, path, body);
    }

    private DoubledAnswer Route(HttpContext http, string name, DoubledUser user, string path, string body)
    {
        var parts = path.Split('/');
        var at = 0;
        var full = "";
        for (; at + 1 < parts.Length && parts[at] == "job"; at += 2)
            full += (full.Length > 0 ? "/" : "") + Uri.UnescapeDataString(parts[at + 1]);
        var item = full.Length == 0 ? null : Items.FirstOrDefault(known => known.FullName == full);
        if (full.Length > 0 && (item is null || !user.Has("Job/Read")))
            return DoubledAnswer.Page(404, "Not Found");
        return (http.Request.Method, string.Join('/', parts[at..])) switch
        {
            ("GET", "api/json") => Describe(full, item, user, http.Request.Query["tree"].ToString()),
            ("GET", "config.xml") when item is not null => user.Has("Job/ExtendedRead") ? new DoubledAnswer(200, "application/xml", item.Xml) : Missing(name, "hudson.model.Item.ExtendedRead"),
            ("POST", "createItem") => Create(http, full, name, user, body),
            _ => DoubledAnswer.Page(404, "Not Found"),
        };
    }

    private DoubledAnswer Describe(string full, DoubledItem? item, DoubledUser user, string tree)
    {
        var node = item?.Describe(Url) ?? new JsonObject { ["_class"] = "hudson.model.Hudson", ["mode"] = "NORMAL", ["nodeName"] = "" };
        if (item is null or { IsContainer: true })
            node["jobs"] = new JsonArray([.. Items.Where(below => user.Has("Job/Read") && below.Parent == full).Select(below => below.Describe(Url))]);
        if (tree.Length == 0)
            return DoubledAnswer.Json(node);
        return DoubledTree.Apply(node, tree) is { } chosen ? DoubledAnswer.Json(chosen) : DoubledAnswer.Page(400, "Illegal tree: " + tree);
    }

    private DoubledAnswer Create(HttpContext http, string folder, string who, DoubledUser user, string body)
    {
        if (!user.Has("Job/Create"))
            return Missing(who, "hudson.model.Item.Create");
        var name = http.Request.Query["name"].ToString();
        if (name.Length == 0 || name.IndexOfAny(['?', '*', '/', '\\', '%', '!', '@', '#', '$', '^', '&', '|', '<', '>', '[', ']', ':', ';']) >= 0)
            return Error(name.Length == 0 ? "No name is specified" : $"‘{name}’ has an unsafe character");
        if (http.Request.ContentType is not { } media || !(media.StartsWith("application/xml", StringComparison.Ordinal) || media.StartsWith("text/xml", StringComparison.Ordinal)))
            return Error("Unexpected content type");
        var full = folder.Length > 0 ? $"{folder}/{name}" : name;
        if (Items.Any(known => known.FullName == full))
            return Error($"A job already exists with the name ‘{name}’");
        try
        {
            var root = XDocument.Parse(body.Replace("version='1.1'", "version='1.0'", StringComparison.Ordinal)).Root!.Name.LocalName;
            Add(full, root switch { "project" => "hudson.model.FreeStyleProject", "flow-definition" => "org.jenkinsci.plugins.workflow.job.WorkflowJob", _ => "hudson.model.Job" }, body);
            return new DoubledAnswer(200, "text/plain", "");
        }
        catch (System.Xml.XmlException)
        {
            return DoubledAnswer.Page(500, "Oops! A problem occurred while processing the request.");
        }
    }

    /// <summary>Null where the name and secret belong to nobody.</summary>
    private (string Name, bool UsesToken)? Identify(string header)
    {
        if (header.Length == 0)
            return ("anonymous", false);
        if (!header.StartsWith("Basic ", StringComparison.Ordinal))
            return null;
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':', 2);
        return pair is [var name, var secret] && _users.TryGetValue(name, out var user) && (secret == user.Token || secret == user.Password) ? (name, secret == user.Token) : null;
    }

    private static DoubledAnswer Missing(string user, string permission) => DoubledAnswer.Page(
        403, user == "anonymous" ? "Authentication required" : $"{user} is missing a permission",
        ("X-You-Are-Authenticated-As", user), ("X-Required-Permission", permission), ("X-Permission-Implied-By", "hudson.model.Hudson.Administer"));

    private static DoubledAnswer Error(string message) => DoubledAnswer.Page(400, "Error", ("X-Error", message.Replace("‘", "'", StringComparison.Ordinal).Replace("’", "'", StringComparison.Ordinal)));
}

internal sealed record DoubledUser(string Token, string Password, string[] Permissions)
{
    public bool Has(string permission) => Permissions.Contains(permission) || Permissions.Contains("Overall/Administer");
}

internal sealed record DoubledAnswer(int Status, string Media, string Body, params (string Name, string Value)[] Headers)
{
    public static DoubledAnswer Json(JsonNode node) => new(200, "application/json;charset=utf-8", node.ToJsonString());

    public static DoubledAnswer Page(int status, string title, params (string Name, string Value)[] headers) =>
        new(status, "text/html;charset=utf-8", $"<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/><title>{title}</title></head><body>{title}</body></html>", headers);
}

internal sealed record DoubledItem(string FullName, string Type, string Xml, IReadOnlyList<(int Number, DateTimeOffset At, TimeSpan Took)> Builds)
{
    public string Parent => FullName.Contains('/', StringComparison.Ordinal) ? FullName[..FullName.LastIndexOf('/')] : "";

    public bool IsContainer => Type.EndsWith("Folder", StringComparison.Ordinal) || Type.EndsWith("MultiBranchProject", StringComparison.Ordinal);

    public bool IsBuildable { get; init; } = true;

    public JsonObject Describe(string url)
    {
        var name = FullName[(FullName.LastIndexOf('/') + 1)..];
        var node = new JsonObject { ["_class"] = Type, ["name"] = name, ["fullName"] = FullName, ["url"] = url + string.Concat(FullName.Split('/').Select(part => $"job/{Uri.EscapeDataString(part)}/")) };
        if (IsContainer)
            return node;
        node["buildable"] = IsBuildable;
        node["color"] = IsBuildable ? "blue" : "disabled";
        node["builds"] = new JsonArray([.. Builds.Select(build => new JsonObject
        {
            ["_class"] = "hudson.model.FreeStyleBuild", ["number"] = build.Number, ["timestamp"] = build.At.ToUnixTimeMilliseconds(), ["duration"] = (long)build.Took.TotalMilliseconds, ["building"] = build.Took == TimeSpan.Zero, ["result"] = "SUCCESS",
        })]);
        return node;
    }
}

/// <summary>Jenkins' tree query: members in commas, inner members in brackets, a range of a list in braces.</summary>
internal sealed class DoubledTree
{
    private readonly string _text;
    private int _at;

    private DoubledTree(string text) => _text = text;

    /// <summary>Null where the query reads as none.</summary>
    public static JsonNode? Apply(JsonNode node, string tree)
    {
        try
        {
            var reader = new DoubledTree(tree);
            var chosen = reader.Members(node);
            return reader._at == tree.Length ? chosen : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private JsonObject Members(JsonNode node)
    {
        var chosen = new JsonObject();
        if (node["_class"] is { } type)
            chosen["_class"] = type.DeepClone();
        do
        {
            var start = _at;
            while (_at < _text.Length && char.IsAsciiLetterOrDigit(_text[_at]))
                _at++;
            if (start == _at)
                throw new FormatException();
            var (name, inner) = (_text[start.._at], -1);
            if (Take('['))
                inner = _at;
            var value = node[name];
            JsonNode? kept = inner < 0 ? value?.DeepClone() : Inner(value, inner);
            if (Take('{'))
                kept = Range(kept as JsonArray);
            if (kept is not null)
                chosen[name] = kept;
        }
        while (Take(','));
        return chosen;
    }

    private JsonNode? Inner(JsonNode? value, int start)
    {
        var items = value is JsonArray list ? list.OfType<JsonNode>().ToList() : value is null ? [] : [value];
        var chosen = new List<JsonNode>();
        if (items.Count == 0)
            Members(new JsonObject());
        foreach (var item in items)
        {
            _at = start;
            chosen.Add(Members(item));
        }

        if (!Take(']'))
            throw new FormatException();
        return value is JsonArray ? new JsonArray([.. chosen]) : chosen.FirstOrDefault();
    }

    private JsonArray? Range(JsonArray? list)
    {
        var end = _text.IndexOf('}', _at);
        if (end < 0)
            throw new FormatException();
        var parts = _text[_at..end].Split(',');
        _at = end + 1;
        if (parts.Length != 2)
            throw new FormatException();
        var from = parts[0].Length == 0 ? 0 : int.Parse(parts[0], CultureInfo.InvariantCulture);
        var to = parts[1].Length == 0 ? int.MaxValue : int.Parse(parts[1], CultureInfo.InvariantCulture);
        return list is null ? null : new JsonArray([.. list.Skip(from).Take(to - from).Select(item => item!.DeepClone())]);
    }

    private bool Take(char expected)
    {
        if (_at >= _text.Length || _text[_at] != expected)
            return false;
        _at++;
        return true;
    }
}
