using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Interneuron.Studio;

/// <summary>What can be taken away, each file a function of the link that it is asked for with.</summary>
internal static class Downloads
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/take/{file}", (string file, HttpRequest request, StimulusStore store, CancellationToken aborted) =>
            Answer(() => TakeAsync(file, StateLink.Parse(request.QueryString.Value ?? ""), store, aborted)));
        routes.MapGet("/derive/{file}", (string file, string? model, CancellationToken aborted) => Answer(() => DeriveAsync(file, model ?? "", aborted)));
    }

    private static async Task<IResult> Answer(Func<Task<IResult>> make)
    {
        try
        {
            return await make();
        }
        catch (OperationCanceledException)
        {
            return Results.Empty;
        }
        catch (Exception wrong)
        {
            return Results.Text(Bounded.Told(wrong).Message + "\n", "text/plain", Encoding.UTF8, StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> TakeAsync(string file, StudioState state, StimulusStore store, CancellationToken aborted)
    {
        // What was typed takes its time here, and no more than it may.
        await Bounded.RunAsync(() => Replay.Check(state), aborted);
        if (state.Phases.Select((_, i) => CommandLine.ArrayOf(state, i)).ToList().IndexOf(file) is >= 0 and int phase)
        {
            Grid stimuli = await Task.Run(() => store.Load(state, state.Phases[phase]), aborted);
            await using var folder = new Scratch();
            Npy.Write(folder.File(file), stimuli);
            return Results.Bytes(await File.ReadAllBytesAsync(folder.File(file), aborted), "application/octet-stream", file);
        }

        switch (file)
        {
            case "circuit.json":
                Circuit circuit = await Task.Run(() => Figures.Learned(state, store, aborted), aborted);
                using (var bytes = new MemoryStream())
                {
                    circuit.Save(bytes);
                    return Results.Bytes(bytes.ToArray(), "application/json", file);
                }

            case "figure.png":
                return Results.Bytes((await Figures.OfAsync(state, store, aborted)).FigurePng(), "image/png", file);
            case "figure.svg":
                return Results.Bytes(Encoding.UTF8.GetBytes((await Figures.OfAsync(state, store, aborted)).FigureSvg()), "image/svg+xml", file);
            case "circuit.fsx":
                return Results.Bytes(Encoding.UTF8.GetBytes(Programs.FSharp(state)), "text/plain", file);
            case "circuit.cs":
                return Results.Bytes(Encoding.UTF8.GetBytes(Programs.CSharp(state)), "text/plain", file);
            default:
                return Results.NotFound();
        }
    }

    private static async Task<IResult> DeriveAsync(string file, string model, CancellationToken aborted)
    {
        if (model.Length > Limits.Model)
        {
            throw new FormatException($"the model has more than {Limits.Model} letters; the command line takes longer ones");
        }

        if (file == "circuit.model")
        {
            return Results.Bytes(Encoding.UTF8.GetBytes(model), "text/plain", file);
        }

        Func<ModelReport, (string Text, string Kind)>? part = file switch
        {
            "report.md" => report => (report.Markdown, "text/markdown"),
            "report.tex" => report => (report.Latex, "application/x-tex"),
            "circuit.svg" => report => (report.DiagramSvg, "image/svg+xml"),
            "certificate.json" => report => (report.CertificateJson, "application/json"),
            _ => null,
        };
        if (part is null)
        {
            return Results.NotFound();
        }

        (string text, string kind) = await Bounded.RunAsync(() => part(ModelReport.Of(Model.Parse(model))), aborted);
        return Results.Bytes(Encoding.UTF8.GetBytes(text), kind, file);
    }
}
