<#
.SYNOPSIS
Every type of model on generated data: train, predict, track, measure.
.DESCRIPTION
Films made-up insects, one for the single-instance model and two for the others, trains each type of model on some of the
frames, finds the animals in the video of a later time, gives them identities (by tracking, or by the model where it knows
them), and compares with the known truth. Returns one row for each way of finding animals. All of them take about
half an hour on two cores; -Pipeline chooses.
.PARAMETER Pipeline
Which ways of finding animals.
.PARAMETER OutputPath
The folder for the data sets, models and predictions. Default: out/all-models in the repository.
.PARAMETER MaxEpochs
How long to train each model, in epochs of 50 batches of 4; multi_class_bottomup, which has the most to learn, takes twice
as many. The learning rate falls to nothing by then.
.PARAMETER TrainFrames
How many labelled frames to train with.
.PARAMETER HeightPx
The height of a frame.
.PARAMETER WidthPx
The width of a frame.
.EXAMPLE
./samples/AllModels.ps1 -Pipeline topdown, bottomup
#>
[CmdletBinding()]
param(
    [ValidateSet('single_instance', 'topdown', 'bottomup', 'multi_class_topdown', 'multi_class_bottomup')]
    [string[]] $Pipeline = @('single_instance', 'topdown', 'bottomup', 'multi_class_topdown', 'multi_class_bottomup'),
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'all-models'),
    [int] $MaxEpochs = 28,
    [int] $TrainFrames = 200,
    [int] $HeightPx = 192,
    [int] $WidthPx = 256
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

# The models that each way needs, in the order of prediction.
$heads = @{
    single_instance = @('single_instance')
    topdown = @('centroid', 'centered_instance')
    bottomup = @('bottomup')
    multi_class_topdown = @('centroid', 'multi_class_topdown')
    multi_class_bottomup = @('multi_class_bottomup')
}

$one = New-SleapDemoDataset (Join-Path $OutputPath 'one') -Frames $TrainFrames -HeightPx $HeightPx -WidthPx $WidthPx -Force
$two = New-SleapDemoDataset (Join-Path $OutputPath 'two') -Frames $TrainFrames -Animals 2 -Seed 7 -HeightPx $HeightPx -WidthPx $WidthPx -Force
$trained = @{}

function Get-Model([string] $Head) {
    if (-not $trained[$Head]) {
        $dataset = if ($Head -eq 'single_instance') { $one } else { $two }
        # What tells animals apart is learned late, and not at all at a high rate.
        $rate = if ($Head -eq 'multi_class_topdown') { 3e-4 } else { 1e-3 }
        $epochs = if ($Head -eq 'multi_class_bottomup') { 2 * $MaxEpochs } else { $MaxEpochs }
        $values = @{
            'model_config.backbone_config.unet.filters' = 16
            'trainer_config.min_train_steps_per_epoch' = 50
            'trainer_config.train_steps_per_epoch' = 50
            'trainer_config.lr_scheduler.reduce_lr_on_plateau' = $null
            'trainer_config.lr_scheduler.cosine_annealing_warmup' = @{ warmup_epochs = [Math]::Min(2, $epochs - 1); warmup_start_lr = $rate / 10; eta_min = 1e-5 }
            # Narrower peaks than usual: they tell the place more exactly, once they are learned.
            "model_config.head_configs.$Head.confmaps.sigma" = 2.5
        }
        if ($Head -like 'multi_class_*') {
            # The classes have by far the larger loss until they are learned, and would hide the parts'.
            $values."model_config.head_configs.$Head.confmaps.loss_weight" = 10
        }

        if ($Head -eq 'multi_class_bottomup') {
            # Wide maps of the classes are learned sooner.
            $values.'model_config.head_configs.multi_class_bottomup.class_maps.sigma' = 10
        }

        $config = New-SleapConfig $dataset.TrainPath -Head $Head -Backbone unet -MaxEpochs $epochs -Seed 1 -LearningRate $rate `
            -OutputPath (Join-Path $OutputPath 'models') -RunName $Head -Values $values
        $trained[$Head] = $config | Start-SleapTraining -Force
    }
    $trained[$Head]
}

foreach ($name in $Pipeline) {
    $dataset = if ($name -eq 'single_instance') { $one } else { $two }
    $models = foreach ($head in $heads[$name]) { Get-Model $head }
    $path = Join-Path $OutputPath "$name.slp"
    $options = if ($name -in 'topdown', 'bottomup') { @{ Tracking = $true } } else { @{} }
    if ($name -ne 'single_instance') { $options.MaxInstances = 2 }
    # Of the peaks of a part it takes the one whose class is surest, however low that peak is: so only clear ones.
    if ($name -eq 'multi_class_bottomup') { $options.PeakThreshold = 0.4 }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $null = Invoke-SleapPrediction $dataset.VideoPath -Model $models.Path -OutputPath $path -Force @options
    $seconds = $clock.Elapsed.TotalSeconds
    $result = Measure-SleapPrediction $dataset.TruthPath $path

    # How often an animal goes on under another name than in the frame before.
    $switches = 0
    $names = @{}
    foreach ($match in $result.Matches | Sort-Object FrameIndex) {
        if ($match.GroundTruth.Track -and $match.Prediction.Track) {
            $animal = $match.GroundTruth.Track.Name
            if ($names[$animal] -and $names[$animal] -ne $match.Prediction.Track.Name) { $switches++ }
            $names[$animal] = $match.Prediction.Track.Name
        }
    }

    [pscustomobject]@{
        Pipeline = $name
        TrainMinutes = [Math]::Round(($models | ForEach-Object { $_.Duration.TotalMinutes } | Measure-Object -Sum).Sum, 1)
        Frames = $result.FrameCount
        Found = '{0} of {1}' -f $result.Detection.Matched, ($result.Detection.Matched + $result.Detection.Missed)
        Invented = $result.Detection.Invented
        MedianPx = [Math]::Round($result.Distances.P50Px, 2)
        P90Px = [Math]::Round($result.Distances.P90Px, 2)
        MeanOks = [Math]::Round($result.MeanOks, 3)
        IdentitySwitches = if ($name -eq 'single_instance') { $null } else { $switches }
        FramesPerSecond = [Math]::Round($result.FrameCount / $seconds, 1)
    }
}
