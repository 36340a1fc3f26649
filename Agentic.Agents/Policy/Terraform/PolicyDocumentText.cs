using Agentic.Agents.Policy.Resources;

namespace Agentic.Agents.Policy.Terraform;

/// <summary>The <c>json</c> of an <c>aws_iam_policy_document</c> data source, as its provider would render it.</summary>
internal static class PolicyDocumentText
{
    public static CloudValue Write(CloudValue document)
    {
        var statements = new List<CloudValue>();
        var open = false;
        foreach (var source in Documents(document, "source_policy_documents", "source_json"))
        {
            open |= !AddFrom(source, statements);
        }

        var own = document.Member("statement");
        open |= own.MayHoldMore;
        foreach (var statement in own.Each())
        {
            statements.Add(Statement(statement));
        }

        foreach (var source in Documents(document, "override_policy_documents", "override_json"))
        {
            open |= !Override(source, statements);
        }

        return JsonText.Write(CloudValue.Of(new Dictionary<string, CloudValue>(StringComparer.Ordinal)
        {
            ["Version"] = document.Member("version") is { IsNull: false } version ? version : CloudValue.Of("2012-10-17"),
            ["Statement"] = CloudValue.Of(statements, open),
        }));
    }

    private static IEnumerable<CloudValue> Documents(CloudValue document, string list, string single)
    {
        var many = document.Member(list);
        if (many.IsUnknown || many.IsOpen)
        {
            yield return CloudValue.Unknown;
        }

        foreach (var each in many.Each())
        {
            yield return each;
        }

        if (document.Member(single) is { IsNull: false } one)
        {
            yield return one;
        }
    }

    private static bool AddFrom(CloudValue source, List<CloudValue> statements)
    {
        if (source.IsEmpty)
        {
            return true;
        }

        var parsed = source.KnownText is { } text ? JsonText.Read(text) : null;
        if (parsed is null)
        {
            return false;
        }

        statements.AddRange(parsed.Member("Statement").Each());
        return !parsed.Member("Statement").MayHoldMore;
    }

    private static bool Override(CloudValue source, List<CloudValue> statements)
    {
        var added = new List<CloudValue>();
        var complete = AddFrom(source, added);
        foreach (var statement in added)
        {
            var sid = statement.Member("Sid").AsText();
            var same = string.IsNullOrEmpty(sid) ? -1 : statements.FindIndex(other => other.Member("Sid").AsText() == sid);
            if (same >= 0)
            {
                statements[same] = statement;
            }
            else
            {
                statements.Add(statement);
            }
        }

        return complete;
    }

    private static CloudValue Statement(CloudValue statement)
    {
        if (statement.IsUnknown)
        {
            return statement;
        }

        var members = new Dictionary<string, CloudValue>(StringComparer.Ordinal)
        {
            ["Effect"] = statement.Member("effect") is { IsNull: false } effect ? effect : CloudValue.Of("Allow"),
        };
        void Copy(string from, string to)
        {
            var value = statement.Member(from);
            if (!value.IsEmpty)
            {
                members[to] = value.Kind == CloudValueKind.List && value.Items.Count == 1 && !value.IsOpen ? value.Items[0] : value;
            }
        }

        Copy("sid", "Sid");
        Copy("actions", "Action");
        Copy("not_actions", "NotAction");
        Copy("resources", "Resource");
        Copy("not_resources", "NotResource");
        Principals(statement.Member("principals"), "Principal", members);
        Principals(statement.Member("not_principals"), "NotPrincipal", members);
        Conditions(statement.Member("condition"), members);
        return CloudValue.Of(members, statement.IsOpen);
    }

    private static void Principals(CloudValue principals, string name, Dictionary<string, CloudValue> members)
    {
        if (principals.IsEmpty)
        {
            return;
        }

        if (principals.IsUnknown)
        {
            members[name] = CloudValue.Unknown;
            return;
        }

        var byType = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        var open = principals.MayHoldMore;
        foreach (var principal in principals.Each())
        {
            var identifiers = principal.Member("identifiers");
            if (principal.Member("type").AsText() is not { } type)
            {
                open = true;
            }
            else if (type == "*" && !identifiers.IsUnknown)
            {
                members[name] = CloudValue.Of("*");
                return;
            }
            else
            {
                var before = byType.TryGetValue(type, out var earlier) ? earlier.Items : [];
                byType[type] = CloudValue.Of([.. before, .. identifiers.Each()], identifiers.MayHoldMore || (earlier?.IsOpen ?? false));
            }
        }

        members[name] = CloudValue.Of(byType, open);
    }

    private static void Conditions(CloudValue conditions, Dictionary<string, CloudValue> members)
    {
        if (conditions.IsEmpty)
        {
            return;
        }

        var tests = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
        var open = conditions.MayHoldMore;
        foreach (var condition in conditions.Each())
        {
            if (condition.Member("test").AsText() is not { } test || condition.Member("variable").AsText() is not { } variable)
            {
                open = true;
                continue;
            }

            var variables = new Dictionary<string, CloudValue>(StringComparer.Ordinal);
            if (tests.TryGetValue(test, out var earlier))
            {
                foreach (var (key, value) in earlier.Members)
                {
                    variables[key] = value;
                }
            }

            variables[variable] = condition.Member("values");
            tests[test] = CloudValue.Of(variables);
        }

        members["Condition"] = CloudValue.Of(tests, open);
    }
}
