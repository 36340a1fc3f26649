namespace Agentic.Agents.Policy.Dockerfiles;

/// <summary>
/// Where in a script its reader stands. In <c>[[ ]]</c> and in the pattern of a case branch, a bar is an "or" and a
/// parenthesis a group: neither ends a command there.
/// </summary>
internal sealed class ShellPlace
{
    private readonly Stack<int> _cases = new();
    private bool _isCaseHead;
    private int _open;

    /// <summary>Between <c>[[</c> and <c>]]</c>.</summary>
    public bool IsTest { get; private set; }

    /// <summary>Before the parenthesis that ends the pattern of a case branch.</summary>
    public bool IsPattern { get; private set; }

    /// <param name="word">The word as it stands.</param>
    /// <param name="isFirst">True where a command may begin.</param>
    public void Word(string word, bool isFirst)
    {
        switch (word)
        {
            case "[[" when isFirst && !IsPattern:
                IsTest = true;
                break;
            case "]]":
                IsTest = false;
                break;
            case "case" when isFirst && !IsPattern && !IsTest:
                _isCaseHead = true;
                break;
            case "in" when _isCaseHead:
                _isCaseHead = false;
                _cases.Push(_open);
                IsPattern = true;
                break;
            case "esac" when isFirst && _cases.Count > 0:
                _open = _cases.Pop();
                IsPattern = false;
                break;
        }
    }

    /// <summary>Takes an operator; false where the words before it are a pattern and no command.</summary>
    public bool EndsCommand(string operation)
    {
        var isCommand = !IsPattern;

        switch (operation)
        {
            case "(" when !IsPattern:
                _open++;
                break;
            case ")" when IsPattern:
                IsPattern = false;
                break;
            case ")" when _open > (_cases.Count > 0 ? _cases.Peek() : 0):
                _open--;
                break;
            case ")":
                isCommand = false;
                break;
            case ";;":
                IsPattern = _cases.Count > 0;
                break;
        }

        return isCommand;
    }
}
