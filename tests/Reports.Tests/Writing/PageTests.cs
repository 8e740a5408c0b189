using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests.Writing;

public sealed partial class PageTests
{
    public static TheoryData<string> Names => [.. FixtureRuns.All.Select(o => o.Name)];

    [Fact]
    public void Page_WithHostileStrings_EscapesEveryOne()
    {
        FixtureRun run = SharedRuns.Of("hostile");
        foreach (string file in Directory.GetFiles(run.Folder.Report, "*", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            if (file.EndsWith(".html", StringComparison.Ordinal) || file.EndsWith(".svg", StringComparison.Ordinal))
            {
                Assert.DoesNotContain("<script", text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain('\u0001', text);
            }
        }
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;", run.Read("index.html"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_OfAnyRun_LoadsNothingAndNamesNoPath(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        string html = run.Read("index.html");
        Assert.DoesNotMatch(Outside(), html);
        Assert.DoesNotContain("/somewhere/", html, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), html, StringComparison.Ordinal);
        // Every fragment link has its place, every id is given once.
        string[] ids = [.. Ids().Matches(html).Select(m => m.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(Links().Matches(html).Select(m => m.Groups[1].Value), link => Assert.Contains(link, ids));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Drawings_OfAnyRun_AreWellFormedAndStandAlone(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        foreach (string file in Directory.GetFiles(Path.Combine(run.Folder.Report, "figures"), "*.svg"))
        {
            XmlDocument svg = new();
            svg.Load(file);
            Assert.Equal("svg", svg.DocumentElement!.Name);
            Assert.Equal("http://www.w3.org/2000/svg", svg.DocumentElement.NamespaceURI);
            Assert.Equal("img", svg.DocumentElement.GetAttribute("role"));
            Assert.Contains("prefers-color-scheme:dark", svg.InnerXml, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", svg.InnerXml, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Mail_OfAnyRun_IsAsciiOf72Columns(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        string mail = run.Read("summary.txt");
        Assert.All(mail.Split('\n'), line => Assert.InRange(line.Length, 0, 72));
        Assert.All(mail, c => Assert.True(c is '\n' or (>= ' ' and <= '~')));
        Assert.Contains("VERDICT", mail, StringComparison.Ordinal);
        Assert.Contains("secondlook run " + name, mail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Json_OfAnyRun_HasSortedKeysAndThePageSentence(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        using JsonDocument json = JsonDocument.Parse(run.Read("summary.json"));
        CheckOrder(json.RootElement);
        Assert.Equal("summary/1.0", json.RootElement.GetProperty("schema").GetString());
        string sentence = json.RootElement.GetProperty("verdict").GetProperty("sentence").GetString()!;
        Assert.Matches("[0-9]", sentence);
        string flat = string.Join(' ', run.Read("summary.txt").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(sentence, flat, StringComparison.Ordinal);
    }

    private static void CheckOrder(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            string[] keys = [.. element.EnumerateObject().Select(p => p.Name)];
            Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
            foreach (JsonProperty property in element.EnumerateObject())
            {
                CheckOrder(property.Value);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                CheckOrder(item);
            }
        }
    }

    [GeneratedRegex("""(src|data|poster)\s*=|@import|url\(|href="(?!#)|<(link|iframe|object|embed|img|script)""", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [GeneratedRegex("""\sid="([^"]+)""")]
    private static partial Regex Ids();

    [GeneratedRegex("""href="#([^"]+)""")]
    private static partial Regex Links();
}
