using System.Text.Json;
using System.Text.RegularExpressions;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Architecture;

/// <summary>Every operation of the real host is fit to be shown to a person and to a model.</summary>
internal sealed partial class CatalogueTests
{
    private static readonly string[] Agents = ["planner", "codegen", "deployment", "policy", "remediation", "chatbot", "migration", "observability", "platform"];

    private AgenticHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await AgenticHost.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public void Every_operation_is_sound() => Assert.That(_host.Get<OperationCatalogue>().All.SelectMany(Problems), Is.Empty);

    [Test]
    public void Would_notice_an_operation_that_is_not()
    {
        var unsound = Operation.Define<Asked, Nothing>("ask_twice", "nobody", Effect.Changes, Mode.Immediate, "Asks a question in a test.", (_, _, _) => Task.FromResult<Outcome<Nothing>>(new Nothing()))
            with { Route = Route.Get("/asked/{unknown}"), Example = new Asked("NO") };

        Assert.That(Problems(unsound), Is.EqualTo(new[]
        {
            "ask_twice: 'nobody' is no agent",
            "ask_twice: the path names 'unknown', which is no member",
            "ask_twice: a GET must not change anything",
            "ask_twice: its example is refused: The input has an error: 'question' must match ^[a-z]+$.",
        }));
    }

    [Test]
    public void Stops_the_start_for_a_duplicate_or_an_undescribed_member()
    {
        var twice = Operation.Define<Nothing, Nothing>("do_nothing", "platform", Effect.Reads, Mode.Immediate, "Does nothing at all in a test.", (nothing, _, _) => Task.FromResult<Outcome<Nothing>>(nothing));
        var undescribed = Operation.Define<Silent, Nothing>("be_silent", "platform", Effect.Reads, Mode.Immediate, "Says nothing about its member.", (_, _, _) => Task.FromResult<Outcome<Nothing>>(new Nothing()));

        Assert.That(() => new OperationCatalogue([new Source(twice, twice)]), Throws.InvalidOperationException.With.Message.Contains("do_nothing: defined 2 times."));
        Assert.That(() => new OperationCatalogue([new Source(undescribed)]), Throws.InvalidOperationException.With.Message.Contains("has no description"));
    }

    private static IEnumerable<string> Problems(Operation operation)
    {
        if (!Agents.Contains(operation.Agent))
            yield return $"{operation.Name}: '{operation.Agent}' is no agent";
        if (operation.Schema.Undescribed.Count > 0)
            yield return $"{operation.Name}: {operation.Schema.Undescribed[0]} has no description";
        if (operation.Route is { } route)
        {
            foreach (var member in Named().Matches(route.Template).Select(match => match.Groups[1].Value).Where(member => !operation.Schema.HasMember(member)))
                yield return $"{operation.Name}: the path names '{member}', which is no member";
            if (route.Method == "GET" && operation.Effect != Effect.Reads)
                yield return $"{operation.Name}: a GET must not change anything";
        }

        if (operation.Example is { } example && operation.Schema.Read(JsonSerializer.SerializeToElement(example, example.GetType(), AgenticJson.Options)) is { IsRefused: true } refused)
            yield return $"{operation.Name}: its example is refused: {refused.Refusal.Reason}";
    }

    [GeneratedRegex(@"\{\**([A-Za-z]+)[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    private sealed record Asked([property: System.ComponentModel.Description("What to ask."), System.ComponentModel.DataAnnotations.RegularExpression("^[a-z]+$")] string Question);

    private sealed record Silent(string Member);

    private sealed class Source(params Operation[] operations) : IOperationSource
    {
        public IEnumerable<Operation> Operations => operations;
    }
}
