<#
.SYNOPSIS
Counts how often ways of tracking confuse animals whose identity is known.
.DESCRIPTION
Films made-up insects whose ways cross, takes their true poses as a model would find them (a little beside the truth, hidden
nodes missing, some animals missed, in random order) and tracks them in different ways. A swap is counted each time an animal
goes on under another track than before. Needs no data and no GPU. The table of docs/tracking.md was made with the defaults.
.PARAMETER OutputPath
The folder for the generated videos. Default: out/tracking in the repository.
.PARAMETER Animals
The number of animals.
.PARAMETER Frames
The number of tracked frames of each video.
.PARAMETER Videos
The number of videos.
.PARAMETER Every
Tracks every so many frames of the video: more is faster motion.
.PARAMETER NoisePx
The standard deviation of each coordinate.
.PARAMETER Missed
The share of animals that are not found in a frame.
.EXAMPLE
./samples/CompareTracking.ps1 -Every 6
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'tracking'),
    [int] $Animals = 4,
    [int] $Frames = 300,
    [int] $Videos = 3,
    [int] $Every = 3,
    [double] $NoisePx = 0.7,
    [double] $Missed = 0.03
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

$limit = @{ MaxTracks = $Animals }
$methods = [ordered]@{
    'OKS (the defaults)' = @{}
    'OKS, local queues' = $limit
    'OKS, local queues, greedy' = $limit + @{ Matching = 'Greedy' }
    'OKS, spread 0.1' = $limit + @{ OksStddev = 0.1 }
    'OKS, spread 0.1, largest score' = $limit + @{ OksStddev = 0.1; Reduction = 'Max' }
    'OKS, spread 0.1, quantile 0.75' = $limit + @{ OksStddev = 0.1; Reduction = 'RobustQuantile'; Quantile = 0.75 }
    'OKS, spread 0.1, window of 1' = $limit + @{ OksStddev = 0.1; WindowSize = 1 }
    'OKS, spread 0.1, optical flow' = $limit + @{ OksStddev = 0.1; Motion = 'OpticalFlow' }
    'OKS, spread 0.1, Kalman' = $limit + @{ OksStddev = 0.1; Motion = 'Kalman' }
    'OKS, Kalman on keypoints' = $limit + @{ Motion = 'Kalman'; KalmanPoints = 'Keypoints' }
    'Euclidean' = $limit + @{ Score = 'Euclidean' }
    'Euclidean, largest score' = $limit + @{ Score = 'Euclidean'; Reduction = 'Max' }
    'Euclidean, largest score, optical flow' = $limit + @{ Score = 'Euclidean'; Reduction = 'Max'; Motion = 'OpticalFlow' }
    'Euclidean, Kalman' = $limit + @{ Score = 'Euclidean'; Motion = 'Kalman' }
    'Centroids' = $limit + @{ Feature = 'Centroids' }
    'Centroids, Kalman' = $limit + @{ Feature = 'Centroids'; Motion = 'Kalman' }
    'Boxes (IoU)' = $limit + @{ Feature = 'Boxes' }
    'Boxes (IoU), Kalman' = $limit + @{ Feature = 'Boxes'; Motion = 'Kalman' }
    'Images' = $limit + @{ Feature = 'Image' }
}

# The true poses as a model would find them; the second result is who each of them is, frame by frame.
function Get-Detection([string] $TruthPath, [int] $Seed) {
    $random = [Random]::new($Seed)
    $truth = Import-SleapLabels $TruthPath
    $labels = [SleapNn.SleapLabels]::new()
    $labels.Videos.Add($truth.Videos[0])
    $labels.Skeletons.Add($truth.Skeleton)
    $identities = [Collections.Generic.List[string[]]]::new()
    foreach ($frame in $truth.Frames | Where-Object { $_.FrameIndex % $Every -eq 0 }) {
        $found = foreach ($animal in $frame.Instances) {
            $points = foreach ($point in $animal.Points) {
                $angle = 2 * [Math]::PI * $random.NextDouble()
                $distance = $NoisePx * [Math]::Sqrt(-2 * [Math]::Log(1 - $random.NextDouble()))
                if ($point.Visible) {
                    [SleapNn.PosePoint]::new($point.X + $distance * [Math]::Cos($angle), $point.Y + $distance * [Math]::Sin($angle), $true, $false, 1)
                }
                else {
                    [SleapNn.PosePoint]::Missing
                }
            }

            $pose = [SleapNn.PoseInstance]::new($truth.Skeleton, [SleapNn.PosePoint[]] $points, 'Predicted')
            $pose.Score = 1
            if ($random.NextDouble() -ge $Missed -and $pose.VisibleCount -gt 0) {
                [pscustomobject]@{ Pose = $pose; Animal = $animal.Track.Name; Order = $random.Next() }
            }
        }

        $found = @($found | Sort-Object Order)
        $identities.Add([string[]] @($found | ForEach-Object Animal))
        $labels.Frames.Add([SleapNn.LabeledFrame]::new($truth.Videos[0], $frame.FrameIndex, [SleapNn.PoseInstance[]] @($found | ForEach-Object Pose)))
    }

    $labels, $identities
}

function Measure-Swap([SleapNn.SleapLabels] $Tracked, [Collections.Generic.List[string[]]] $Identities) {
    $swaps = 0
    $last = @{}
    for ($i = 0; $i -lt $Tracked.Frames.Count; $i++) {
        $instances = $Tracked.Frames[$i].Instances
        for ($k = 0; $k -lt $instances.Count; $k++) {
            $track = $instances[$k].Track
            if ($track) {
                $animal = $Identities[$i][$k]
                if ($last[$animal] -and -not [object]::ReferenceEquals($last[$animal], $track)) { $swaps++ }
                $last[$animal] = $track
            }
        }
    }

    $swaps
}

$material = foreach ($seed in 1..$Videos) {
    $folder = Join-Path $OutputPath "video$seed"
    $data = New-SleapDemoDataset $folder -Animals $Animals -Crossing -Frames 1 -TestFrames ([int] [Math]::Ceiling($Frames * $Every / 3)) -Seed $seed -Force
    $labels, $identities = Get-Detection $data.TruthPath $seed
    [pscustomobject]@{ Labels = $labels; Identities = $identities }
}

$poses = ($material | ForEach-Object { $_.Identities | ForEach-Object Count } | Measure-Object -Sum).Sum
Write-Host "$Videos videos of $Frames frames with $Animals animals, $poses poses"
foreach ($name in $methods.Keys) {
    $options = $methods[$name]
    $swaps = 0
    $tracks = 0
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $results = foreach ($video in $material) {
        # Poses without a track stay, so that poses and identities keep the same order.
        Invoke-SleapTracking -InputObject $video.Labels -KeepUntracked @options -WarningAction SilentlyContinue
    }

    $clock.Stop()
    for ($i = 0; $i -lt $Videos; $i++) {
        $swaps += Measure-Swap @($results)[$i] @($material)[$i].Identities
        $tracks += @($results)[$i].Tracks.Count
    }

    [pscustomobject]@{
        Method = $name
        Swaps = $swaps
        SwapsPer1000Poses = [Math]::Round(1000 * $swaps / $poses, 1)
        TracksPerVideo = [Math]::Round($tracks / $Videos, 1)
        MillisecondsPerFrame = [Math]::Round($clock.Elapsed.TotalMilliseconds / ($Videos * $Frames), 2)
    }
}
