using System.Text.Json;
using System.Text.Json.Serialization;
using Interneuron.Core.Files;
using Interneuron.Statistics;

namespace Interneuron;

/// <summary>A circuit in JSON, for requests, responses and documents of one's own: the object that a circuit file holds.</summary>
internal sealed class CircuitConverter : JsonConverter<Circuit>
{
    /// <inheritdoc/>
    public override Circuit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return Circuit.OfSaved(CircuitFile.ofElement("the circuit", document.RootElement));
        }
        catch (Refusal refused)
        {
            throw new JsonException(refused.Message, refused);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Circuit value, JsonSerializerOptions options) =>
        JsonModule.write(writer, CircuitFile.toJson(value.Saved));
}
