using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Interneuron.Studio;

/// <summary>The files that browsers are sent, out of the assembly. Resources are named by their paths.</summary>
internal static class Assets
{
    private static readonly Assembly Here = typeof(Assets).Assembly;

    // Other builds have other files.
    private static readonly EntityTagHeaderValue Tag = new($"\"{Here.ManifestModule.ModuleVersionId:N}\"");

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (string path in Here.GetManifestResourceNames().Where(name => name.StartsWith('/')))
        {
            string kind = Path.GetExtension(path) switch { ".css" => "text/css", ".ttf" => "font/ttf", _ => "text/javascript" };
            routes.MapGet(path, () => Results.Stream(Here.GetManifestResourceStream(path)!, kind, entityTag: Tag));
        }
    }
}
