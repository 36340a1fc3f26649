using System.Reflection;
using System.Runtime.CompilerServices;
using Agentic.Agents.Operations;

namespace Agentic.Tests.Architecture;

/// <summary>What the compiled assemblies refer to, and how open their types are.</summary>
internal sealed class BoundaryTests
{
    private static readonly Assembly Agents = typeof(Operation).Assembly;
    private static readonly Assembly Persistence = typeof(Agentic.Persistence.PersistenceOptions).Assembly;
    private static readonly Assembly Host = typeof(Agentic.Host.Program).Assembly;

    private static readonly string[] Databases = ["Npgsql", "Microsoft.Data.Sqlite", "linq2db", "Akka.Persistence.Sql", "AWSSDK.DynamoDBv2", "AWSSDK.S3"];

    private static IEnumerable<TestCaseData> Directions =>
    [
        new(Agents, (string[])["Microsoft.AspNetCore", "Agentic.Host", "Agentic.Persistence", .. Databases]),
        new(Persistence, (string[])["Microsoft.AspNetCore", "Agentic.Host"]),
        new(Host, Databases),
    ];

    [TestCaseSource(nameof(Directions))]
    public void Refers_only_inwards(Assembly assembly, string[] forbidden) => Assert.That(Referred(assembly, forbidden), Is.Empty);

    [Test]
    public void Would_notice_a_reference_that_points_outwards() => Assert.That(Referred(Host, ["Agentic.Persistence"]), Is.EqualTo(new[] { "Agentic.Persistence" }));

    [Test]
    public void Closes_every_type() => Assert.That(new[] { Agents, Persistence, Host }.SelectMany(assembly => assembly.GetTypes()).Where(IsOpen).Select(type => type.FullName), Is.Empty);

    [Test]
    public void Would_notice_an_open_type()
    {
        Assert.That(IsOpen(typeof(Unsealed)), Is.True);
        Assert.That(IsOpen(typeof(Published)), Is.True);
    }

    private static IEnumerable<string> Referred(Assembly assembly, string[] forbidden) => assembly.GetReferencedAssemblies()
        .Select(reference => reference.Name!)
        .Where(name => forbidden.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    private static bool IsOpen(Type type)
    {
        // A namespace of ours, since generators put types of their own beside ours.
        if (type.Namespace?.StartsWith("Agentic", StringComparison.Ordinal) != true || type.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || type.Name.StartsWith('<'))
            return false;
        if (type.IsPublic || type.IsNestedPublic && type.DeclaringType!.IsPublic)
            return true;
        // A test may derive from a type of the product to watch it from inside.
        var isBase = type.Assembly.GetTypes().Concat(typeof(BoundaryTests).Assembly.GetTypes()).Any(other => other.BaseType == type || (other.BaseType is { IsGenericType: true } generic && generic.GetGenericTypeDefinition() == type));
        return type is { IsClass: true, IsSealed: false, IsAbstract: false } && !isBase;
    }

    internal class Unsealed;
}

/// <summary>A red sample for the rule about public types.</summary>
public sealed class Published;
