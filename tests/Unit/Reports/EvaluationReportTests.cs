using System.Text.RegularExpressions;
using System.Xml.Linq;
using SleapNn.Evaluation;
using SleapNn.LabelFiles;
using SleapNn.Media;
using SleapNn.Reports;
using SleapNn.Tests.Evaluation;

namespace SleapNn.Tests.Reports;

public sealed partial class EvaluationReportTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_page_has_all_in_it_and_is_well_formed()
    {
        var path = Path.Combine(folder, "new", "report.html");

        var problems = EvaluationReport.Save(Result(withImages: true), path);

        Assert.Empty(problems);
        var page = File.ReadAllText(path);

        // Nothing is loaded from elsewhere: the only addresses are that of SVG's vocabulary and the pictures' own bytes.
        Assert.DoesNotContain("http", page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.All(Sources().Matches(page), source => Assert.StartsWith("data:image/jpeg;base64,", source.Groups[1].Value));
        var svgs = Svgs().Matches(page).Select(match => XElement.Parse(match.Value)).ToList();
        Assert.Equal(4, svgs.Count);
        Assert.Contains("animal &lt;b&gt;.slp", page);
        Assert.DoesNotContain("<b>.slp", page);
        Assert.Contains("1 missed", page);
        Assert.Contains("1 invented", page);
        var pictures = Sources().Matches(page).Select(source => Picture.Decode(Convert.FromBase64String(source.Groups[1].Value[23..]))).ToList();
        Assert.Equal(3, pictures.Count);

        // Prediction, truth and the line between them are there in their colours.
        Assert.All(pictures.Take(1), picture => Assert.True(Has(picture, 255, 90, 60) && Has(picture, 0, 229, 120), "both poses are drawn"));
    }

    [Fact]
    public void The_worst_frame_comes_first_and_a_missing_video_is_named()
    {
        var path = Path.Combine(folder, "report.html");

        var problems = EvaluationReport.Save(Result(withImages: false), path, worstFrameCount: 2);

        var page = File.ReadAllText(path);
        Assert.Contains("nowhere.mp4", Assert.Single(problems));
        Assert.Contains("nowhere.mp4", page);
        Assert.Equal(["Frame 2", "Frame 1"], Captions().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Plots_are_drawn_at_their_size_and_only_where_there_is_something_to_plot()
    {
        var result = Result(withImages: false);

        Assert.Equal([EvaluationPlot.Distances, EvaluationPlot.Nodes, EvaluationPlot.PrecisionRecall, EvaluationPlot.Pck], EvaluationCharts.PlotsOf(result));
        using (var sheet = EvaluationCharts.ToPicture(result))
        {
            Assert.Equal((1320, 2080), (sheet.HeightPx, sheet.WidthPx));
            var frame = sheet.ToFrame();
            Assert.True(Has(frame, 37, 99, 235) && Has(frame, 217, 95, 2), "bars and marks are drawn");
        }

        using (var one = EvaluationCharts.ToPicture(result, EvaluationPlot.Pck))
        {
            Assert.Equal((660, 1040), (one.HeightPx, one.WidthPx));
        }

        var (truth, prediction) = Files(withImages: false);
        var centroids = Evaluator.Evaluate(truth, prediction, new EvaluationOptions { MatchBy = MatchMethod.Centroid });
        Assert.Equal([EvaluationPlot.Distances], EvaluationCharts.PlotsOf(centroids));
        Assert.Contains("It has: Distances", Assert.Throws<EvaluationException>(() => EvaluationCharts.ToPicture(centroids, EvaluationPlot.Pck)).Message);

        prediction.Frames.ForEach(frame => frame.Instances.Clear());
        var nothing = Evaluator.Evaluate(truth, prediction);
        EvaluationReport.Save(nothing, Path.Combine(folder, "nothing.html"));
        Assert.Contains("Nothing is predicted", File.ReadAllText(Path.Combine(folder, "nothing.html")));
        Assert.Equal("EvaluationNoPlot", Assert.Throws<EvaluationException>(() => EvaluationCharts.ToPicture(nothing, EvaluationPlot.Distances)).ErrorId);
    }

    [Fact]
    public void Frames_say_what_was_missed_and_invented()
    {
        var frames = Result(withImages: false).Frames;

        Assert.Equal([0, 1, 2], frames.Select(frame => frame.FrameIndex));
        Assert.Equal([(1, 0, 0), (1, 0, 0), (0, 1, 1)], frames.Select(frame => (frame.Matches.Count, frame.Missed.Count, frame.Invented.Count)));
        Assert.Equal(1, frames[0].MeanOks, 1e-9);
        Assert.Equal(0, frames[2].MeanOks);
        Assert.Equal(5, frames[1].MeanDistancePx, 1e-9);
        Assert.True(double.IsNaN(frames[2].MeanDistancePx));
    }

    [SharedFact]
    public void A_report_of_a_real_model_shows_its_frames()
    {
        var model = SharedData.PathTo("data", "models", "single_instance_with_metrics");
        var truth = LabelsFile.Load(Path.Combine(model, "labels_val_gt_0.slp"));
        var path = Path.Combine(folder, "real.html");

        Assert.Empty(EvaluationReport.Save(Evaluator.Evaluate(truth, LabelsFile.Load(Path.Combine(model, "pred_val_0.slp"))), path));
        Assert.NotEmpty(Sources().Matches(File.ReadAllText(path)));
    }

    private static bool Has(ImageFrame picture, int red, int green, int blue)
    {
        for (var i = 0; i < picture.Pixels.Length; i += 3)
        {
            if (Math.Abs(picture.Pixels[i] - red) + Math.Abs(picture.Pixels[i + 1] - green) + Math.Abs(picture.Pixels[i + 2] - blue) < 90)
            {
                return true;
            }
        }

        return false;
    }

    private EvaluationResult Result(bool withImages)
    {
        var (truth, prediction) = Files(withImages);
        return Evaluator.Evaluate(truth, prediction);
    }

    // Frame 0 is found exactly, frame 1 five pixels off, and in frame 2 the animal is found where it is not.
    private (SleapLabels Truth, SleapLabels Prediction) Files(bool withImages)
    {
        var video = Builder.Video("/nowhere/nowhere.mp4");
        if (withImages)
        {
            video.ImageFileNames.AddRange(Enumerable.Range(0, 3).Select(i => Path.Combine(folder, $"{i}.png")));
            foreach (var image in video.ImageFileNames)
            {
                using var blank = Picture.Blank(120, 160, 90);
                blank.Save(image);
            }

            video.FileName = video.ImageFileNames[0];
        }

        var truth = Builder.Labels(["head", "a very long name of a node", "tail <"], video);
        truth.Skeleton.Edges.AddRange([new SkeletonEdge(0, 1), new SkeletonEdge(1, 2)]);
        truth.Frame(0, truth.User((20, 20), (40, 30), (60, 40))).Frame(1, truth.User((20, 20), (40, 30), (60, 40))).Frame(2, truth.User((20, 20), (40, 30), (60, 40)));
        var prediction = Builder.Labels(truth.Skeleton.Nodes, video);
        prediction.FileName = "/nowhere/animal <b>.slp";
        prediction.Skeleton.Edges.AddRange(truth.Skeleton.Edges);
        prediction
            .Frame(0, prediction.Predicted(0.9, (20, 20), (40, 30), (60, 40)))
            .Frame(1, prediction.Predicted(0.8, (23, 24), (43, 34), (63, 44)))
            .Frame(2, prediction.Predicted(0.7, (110, 90), (130, 95), (150, 100)));
        return (truth, prediction);
    }

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svgs();

    [GeneratedRegex("<figcaption><b>([^<]*)</b>")]
    private static partial Regex Captions();
}
