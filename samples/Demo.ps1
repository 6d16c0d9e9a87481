<#
.SYNOPSIS
The main job on generated data: make labels, train a model, predict on frames it never saw, measure, draw.
.DESCRIPTION
Films a made-up insect, trains a single-instance model on some of the frames, finds the insect in the video of a later
time, compares with the known truth and writes pictures with the predicted skeleton. Needs no data and no GPU, and takes
a few minutes on two cores.
.PARAMETER OutputPath
The folder for the data set, the model, the predictions and the pictures. Default: out/demo in the repository.
.PARAMETER MaxEpochs
How long to train.
.EXAMPLE
./samples/Demo.ps1
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'demo'),
    [int] $MaxEpochs = 8
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

$started = Get-Date
function Write-Step([string] $Text) {
    Write-Host ('[{0,4:F0} s] {1}' -f ((Get-Date) - $started).TotalSeconds, $Text)
}

Write-Step 'Filming a made-up insect'
$dataset = New-SleapDemoDataset (Join-Path $OutputPath 'data') -Force

Write-Step "Training on $($dataset.FrameCount) labelled frames"
$config = New-SleapConfig $dataset.TrainPath -Head single_instance -Backbone unet -MaxEpochs $MaxEpochs -Seed 1 -LearningRate 1e-3 -Sigma 3 `
    -OutputPath (Join-Path $OutputPath 'models') -RunName ('demo_{0:yyyyMMdd_HHmmss}' -f $started) -Values @{
        'model_config.backbone_config.unet.filters' = 16
        'trainer_config.min_train_steps_per_epoch' = 50
    }
$run = $config | Start-SleapTraining
Write-Step "Trained $($run.Epochs) epochs; best validation loss $($run.BestLoss.ToString('g4'))"

Write-Step "Predicting on $($dataset.VideoFrameCount) frames that the model never saw"
$predictionPath = Join-Path $OutputPath 'predictions.slp'
$predictions = Invoke-SleapPrediction $dataset.VideoPath -Model $run.Path -OutputPath $predictionPath -PassThru -Force

Write-Step 'Comparing with the truth'
$truth = Import-SleapLabels $dataset.TruthPath
$predicted = @{}
foreach ($frame in $predictions.Frames) {
    if ($frame.Instances.Count -gt 0) {
        $predicted[$frame.FrameIndex] = $frame.Instances[0]
    }
}

$nodes = $truth.Skeleton.Nodes
$errors = foreach ($frame in $truth.Frames) {
    $real = $frame.Instances[0]
    $found = $predicted[$frame.FrameIndex]
    for ($i = 0; $i -lt $nodes.Count; $i++) {
        # A node that was not found counts as infinitely far away.
        $distance = [double]::PositiveInfinity
        if ($found -and $found.Points[$i].HasPosition) {
            $distance = [Math]::Sqrt(
                [Math]::Pow($real.Points[$i].X - $found.Points[$i].X, 2) + [Math]::Pow($real.Points[$i].Y - $found.Points[$i].Y, 2))
        }

        [pscustomobject]@{ Node = $nodes[$i]; Visible = $real.Points[$i].Visible; ErrorPx = $distance }
    }
}

function Get-Percentile([double[]] $Values, [int] $Percent) {
    $sorted = @($Values | Sort-Object)
    if ($sorted.Count -eq 0) { return [double]::NaN }
    $sorted[[Math]::Min($sorted.Count - 1, [Math]::Floor($sorted.Count * $Percent / 100))]
}

function Measure-Node([string] $Name, [object[]] $Points) {
    $distances = [double[]] @($Points | ForEach-Object ErrorPx)
    [pscustomobject]@{
        Node = $Name
        Points = $distances.Count
        Found = '{0:P0}' -f (@($distances | Where-Object { [double]::IsFinite($_) }).Count / [Math]::Max(1, $distances.Count))
        MedianPx = [Math]::Round((Get-Percentile $distances 50), 2)
        Percentile90Px = [Math]::Round((Get-Percentile $distances 90), 2)
    }
}

$visible = @($errors | Where-Object Visible)
$hidden = @($errors | Where-Object { -not $_.Visible })
$table = @(
    foreach ($node in $nodes) { Measure-Node $node @($visible | Where-Object Node -eq $node) }
    Measure-Node 'all visible' $visible
    if ($hidden.Count -gt 0) { Measure-Node 'hidden' $hidden }
)
$table | Format-Table

$pictures = Join-Path $OutputPath 'pictures'
Export-SleapImage $predictionPath $pictures -FrameIndex (0..11) -Zoom 4 -Force | Out-Null

$median = Get-Percentile ([double[]] @($visible | ForEach-Object ErrorPx)) 50
Write-Step "Pictures with the predicted skeleton: $(Convert-Path $pictures)"
Write-Step "Predictions, for SLEAP: $(Convert-Path $predictionPath)"
Write-Host ('Median error on unseen frames: {0:F2} px' -f $median)
if ($median -ge 2) {
    throw 'The median error should be below 2 px.'
}
