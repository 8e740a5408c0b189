using System.Globalization;
using System.Text;
using System.Xml;
using SecondLook.Reports.Verdicts;

namespace SecondLook.Reports.Pooling;

/// <summary>A comparison as JUnit XML, for systems that show test results: the verdict, skipped where the trace does not tell; the word of each policy, skipped where the
/// runs differ in it; and each threshold of each run.</summary>
public static class PooledJUnit
{
    /// <summary>The document.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="thresholds">Thresholds of the runs: name, and why it is violated; null where it holds.</param>
    public static string Of(PooledComparison comparison, IReadOnlyList<(string Run, string Name, string? Violation)> thresholds)
    {
        bool told = comparison.Status is VerdictStatus.Supported;
        StringBuilder text = new();
        using (XmlWriter xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true, CheckCharacters = false }))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", "secondlook compare");
            xml.WriteAttributeString("tests", (thresholds.Count + comparison.Words.Count + 1).ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("failures", thresholds.Count(t => t.Violation is not null).ToString(CultureInfo.InvariantCulture));
            xml.WriteAttributeString("skipped", ((told ? 0 : 1) + comparison.Words.Count(w => w.Flips)).ToString(CultureInfo.InvariantCulture));
            Case(xml, "verdict", $"{comparison.A} against {comparison.B}", told ? null : ("skipped", PooledText.Verdict(comparison) + ". " + comparison.Why));
            foreach (VerdictWords words in comparison.Words)
            {
                Case(xml, "verdict of every run", $"{words.Policy} against {words.Against}", words.Flips ? ("skipped", PooledText.WordsOf(comparison, words)) : null);
            }
            foreach ((string run, string name, string? violation) in thresholds)
            {
                Case(xml, "threshold " + run, name, violation is null ? null : ("failure", violation));
            }
            xml.WriteEndElement();
        }
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n";
    }

    private static void Case(XmlWriter xml, string suite, string name, (string Element, string Message)? outcome)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Clean(suite));
        xml.WriteAttributeString("name", Clean(name));
        if (outcome is { } why)
        {
            xml.WriteStartElement(why.Element);
            xml.WriteAttributeString("message", Clean(why.Message));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    // Names come from job files; XML has no way to write a control character.
    private static string Clean(string text) => string.Concat(text.Where(XmlConvert.IsXmlChar));
}
