<#
.SYNOPSIS
How much of the speed of the bare models is left from a video to a written file.
.DESCRIPTION
For each kind of model, in turns: the models alone on a batch that is in memory (the physical limit), and
Invoke-SleapPrediction on a video, from decoding to the written labels. Both run in this process with the same number of
threads. Printed are the best rate of each and their ratio; rates of another run or machine are not comparable, ratios are.
Needs the reference data; says so and ends where they are absent.
.PARAMETER FrameCount
How many frames of the video are predicted in each round.
.PARAMETER Rounds
How often each is measured. The fastest counts, since other work on the machine only ever slows down; on a busy machine the ratios are not to be trusted either.
.PARAMETER BatchSize
How many frames go through the models at once.
.PARAMETER Kind
Which kinds of models, with wildcards.
#>
[CmdletBinding()]
param(
    [int] $FrameCount = 100,
    [int] $Rounds = 3,
    [int] $BatchSize = 4,
    [string] $Kind = '*'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../out/SleapNn"
$shared = if ($env:SLEAPNN_SHARED) { $env:SLEAPNN_SHARED } else { "$PSScriptRoot/../../shared" }
$video = "$shared/data/datasets/centered_pair_small.mp4"
if (-not (Test-Path -LiteralPath $video)) {
    Write-Output "Skipped: the reference data are not at '$shared'. Set SLEAPNN_SHARED to their folder."
    return
}

# The engine lives in a load context of its own; its types are found there.
function Get-EngineType([string] $Assembly, [string] $Name) {
    foreach ($context in [System.Runtime.Loader.AssemblyLoadContext]::All) {
        foreach ($loaded in $context.Assemblies) {
            if ($loaded.GetName().Name -eq $Assembly) {
                return $loaded.GetType($Name, $true)
            }
        }
    }

    throw "The assembly $Assembly is not loaded."
}

# One prediction loads everything and is the first warm-up.
$null = Invoke-SleapPrediction $video -Model "$shared/data/models/minimal_instance_single_instance" -FrameRange 0
$torch = Get-EngineType TorchSharp TorchSharp.torch
$modelFolder = Get-EngineType SleapNn.Engine SleapNn.Models.ModelFolder
$threads = $torch::get_num_threads()

function Measure-Forward($Model, [long[]] $Shape, [int] $Repeats) {
    $scope = $torch::NewDisposeScope()
    $noGradient = $torch::no_grad()
    try {
        $single = [Enum]::Parse((Get-EngineType TorchSharp 'TorchSharp.torch+ScalarType'), 'Float32')
        $image = $torch::zeros($Shape, $single, $null, $false, $null)
        $null = $Model.forward($image)
        $clock = [Diagnostics.Stopwatch]::StartNew()
        for ($i = 0; $i -lt $Repeats; $i++) {
            $inner = $torch::NewDisposeScope()
            $null = $Model.forward($image)
            $inner.Dispose()
        }

        $clock.Elapsed.TotalSeconds / $Repeats
    }
    finally {
        $noGradient.Dispose()
        $scope.Dispose()
    }
}

$kinds = @(
    @{ Name = 'single instance'; Models = 'single_instance'; Inputs = , @($BatchSize, 3, 160, 280) }
    @{ Name = 'bottom-up'; Models = 'bottomup'; Inputs = , @($BatchSize, 1, 384, 384) }
    @{ Name = 'top-down'; Models = 'centroid', 'centered_instance'; Inputs = @($BatchSize, 1, 384, 384), @($BatchSize, 1, 96, 96), @($BatchSize, 1, 96, 96) }
    @{ Name = 'top-down / centroid model alone'; Models = 'centroid', 'centered_instance'; Inputs = , @($BatchSize, 1, 384, 384) }
)
$folder = Join-Path ([IO.Path]::GetTempPath()) "sleapnn-bench-$PID"
$null = New-Item -ItemType Directory $folder
try {
    Write-Output "$FrameCount frames, batch $BatchSize, $threads threads, best of $Rounds rounds"
    foreach ($entry in $kinds | Where-Object { $_.Name -like $Kind }) {
        $paths = $entry.Models | ForEach-Object { "$shared/data/models/minimal_instance_$_" }
        $loaded = @($paths | ForEach-Object { $modelFolder::Load((Resolve-Path $_).ProviderPath, $null) })
        $bare = [double]::MaxValue
        $whole = [double]::MaxValue
        for ($round = 0; $round -lt $Rounds; $round++) {
            $seconds = 0.0
            for ($i = 0; $i -lt $entry.Inputs.Count; $i++) {
                $seconds += Measure-Forward $loaded[[Math]::Min($i, 1)].Model $entry.Inputs[$i] ([Math]::Ceiling($FrameCount / $BatchSize / 2))
            }

            $bare = [Math]::Min($bare, $seconds / $BatchSize)
            $output = Join-Path $folder "$round.slp"
            $labels = Invoke-SleapPrediction $video -Model $paths -FrameRange "0-$($FrameCount - 1)" -BatchSize $BatchSize -OutputPath $output -PassThru -Force
            $whole = [Math]::Min($whole, [double] $labels.Provenance['inference_runtime_seconds'].ToString() / $FrameCount)
        }

        $loaded | ForEach-Object { $_.Dispose() }
        '{0,-34} bare models {1,7:0.0} fps, video to file {2,7:0.0} fps, ratio {3:0.00}' -f $entry.Name, (1 / $bare), (1 / $whole), ($bare / $whole)
    }
}
finally {
    Remove-Item -LiteralPath $folder -Recurse
}
