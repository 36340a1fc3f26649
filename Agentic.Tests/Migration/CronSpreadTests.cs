using Agentic.Agents.Migration.Conversion;

namespace Agentic.Tests.Migration;

internal sealed class CronSpreadTests
{
    [TestCase("0 3 * * 1-5", "0 3 * * 1-5")]
    [TestCase("# comment\n\n5 4 * * 7", "5 4 * * 0")]
    [TestCase("60 minutes", null)]
    [TestCase("H/0 * * * *", null)]
    public void Reads_plain_schedules(string spec, string? expected) => Assert.That(CronSpread.Translate(spec, "demo").Single().Cron, Is.EqualTo(expected));

    [Test]
    public void Puts_H_inside_its_range_and_always_at_the_same_place()
    {
        for (var number = 0; number < 200; number++)
        {
            var project = "project-" + number;
            var fields = CronSpread.Translate("H H(0-7) H * H", project).Single().Cron!.Split(' ');

            Assert.Multiple(() =>
            {
                Assert.That(int.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(0, 59));
                Assert.That(int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(0, 7));
                Assert.That(int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture), Is.InRange(1, 28));
                Assert.That(CronSpread.Translate("H H(0-7) H * H", project).Single().Cron!.Split(' '), Is.EqualTo(fields));
            });
        }
    }

    [Test]
    public void Spreads_projects_over_the_hour()
    {
        var minutes = Enumerable.Range(0, 300).Select(number => CronSpread.Translate("H * * * *", "p" + number).Single().Cron!.Split(' ')[0]).Distinct().Count();

        Assert.That(minutes, Is.GreaterThan(45));
    }

    [Test]
    public void Writes_a_step_of_H_as_a_list_of_equal_distances()
    {
        var minutes = CronSpread.Translate("H/15 * * * *", "demo").Single().Cron!.Split(' ')[0].Split(',').Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToList();

        Assert.That(minutes, Has.Count.EqualTo(4));
        Assert.That(minutes.Skip(1).Select((minute, index) => minute - minutes[index]), Is.All.EqualTo(15));
    }

    [Test]
    public void Keeps_time_zone_and_parameters_of_a_line_for_the_report()
    {
        var line = CronSpread.Translate("TZ=Europe/Berlin\n0 5 * * * %TARGET=prod", "demo").Single();

        Assert.That((line.Cron, line.TimeZone, line.Parameters), Is.EqualTo(("0 5 * * *", "Europe/Berlin", "TARGET=prod")));
    }
}
