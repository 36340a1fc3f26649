using System.Text;

namespace Agentic.Tests.Policy.Engines;

/// <summary>Breaks a text the way bad input is broken: a character changed, a piece cut, doubled or moved.</summary>
internal static class Mangle
{
    public static void Once(StringBuilder text, Random random, string alphabet)
    {
        if (text.Length == 0)
        {
            return;
        }

        var at = random.Next(text.Length);
        var length = Math.Min(random.Next(1, 40), text.Length - at);

        switch (random.Next(5))
        {
            case 0:
                text[at] = alphabet[random.Next(alphabet.Length)];
                break;
            case 1:
                text.Remove(at, length);
                break;
            case 2:
                text.Insert(at, text.ToString(at, length));
                break;
            case 3:
                text.Insert(random.Next(text.Length), new string(alphabet[random.Next(alphabet.Length)], random.Next(1, 200)));
                break;
            default:
                text.Length = at;
                break;
        }
    }
}
