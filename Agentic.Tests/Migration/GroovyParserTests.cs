using Agentic.Agents.Migration.Groovy;
using Assert = NUnit.Framework.Assert;

namespace Agentic.Tests.Migration;

internal sealed class GroovyParserTests
{
    private static Expr Single(string text)
    {
        var script = GroovyParser.Parse(text);
        Assert.That(script.Problems, Is.Empty);
        return ((ExpressionStmt)script.Statements.Single()).Expression;
    }

    [Test]
    public void Reads_a_command_without_parentheses_as_a_call()
    {
        var call = (Call)Single("sh script: 'make', returnStdout: true");

        Assert.Multiple(() =>
        {
            Assert.That(call.StepName, Is.EqualTo("sh"));
            Assert.That(((Text)call.Named("script")!).Constant, Is.EqualTo("make"));
            Assert.That(((Literal)call.Named("returnStdout")!).Value, Is.True);
        });
    }

    [TestCase("'a\\'b'", "a'b")]
    [TestCase("\"a\\$b\"", "a$b")]
    [TestCase("'''\n x\n'''", "\n x\n")]
    [TestCase("\"\"\"a \"quoted\" b\"\"\"", "a \"quoted\" b")]
    [TestCase("'tab\\tend'", "tab\tend")]
    [TestCase("'\\u0041'", "A")]
    [TestCase("$/a/b$$c/$", "a/b$c")]
    public void Reads_the_characters_of_every_quoting(string source, string expected)
    {
        Assert.That(((Text)((Call)Single("x(" + source + ")")).Arguments[0].Value).Constant, Is.EqualTo(expected));
    }

    [Test]
    public void Keeps_interpolated_expressions_apart_from_literal_text()
    {
        var text = (Text)((Call)Single("echo \"a ${env.B} $c.d!\"")).Arguments[0].Value;

        Assert.That(text.Parts.Select(part => part.Value ?? part.Expression!.GetType().Name), Is.EqualTo(new[] { "a ", "Member", " ", "Member", "!" }));
    }

    [Test]
    public void Gives_every_node_the_exact_characters_it_came_from()
    {
        const string source = "node {\n  sh 'make'  // build\n}";
        var script = GroovyParser.Parse(source);
        var command = SyntaxWalk.All(script.Statements).OfType<Call>().Single(call => call.StepName == "sh");

        Assert.Multiple(() =>
        {
            Assert.That(script.Source.Slice(command.Span), Is.EqualTo("sh 'make'"));
            Assert.That(script.Source.PositionOf(command.Span.Start), Is.EqualTo(new Position(2, 3)));
            Assert.That(script.Source.Slice(script.Comments.Single()), Is.EqualTo("// build"));
        });
    }

    [Test]
    public void Reads_control_flow_methods_classes_and_annotations()
    {
        var script = GroovyParser.Parse("""
            @Library('a') _
            import x.Y
            @NonCPS
            def names(List<String> a, int b = 2) { return a.collect { it.name }.join(',') }
            class Box { String a; Box(String a) { this.a = a } }
            enum Color { RED, GREEN }
            def (left, right) = [1, 2]
            for (int i = 0; i < 3; i++) { echo "${i}" }
            for (x in 1..3) echo x
            while (!done) { sleep 1 }
            switch (b) { case 'x': echo 'x'; break
              default: echo 'y' }
            try { a() } catch (IOException | Exception e) { throw e } finally { c() }
            def m = [a: 1, 'b-c': [1, 2], (k): { -> 3 }]
            x = cond ? y : z ?: w
            foo?.bar*.baz
            """);

        Assert.That(script.Problems.Select(problem => problem.Message), Is.Empty);
        Assert.That(script.Statements.Select(statement => statement.GetType().Name), Is.EqualTo(new[]
        {
            "Annotation", "Import", "Method", "ClassDeclaration", "ClassDeclaration", "Declaration", "ForClassic", "ForIn", "While", "Switch", "Try", "Declaration", "ExpressionStmt", "ExpressionStmt",
        }));
    }

    [TestCase("sh 'make", "the text opened with ' is not closed on its line", 1, 4)]
    [TestCase("node {\n  sh 'a'\n", "expecting '}', found the end of the file: this '{' is never closed", 1, 6)]
    [TestCase("a = (1 + \n", "unexpected end of the file", 2, 1)]
    [TestCase("}", "unexpected '}': nothing is open here", 1, 1)]
    public void Says_what_is_wrong_and_where(string source, string message, int line, int column)
    {
        var script = GroovyParser.Parse(source);

        Assert.That(script.Problems.Select(problem => (problem.Message, script.Source.PositionOf(problem.Span.Start))), Does.Contain((message, new Position(line, column))));
    }

    [TestCase("sh(script: 'make', , returnStdout: true)")]
    [TestCase("n = count / ${PARTS}")]
    public void Reads_what_Groovy_overlooks(string source) => Assert.That(GroovyParser.Parse(source).Problems, Is.Empty);

    [Test]
    public void Goes_on_after_a_statement_it_cannot_read()
    {
        var script = GroovyParser.Parse("a ) b\nsh 'make'\n");

        Assert.That(script.Problems, Is.Not.Empty);
        Assert.That(SyntaxWalk.All(script.Statements).OfType<Call>().Any(call => call.StepName == "sh"), Is.True);
    }

    [TestCase('(', ')')]
    [TestCase('[', ']')]
    [TestCase('{', '}')]
    [TestCase('!', ' ')]
    public void Bounds_how_deep_it_goes(char open, char close)
    {
        var source = "x = " + new string(open, 20000) + "1" + new string(close, 20000);

        Assert.That(GroovyParser.Parse(source).Problems.Select(problem => problem.Message), Does.Contain("nested deeper than 160 levels"));
    }
}
