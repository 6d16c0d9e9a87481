<#
.SYNOPSIS
Whether predicting on a long video takes more memory than on a short one.
.DESCRIPTION
Films a generated animal, trains a small model for one epoch, repeats the film to a video of the wanted length, and predicts
on its first frames and on all of it into a .slp file, each in a process of its own whose largest memory is read at its end.
Needs ffmpeg to make the video; says so and ends where it is absent.
.PARAMETER FrameCount
How many frames the long video has.
.PARAMETER ShortFrameCount
How many frames the short prediction takes.
#>
[CmdletBinding()]
param(
    [int] $FrameCount = 100000,
    [int] $ShortFrameCount = 500
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not (Get-Command ffmpeg -CommandType Application -ErrorAction Ignore)) {
    Write-Output 'Skipped: ffmpeg is not installed.'
    return
}

$out = (Resolve-Path "$PSScriptRoot/../out").ProviderPath
Import-Module "$out/SleapNn"
$folder = Join-Path ([IO.Path]::GetTempPath()) "sleapnn-bench-$PID"
$null = New-Item -ItemType Directory $folder

function Measure-Memory([string] $Video, [string] $Range, [string] $Output) {
    $command = "`$ProgressPreference = 'SilentlyContinue'; `$null = Invoke-SleapPrediction '$Video' -Model '$folder/model' -FrameRange '$Range' -BatchSize 8 -OutputPath '$Output'; " +
        '[Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB'
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $mebibytes = [double] (dotnet "$out/host/sleapnn.dll" -NoLogo -Command $command | Select-Object -Last 1)
    $mebibytes, $clock.Elapsed.TotalSeconds
}

try {
    $dataset = New-SleapDemoDataset (Join-Path $folder 'data') -Frames 20
    $null = New-SleapConfig $dataset.TrainPath -Head single_instance -Backbone unet -MaxEpochs 1 -OutputPath $folder -RunName model -Values @{
        'data_config.preprocessing.scale' = 0.25
        'model_config.backbone_config.unet.filters' = 4
        'trainer_config.min_train_steps_per_epoch' = 20
    } | Start-SleapTraining -Device cpu
    $video = Join-Path $folder 'long.mp4'
    ffmpeg -v error -stream_loop -1 -i $dataset.VideoPath -frames:v $FrameCount -vf scale=128:-2 -c:v libx264 -preset ultrafast $video
    if ($LASTEXITCODE -ne 0) {
        throw "ffmpeg could not make '$video'."
    }

    $shortMemory, $null = Measure-Memory $video "0-$($ShortFrameCount - 1)" (Join-Path $folder 'short.slp')
    $longMemory, $seconds = Measure-Memory $video "0-$($FrameCount - 1)" (Join-Path $folder 'long.slp')
    '{0} frames: {1:0} MiB; {2} frames: {3:0} MiB ({4:0} fps); ratio {5:0.00}' -f $ShortFrameCount, $shortMemory, $FrameCount, $longMemory, ($FrameCount / $seconds), ($longMemory / $shortMemory)
}
finally {
    Remove-Item -LiteralPath $folder -Recurse
}
