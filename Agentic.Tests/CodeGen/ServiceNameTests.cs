using Agentic.Agents.CodeGen;
using Agentic.Tests.Support;

namespace Agentic.Tests.CodeGen;

internal sealed class ServiceNameTests
{
    [TestCase("user-service", "user", "users", "users", "User")]
    [TestCase("order-line-api", "order_line", "order_lines", "order-lines", "OrderLine")]
    [TestCase("categories-service", "category", "categories", "categories", "Category")]
    [TestCase("address-service", "address", "addresses", "addresses", "Address")]
    [TestCase("status-service", "status", "statuses", "statuses", "Status")]
    [TestCase("billing", "billing", "billings", "billings", "Billing")]
    [TestCase("list-service", "list_record", "list_records", "list-records", "ListRecord")]
    [TestCase("orders-service-v2", "orders_service_v2", "orders_service_v2s", "orders-service-v2s", "OrdersServiceV2")]
    public void Spells_what_the_service_keeps(string name, string item, string items, string route, string entity)
    {
        var spelled = ServiceName.Of(name);

        Assert.That((spelled.Item, spelled.Items, spelled.Route, spelled.Entity), Is.EqualTo((item, items, route, entity)));
    }

    [Test]
    public void Spells_any_good_name_as_an_identifier()
    {
        var random = new Random(20240506);
        for (var round = 0; round < 5_000; round++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(2, 41)).Select(_ => "abcsyxz019-"[random.Next(11)])]);
            if (ServiceName.Problem(name) is not null)
                continue;
            var spelled = ServiceName.Of(name);
            Assert.That(spelled.Item, Does.Match("^[a-z][a-z0-9_]*$"), name);
            Assert.That(spelled.Entity, Does.Match("^[A-Z][A-Za-z0-9]*$"), name);
        }
    }
}
