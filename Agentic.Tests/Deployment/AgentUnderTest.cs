using Akka.Actor;
using Akka.Configuration;
using Agentic.Agents.Deployment;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Deployment;

/// <summary>The deployment agent in an actor system of its own over a journal that outlives it, so that a crash can be played.</summary>
internal sealed class AgentUnderTest : IAsyncDisposable
{
    private static int _journals;

    private readonly RolloutPorts _ports;
    private readonly string _journal;
    private ActorSystem _system = null!;

    public AgentUnderTest(RolloutPorts ports, string? journal = null)
    {
        _ports = ports;
        _journal = journal ?? $"j{Interlocked.Increment(ref _journals)}";
        Start();
    }

    public IActorRef Ref { get; private set; } = null!;

    public void Start()
    {
        _system = ActorSystem.Create("test", ConfigurationFactory.ParseString($$"""
            akka.loglevel = WARNING
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.persistence.journal.plugin = "akka.persistence.journal.{{_journal}}"
            akka.persistence.journal.{{_journal}} {
              class = "Agentic.Tests.Deployment.KeptJournal, Agentic.Tests"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              journal-name = "{{_journal}}"
            }
            akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
            """));
        Ref = _system.ActorOf(Props.CreateBy(new DeploymentAgentProducer(_ports)), "deployment");
    }

    /// <summary>What kill -9 does to the agent: no message more, no hook; what is journalled is all that is left.</summary>
    public async Task Crash() => await _system.Terminate();

    public async Task<object> Ask(object message) => await Ref.Ask<object>(message, TimeSpan.FromSeconds(20));

    public async Task<Rollout> Deploy(string id, RolloutRequest request)
    {
        var answer = await Ask(new Tell(new StartRollout(id, request, false)));
        return answer as Rollout ?? throw new AssertionException(((Refusal)answer).Reason);
    }

    public async Task<Rollout> Get(string id) => (Rollout)await Ask(new GetRollout(id));

    public async Task<Rollout> Until(string id, Func<Rollout, bool> isSo, int seconds = 30)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var rollout = await Get(id);
            if (isSo(rollout))
            {
                return rollout;
            }

            if (TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(seconds))
            {
                throw new AssertionException($"{id} is {rollout.Phase} at {rollout.Weight} %: {rollout.Reason}\n" + string.Join('\n', rollout.Timeline.Select(entry => $"{entry.At:T} {entry.What}")));
            }

            await Task.Delay(5);
        }
    }

    public Task<Rollout> End(string id, int seconds = 30) => Until(id, rollout => rollout.IsOver, seconds);

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
