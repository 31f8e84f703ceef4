using Microsoft.AspNetCore.Http;

namespace Interneuron.Studio;

/// <summary>Who is answered: pages of this machine, and nobody who came by another name or from another page.</summary>
internal static class Guarding
{
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

    public static Task OnlyThisMachine(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        // A name that an attacker has pointed at this machine is another name; a page of theirs has another origin.
        if (request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            return Refuse(context, StatusCodes.Status421MisdirectedRequest, "The studio is for this machine: it answers to localhost only.");
        }

        string? origin = request.Headers.Origin;
        if (!string.IsNullOrEmpty(origin) && origin != $"{request.Scheme}://{request.Host}")
        {
            return Refuse(context, StatusCodes.Status403Forbidden, "The studio answers its own pages only.");
        }

        // Other pages may lead here, and nothing else: not fetch, nor show what is made here.
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && request.Headers["Sec-Fetch-Mode"] != "navigate")
        {
            return Refuse(context, StatusCodes.Status403Forbidden, "The studio answers its own pages only.");
        }

        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    private static Task Refuse(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(line + "\n");
    }
}
