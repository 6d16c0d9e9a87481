<#
.SYNOPSIS
A watched folder on generated data, through a crash: nothing is lost and nothing handled twice.
.DESCRIPTION
Trains a small model on a made-up insect, puts videos into a folder, and has another process watch it. That process is killed
in the middle of a video, as a power cut would. Then the folder is watched again: the video that was being predicted goes on
where it was, the finished ones are left alone. In the end it shows what a scheduled task for the folder would look like.
Needs no data and no GPU, and takes about a minute.
.PARAMETER OutputPath
The folder for the data set, the model and the watched folder. Default: out/automation in the repository.
.PARAMETER Videos
How many videos there are.
.PARAMETER Frames
How many frames to film for them; each video has three times as many.
.EXAMPLE
./samples/Automation.ps1
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'automation'),
    [int] $Videos = 3,
    [int] $Frames = 200
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

# A model.
$data = New-SleapDemoDataset (Join-Path $OutputPath 'data') -Frames 12 -TestFrames $Frames -Force
$run = New-SleapConfig $data.TrainPath -Head single_instance -Backbone unet -MaxEpochs 3 -Seed 1 -Scale 0.5 -LearningRate 3e-3 -Sigma 3 `
    -OutputPath $OutputPath -RunName ('model_{0:yyyyMMdd_HHmmss}' -f (Get-Date)) -Values @{
        'model_config.backbone_config.unet' = @{ max_stride = 8; output_stride = 4; filters = 8 }
        'model_config.head_configs.single_instance.confmaps.output_stride' = 4
        'trainer_config.min_train_steps_per_epoch' = 20
    } | Start-SleapTraining

# A folder with videos.
$folder = Join-Path $OutputPath ('recordings_{0:yyyyMMdd_HHmmss}' -f (Get-Date))
$null = New-Item $folder -ItemType Directory
foreach ($number in 1..$Videos) {
    Copy-Item $data.VideoPath (Join-Path $folder "cage$number.mp4")
}

# Another process watches it, with a log.
$log = Join-Path $folder 'watch.log'
$watch = @{ Path = $folder; Model = $run.Path; SettleTime = 1; PeakThreshold = 0.05; BatchSize = 1; LogPath = $log }
$text = "Import-Module '$((Get-Module SleapNn).ModuleBase)'; Watch-SleapFolder '$folder' -Model '$($run.Path)' -SettleTime 1 -PeakThreshold 0.05 -BatchSize 1 -LogPath '$log' | Out-Null"
$program = [Environment]::ProcessPath
$arguments = [Collections.Generic.List[string]]::new()
if ((Split-Path $program -LeafBase) -eq 'dotnet') {
    $arguments.Add([Environment]::GetCommandLineArgs()[0])
}
$arguments.AddRange([string[]] ('-NoProfile', '-NonInteractive', '-Command', $text))
$process = [Diagnostics.Process]::Start([Diagnostics.ProcessStartInfo]::new($program, $arguments))

# Killed in the middle of the second video, once a part of it is predicted.
$partial = Join-Path $folder 'cage2.predictions.slp.journal'
$deadline = (Get-Date).AddMinutes(3)
while (-not ((Test-Path $partial) -and (Get-Item $partial).Length -gt 8000)) {
    if ($process.HasExited -or (Get-Date) -gt $deadline) {
        throw 'The watcher did not get to the second video.'
    }
    Start-Sleep -Milliseconds 20
}
$process.Kill()
$process.WaitForExit()
Write-Host 'Killed while it predicted cage2.mp4. What is there now:'
Get-ChildItem $folder -File | ForEach-Object { Write-Host "  $($_.Name)" }

# Watched again: the rest is done, and nothing twice.
$summary = Watch-SleapFolder @watch -Once
$summary
$begun = Get-Content (Join-Path $folder '.sleapnn-watch.jsonl') | ConvertFrom-Json | Where-Object event -eq 'done' | Group-Object video
if (@($begun).Count -ne $Videos -or ($begun | Where-Object Count -ne 1)) {
    throw 'Each video should be done exactly once.'
}
$resumed = ($summary.Videos | Where-Object Name -eq 'cage2.mp4').ResumedCount
Write-Host "$resumed frames of cage2.mp4 were predicted before the crash and not again."

# The same every ten minutes, by the system: what would be written.
Register-SleapAutomation $folder -Model $run.Path -Name cages -Kind Systemd -WhatIf
