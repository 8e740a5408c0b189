namespace SecondLook.Parquet.Format;

/// <summary>Kinds of pages.</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}
