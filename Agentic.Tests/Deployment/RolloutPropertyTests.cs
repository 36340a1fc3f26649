using System.Text.Json;
using Agentic.Agents.Deployment;
using Agentic.Agents.Deployment.Analysis;

namespace Agentic.Tests.Deployment;

/// <summary>Random commands, reports and crashes against a model of the world: what must hold whatever happens.</summary>
public class RolloutPropertyTests
{
    [Test]
    public void Keeps_its_promises_over_random_sequences([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var a = new ARollout();
        var serving = new Dictionary<string, int>();
        for (var i = 0; i < 600; i++)
        {
            a.Now += TimeSpan.FromSeconds(random.Next(0, 90));
            var endedBefore = a.Lanes.Rollouts.Values.Where(rollout => rollout.IsOver).ToList();
            var active = a.Lanes.Lane(ARollout.Key).Active;
            if (active is null || random.Next(12) == 0)
            {
                a.Tell(AnyStart(random, i, a.Lanes));
            }
            else
            {
                Drive(a, active, random, serving);
            }

            foreach (var ended in endedBefore)
            {
                Assert.That(a.Lanes.Rollouts.GetValueOrDefault(ended.Id, ended), Is.SameAs(ended), "what has ended does not change");
            }

            foreach (var rollout in a.Lanes.Rollouts.Values)
            {
                Assert.That(rollout.Shares.Sum(share => share.Weight), Is.AnyOf(0, 100));
                Assert.That(rollout.Stable is null || rollout.Shares.Count > 0, "with a stable version somebody always serves");
            }
        }

        Assert.That(a.Lanes.Rollouts.Values.Count(rollout => rollout.IsOver), Is.GreaterThan(3), "the sequences reach ends");
        var replayed = a.Events.Aggregate(new Lanes(), (lanes, e) => lanes.Apply(e));
        Assert.That(Json(replayed), Is.EqualTo(Json(a.Lanes)));
    }

    private static void Drive(ARollout a, string id, Random random, Dictionary<string, int> serving)
    {
        var rollout = a[id];
        var stale = random.Next(10) == 0 ? rollout.Run - 1 : rollout.Run;
        switch (random.Next(14))
        {
            case 0: a.Tell(new PauseRollout(id, "ana", "wait")); break;
            case 1: a.Tell(new ResumeRollout(id, "ana")); break;
            case 2: a.Tell(new PromoteRollout(id, "ana")); break;
            case 3 when random.Next(6) == 0: a.Tell(new AbortRollout(id, "ana", "stop")); break;
            case 4: a.Tell(new SetWeight(id, random.Next(-5, 120), "ana")); break;
            case 5: a.Tell(new Tick(id)); break;
            case 6 when random.Next(3) == 0:
                // A failed shift may have happened all the same: the world is then at either weight.
                if (rollout.Effect == RolloutEffect.Shift && random.Next(2) == 0)
                {
                    Serve(serving, rollout);
                }

                a.Tell(new ReportFailure(id, stale, "broken", random.Next(2) == 0));
                break;
            case < 10 when rollout.Effect == RolloutEffect.Observe:
                var requests = random.Next(0, 2000);
                a.Tell(new ReportMeasured(id, stale, ARollout.Traffic(requests, random.Next(5) == 0 ? requests / 3 : 0)));
                break;
            default:
                Act(rollout, serving);
                a.Tell(new ReportDone(id, stale));
                break;
        }
    }

    private static void Act(Rollout rollout, Dictionary<string, int> serving)
    {
        switch (rollout.Effect)
        {
            case RolloutEffect.Shift:
                Serve(serving, rollout);
                break;
            case RolloutEffect.Retire:
                Assert.That(serving.GetValueOrDefault(rollout.Stable?.Version ?? ""), Is.Zero, "the stable version is removed only without traffic");
                break;
            case RolloutEffect.Remove:
                Assert.That(serving.GetValueOrDefault(rollout.Request.Candidate.Version), Is.Zero, "the candidate is removed only without traffic");
                break;
        }
    }

    private static void Serve(Dictionary<string, int> serving, Rollout rollout)
    {
        serving.Clear();
        foreach (var share in rollout.Shares)
        {
            serving[share.Revision.Version] = share.Weight;
        }
    }

    private static IDeploymentCommand AnyStart(Random random, int i, Lanes lanes)
    {
        var strategy = (Strategy)random.Next(3);
        var plan = RolloutPlan.For(strategy) with { Gates = ARollout.ErrorGate, WhenInconclusive = (WhenInconclusive)random.Next(3) };
        var over = lanes.Rollouts.Keys.Order(StringComparer.Ordinal).ToList();
        return over.Count > 0 && random.Next(4) == 0
            ? new RollBack(over[random.Next(over.Count)], $"dep-{i}", null, "ana", "bad", plan, null)
            : new StartRollout($"dep-{i}", ARollout.Request($"v{random.Next(30)}", plan: plan), random.Next(2) == 0);
    }

    private static string Json(Lanes lanes) => JsonSerializer.Serialize(new
    {
        Lanes = lanes.All.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal).Select(entry => entry.Value),
        Rollouts = lanes.Rollouts.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value),
    });
}
