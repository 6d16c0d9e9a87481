<#
.SYNOPSIS
Uses a packaged module as on a fresh machine: learns that the native libraries are missing, installs them, trains a tiny
model and predicts with it.
.PARAMETER ModulePath
The module's folder, without native libraries.
.PARAMETER OutputPath
A folder for the data set, the model and the predictions.
.PARAMETER Installed
The libraries were installed before, in another session.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $ModulePath,

    [Parameter(Mandatory)]
    [string] $OutputPath,

    [switch] $Installed
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
if (-not $Installed) {
    try {
        $null = New-SleapDemoDataset $OutputPath
        throw 'The module works without native libraries: they were found somewhere.'
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'RuntimeNotInstalled*') {
            throw
        }

        Write-Host "As expected: $($_.Exception.Message)"
    }

    $started = Get-Date
    $destination = if ($env:SLEAPNN_RUNTIME) { @{ Destination = $env:SLEAPNN_RUNTIME } } else { @{} }
    Install-SleapRuntime -Backend Cpu @destination | Out-Host
    Write-Host ('Installed in {0:F0} s' -f ((Get-Date) - $started).TotalSeconds)
}

$system = Get-SleapSystem
if (-not ($system.Torch.Works -and $system.OpenCv.Works -and $system.Runtime.IsUsable)) {
    throw "torch $($system.Torch); OpenCV $($system.OpenCv); runtime $($system.Runtime)"
}

Write-Host "In use: $($system.Runtime)"
$data = New-SleapDemoDataset $OutputPath -Frames 8 -TestFrames 4 -HeightPx 96 -WidthPx 96 -Force
$run = New-SleapConfig $data.TrainPath -Head single_instance -Backbone unet -MaxEpochs 1 -Seed 1 -OutputPath $OutputPath -RunName "run$PID" -Values @{
    'model_config.backbone_config.unet.filters' = 4
} | Start-SleapTraining
$predictions = Invoke-SleapPrediction $data.VideoPath -Model $run.Path -PassThru
if ($predictions.Frames.Count -eq 0) {
    throw 'Nothing was predicted.'
}

Write-Host "Trained and predicted $($predictions.Frames.Count) frames."
