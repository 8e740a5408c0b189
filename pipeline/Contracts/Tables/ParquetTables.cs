using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;
using SecondLook.Parquet;

namespace SecondLook.Contracts.Tables;

/// <summary>Opens and writes Parquet artefacts: schema identity, codec, temporary name and rename.</summary>
public static class ParquetTables
{
    /// <summary>Writes a table as one file of one row group; the file appears whole or not at all.</summary>
    /// <param name="path">Final name.</param>
    /// <param name="table">All rows.</param>
    /// <param name="codec">Compression.</param>
    /// <param name="metadata">Further key-value metadata.</param>
    public static void Write(string path, TableBuilder table, ParquetCodec codec, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using AtomicFile file = AtomicFile.Create(path);
        using (ParquetWriter writer = CreateWriter(file.Stream, table.Schema, codec))
        {
            foreach ((string key, string value) in metadata ?? new Dictionary<string, string>())
            {
                writer.SetMetadata(key, value);
            }
            table.WriteRowGroup(writer);
            writer.Finish();
        }
        file.Commit();
    }

    /// <summary>A writer for a schema, with its identity in the metadata.</summary>
    public static ParquetWriter CreateWriter(Stream output, TableSchema schema, ParquetCodec codec)
    {
        ParquetColumn[] columns = new ParquetColumn[schema.Columns.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            TableColumn c = schema.Columns[i];
            columns[i] = new ParquetColumn(c.Name, c.Type, c.Optional, c.Logical, c.Encoding);
        }
        ParquetWriter writer = new(output, columns, new ParquetWriterOptions { Codec = codec, CodecLevel = 1 });
        writer.SetMetadata(TableSchema.MetadataKey, schema.Id);
        return writer;
    }

    /// <summary>Opens an artefact and checks that it is the table wanted, in a version that this program reads.</summary>
    /// <exception cref="ArtifactException">It is not.</exception>
    public static ParquetReader Open(string path, TableSchema schema)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactException(path, "no readable file", $"table {schema.Id}");
        }
        ParquetReader? reader = null;
        try
        {
            reader = new ParquetReader(stream);
            string found = reader.Metadata.TryGetValue(TableSchema.MetadataKey, out string? id) ? id : "no schema name";
            if (!found.StartsWith($"{schema.Name}/{schema.Major}.", StringComparison.Ordinal))
            {
                throw new ArtifactException(path, found, schema.Id);
            }
            foreach (TableColumn column in schema.Columns)
            {
                if (!column.Optional && PositionOf(reader, column.Name) < 0)
                {
                    throw new ArtifactException(path, $"no column {column.Name}", schema.Id);
                }
            }
            return reader;
        }
        catch (ParquetException e)
        {
            reader?.Dispose();
            stream.Dispose();
            throw new ArtifactException(path, e.Message, $"table {schema.Id}");
        }
        catch (ArtifactException)
        {
            reader?.Dispose();
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Position of a column in a file, or -1.</summary>
    public static int PositionOf(ParquetReader reader, string column)
    {
        for (int i = 0; i < reader.Columns.Count; i++)
        {
            if (string.Equals(reader.Columns[i].Name, column, StringComparison.Ordinal))
            {
                return i;
            }
        }
        return -1;
    }
}
