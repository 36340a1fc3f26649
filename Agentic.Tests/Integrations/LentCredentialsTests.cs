using Agentic.Agents.Integrations;
using Agentic.Agents.Operations;
using Agentic.Tests.Support;

namespace Agentic.Tests.Integrations;

/// <summary>Credentials of a request that must not be journalled.</summary>
internal sealed class LentCredentialsTests
{
    private static readonly LentServer Server = new("https://jenkins.example.com/", "ann", "the-token");
    private static readonly Caller Ann = new("ann", [Scope.Operate]);

    private readonly MovableTime _time = new();

    [Test]
    public void Gives_them_back_to_the_caller_who_brought_them_and_to_nobody_else()
    {
        var lent = new LentCredentials(_time);
        var name = lent.Lend(Server, Ann);

        Assert.That(lent.Find(name, Ann).Value, Is.EqualTo(Server));
        Assert.That(lent.Find(name, new Caller("ben", [Scope.Admin])).Refusal!.Kind, Is.EqualTo(RefusalKind.Unprocessable));
        Assert.That(LentCredentials.IsLent(name), Is.True);
        Assert.That(name, Does.Not.Contain("the-token").And.Not.Contain("ann"));
    }

    [Test]
    public void Names_the_same_credentials_the_same_so_that_a_repeated_request_is_known()
    {
        var lent = new LentCredentials(_time);
        var name = lent.Lend(Server, Ann);

        Assert.That(lent.Lend(Server, Ann), Is.EqualTo(name));
        Assert.That(lent.Lend(Server with { Token = "another" }, Ann), Is.Not.EqualTo(name));
        Assert.That(lent.Lend(Server, new Caller("ben", [Scope.Operate])), Is.Not.EqualTo(name));
        Assert.That(new LentCredentials(_time).Lend(Server, Ann), Is.Not.EqualTo(name), "a name tells nothing outside this process");
    }

    [Test]
    public void Forgets_them_after_two_hours_and_says_so()
    {
        var lent = new LentCredentials(_time);
        var name = lent.Lend(Server, Ann);
        _time.Move(TimeSpan.FromHours(3));

        Assert.That(lent.Find(name, Ann).Refusal!.Reason, Does.Contain("Send the request again, or configure a connection"));
    }
}
