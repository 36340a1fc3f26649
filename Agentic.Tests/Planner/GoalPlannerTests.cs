using System.Text.Json.Nodes;
using Agentic.Agents.Operations;
using Agentic.Agents.Planner;

namespace Agentic.Tests.Planner;

public sealed class GoalPlannerTests
{
    [TestCase("Create a new microservice called user-service with REST API, PostgreSQL, and deploy to staging",
        """{"serviceName":"user-service","database":"postgresql","environment":"staging","apiType":"rest"}""")]
    [TestCase("user-service, Python, REST, PostgreSQL, staging",
        """{"serviceName":"user-service","language":"python","database":"postgresql","environment":"staging","apiType":"rest"}""")]
    [TestCase("I need a Go service named billing without a database for dev", """{"serviceName":"billing","language":"go","database":"none","environment":"dev"}""")]
    [TestCase("please build 'order_intake' in Node.js with dynamo for production", """{"serviceName":"order-intake","language":"nodejs","database":"dynamodb","environment":"production"}""")]
    [TestCase("Set up an inventory service using FastAPI and postgres", """{"serviceName":"inventory-service","language":"python","database":"postgresql"}""")]
    [TestCase("go-cart-service in python", """{"serviceName":"go-cart-service","language":"python"}""")]
    [TestCase("event-driven payments-worker in Golang listening on SQS", """{"serviceName":"payments-worker","language":"go","apiType":"event-driven","messaging":"sqs"}""")]
    public void Reads_what_the_sentence_says_and_nothing_more(string goal, string expected)
    {
        var (parameters, ambiguous) = GoalPlanner.Read(goal);

        Assert.That(parameters.ToJsonString(), Is.EqualTo(expected));
        Assert.That(ambiguous, Is.Empty);
    }

    [Test]
    public void Takes_two_answers_for_one_thing_as_neither()
    {
        var (parameters, ambiguous) = GoalPlanner.Read("Create user-service in Python or Go");

        Assert.That(parameters.ContainsKey("language"), Is.False);
        Assert.That(ambiguous, Is.EqualTo(new[] { "language" }));
    }
}
