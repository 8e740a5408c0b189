using System.Globalization;
using System.Text;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tests;

/// <summary>Numbers inside messages.</summary>
public sealed class FieldCursorTests
{
    [Fact]
    public void ParseHex16_RandomDigits_EqualsTheSlowTwin()
    {
        Xoshiro256 random = new(7, "test.hex");
        byte[] text = new byte[40];
        for (int i = 0; i < 200_000; i++)
        {
            int digits = (int)random.NextBelow(19);
            for (int k = 0; k < text.Length; k++)
            {
                text[k] = k < digits ? "0123456789abcdefABCDEF"u8[(int)random.NextBelow(22)] : (byte)random.NextBelow(256);
            }
            int slowLength = FieldCursor.ParseHexSlow(text, out ulong slow);
            int fastLength = FieldCursor.ParseHex16(text, out ulong fast);
            Assert.Equal(slowLength, fastLength);
            if (slowLength > 0)
            {
                Assert.Equal(slow, fast);
            }
        }
    }

    [Theory]
    [InlineData("0x007f3a40001000", 0x7f3a40001000)]
    [InlineData("0X7F", 0x7f)]
    [InlineData("0", 0)]
    [InlineData("ffffffffffffffff", 0xffffffffffffffff)]
    [InlineData("0000000000000000000000000000001f", 0x1f)]
    public void TryHex_KnownForms_GiveTheValue(string text, ulong expected)
    {
        FieldCursor cursor = new(Encoding.ASCII.GetBytes(text));
        Assert.True(cursor.TryHex(out ulong value));
        Assert.Equal(expected, value);
        Assert.True(cursor.Rest.IsEmpty);
    }

    [Theory]
    [InlineData("1ffffffffffffffff")]
    [InlineData("-1")]
    public void TryHex_MoreThan64BitsOrASign_IsABadNumber(string text)
    {
        FieldCursor cursor = new(Encoding.ASCII.GetBytes(text));
        Assert.False(cursor.TryHex(out _));
        Assert.True(cursor.BadNumber);
    }

    [Theory]
    [InlineData("18446744073709551615", true)]
    [InlineData("18446744073709551616", false)]
    [InlineData("99999999999999999999", false)]
    public void TryDecimal_AtTheEdgeOf64Bits_Decides(string text, bool fits)
    {
        FieldCursor cursor = new(Encoding.ASCII.GetBytes(text));
        Assert.Equal(fits, cursor.TryDecimal(out ulong value));
        if (fits)
        {
            Assert.Equal(ulong.Parse(text, CultureInfo.InvariantCulture), value);
        }
        else
        {
            Assert.True(cursor.BadNumber);
        }
    }
}
