using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace SleapNn.Training.Watching;

/// <summary>The public HTTP interface of Weights and Biases. The key goes into the head of requests only.</summary>
internal sealed class WandbClient : IDisposable
{
    private const string UpsertRun =
        "mutation UpsertBucket($name: String, $project: String, $entity: String, $groupName: String, $displayName: String, $config: JSONString, $host: String) {"
        + " upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, groupName: $groupName, displayName: $displayName, config: $config, host: $host})"
        + " { bucket { id name displayName project { name entity { name } } historyLineCount } inserted } }";

    private const string CreateFiles =
        "mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {"
        + " createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) { runID uploadHeaders files { name uploadUrl } } }";

    private readonly HttpClient http = new()
    {
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("SleapNn", typeof(WandbClient).Assembly.GetName().Version?.ToString(3)) } },
    };

    private readonly Uri address;
    private readonly AuthenticationHeaderValue key;

    public WandbClient(Uri address, string key)
    {
        this.address = new Uri(address.AbsoluteUri.TrimEnd('/') + "/");
        this.key = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + key)));
    }

    /// <summary>Makes a run, or finds the one that has the id.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isChange">Whether only its configuration is to change: the page may have given it another name meanwhile.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>Its owner and project, and how many lines of history the server has of it.</returns>
    public async Task<(string Entity, string Project, int Lines)> Upsert(WandbRun run, bool isChange, CancellationToken token)
    {
        var config = new JsonObject();
        foreach (var (name, value) in run.Config)
        {
            config[name] = new JsonObject { ["value"] = value?.DeepClone() };
        }

        var answer = await Query(
            UpsertRun,
            new JsonObject
            {
                ["name"] = run.Id, ["project"] = run.Project, ["entity"] = run.Entity, ["config"] = config.ToJsonString(),
                ["groupName"] = isChange ? null : run.Group, ["displayName"] = isChange ? null : run.Name, ["host"] = isChange ? null : Environment.MachineName,
            },
            token).ConfigureAwait(false);
        var bucket = answer["upsertBucket"]!["bucket"]!;
        return (
            (string?)bucket["project"]!["entity"]!["name"] ?? run.Entity ?? "",
            (string?)bucket["project"]!["name"] ?? run.Project,
            (int?)bucket["historyLineCount"] ?? 0);
    }

    /// <summary>
    /// Adds lines of history, replaces the summary, tells of a file that was uploaded, and ends the run where an exit code is
    /// given. With nothing of these the server learns that the run is alive.
    /// </summary>
    public async Task Stream(string entity, string project, string id, int offset, IReadOnlyList<string> lines, string? summary, string? uploaded, int? exitCode, CancellationToken token)
    {
        var files = new JsonObject();
        if (lines.Count > 0)
        {
            files["wandb-history.jsonl"] = Content(offset, lines);
        }

        if (summary is not null)
        {
            files["wandb-summary.json"] = Content(0, [summary]);
        }

        var body = new JsonObject();
        if (files.Count > 0)
        {
            body["files"] = files;
        }

        if (uploaded is not null)
        {
            body["uploaded"] = new JsonArray(uploaded);
        }

        if (exitCode is { } code)
        {
            (body["complete"], body["exitcode"]) = (true, code);
        }

        using var request = Post($"files/{Uri.EscapeDataString(entity)}/{Uri.EscapeDataString(project)}/{Uri.EscapeDataString(id)}/file_stream", body);
        using var response = await http.SendAsync(request, token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Uploads a file of the run.</summary>
    public async Task Upload(string entity, string project, string id, string name, byte[] content, CancellationToken token)
    {
        var answer = await Query(
            CreateFiles,
            new JsonObject { ["entity"] = entity, ["project"] = project, ["run"] = id, ["files"] = new JsonArray(name) },
            token).ConfigureAwait(false);
        var created = answer["createRunFiles"]!;

        // The place is a store of its own, which has its own right to write in the address: it gets no key.
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(address, (string)created["files"]![0]!["uploadUrl"]!)) { Content = new ByteArrayContent(content) };
        foreach (var head in created["uploadHeaders"] as JsonArray ?? [])
        {
            if ((string?)head is { } text && text.Split(':', 2) is [var headName, var headValue])
            {
                // Heads that tell of the content, such as its type, have a place of their own.
                _ = request.Headers.TryAddWithoutValidation(headName, headValue.Trim()) || request.Content.Headers.TryAddWithoutValidation(headName, headValue.Trim());
            }
        }

        using var response = await http.SendAsync(request, token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Whether a failure may pass: the network, or a server that is busy, rather than a wrong key or request.</summary>
    public static bool MayPass(Exception e) => e switch
    {
        HttpRequestException { StatusCode: { } code } => code >= HttpStatusCode.InternalServerError || code is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict,
        HttpRequestException or TaskCanceledException or IOException => true,
        _ => false,
    };

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static JsonObject Content(int offset, IEnumerable<string> lines) => new()
    {
        ["offset"] = offset,
        ["content"] = new JsonArray([.. lines.Select(line => (JsonNode)line)]),
    };

    private async Task<JsonObject> Query(string query, JsonObject variables, CancellationToken token)
    {
        using var request = Post("graphql", new JsonObject { ["query"] = query, ["variables"] = variables });
        using var response = await http.SendAsync(request, token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(token).ConfigureAwait(false));
        return answer?["data"] as JsonObject
            ?? throw new InvalidDataException($"the server answered: {(string?)answer?["errors"]?[0]?["message"] ?? "nothing"}");
    }

    private HttpRequestMessage Post(string path, JsonObject body) => new(HttpMethod.Post, new Uri(address, path))
    {
        Headers = { Authorization = key },
        Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
    };
}
