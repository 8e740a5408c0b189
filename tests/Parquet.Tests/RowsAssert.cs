namespace SecondLook.Parquet.Tests;

/// <summary>Compares columns row by row; names column, row and both values. Much faster than comparing boxed collections generically.</summary>
internal static class RowsAssert
{
    public static void Same(string column, IReadOnlyList<object?> wanted, IReadOnlyList<object?> found)
    {
        Assert.True(wanted.Count == found.Count, $"{column}: {wanted.Count} rows wanted, {found.Count} found.");
        for (int row = 0; row < wanted.Count; row++)
        {
            bool same = wanted[row] is byte[] bytes
                ? found[row] is byte[] others && bytes.AsSpan().SequenceEqual(others)
                : Equals(wanted[row], found[row]);
            if (!same)
            {
                Assert.Fail($"{column}, row {row}: {Show(wanted[row])} wanted, {Show(found[row])} found.");
            }
        }
    }

    private static string Show(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value ?? "null"}";
}
