using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interneuron;

/// <summary>A grid in JSON: an array of its rows, each an array of numbers; null stands for a number that is not finite, and is read as NaN.</summary>
internal sealed class GridConverter : JsonConverter<Grid>
{
    /// <inheritdoc/>
    public override Grid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        double[][] rows = JsonSerializer.Deserialize<double?[][]>(ref reader, options)
            ?.Select(row => row?.Select(x => x ?? double.NaN).ToArray() ?? throw new JsonException("A row of the grid is null.")).ToArray()
            ?? throw new JsonException("The grid is null.");
        int columns = rows.Length == 0 ? 0 : rows[0].Length;
        int odd = Array.FindIndex(rows, row => row.Length != columns);
        if (odd >= 0)
        {
            throw new JsonException($"Row {odd} of the grid has {rows[odd].Length} numbers; row 0 has {columns}.");
        }

        return Grid.OfRows(rows, columns);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Grid value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (int row = 0; row < value.Rows; row++)
        {
            writer.WriteStartArray();
            foreach (double x in value.Row(row))
            {
                if (double.IsFinite(x))
                {
                    writer.WriteNumberValue(x);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }
}
