<#
.SYNOPSIS
A sweep on generated data: nine variants of a small model, trained, listed and compared in a picture.
.DESCRIPTION
Films a made-up insect, makes nine variants of a configuration (three learning rates, three numbers of filters), trains
them, and shows the best. Stop it with Ctrl-C and run it again: it goes on where it was, and finished runs are not repeated.
Needs no data and no GPU.
.PARAMETER OutputPath
The folder for the data set, the runs and the picture. Default: out/sweep in the repository.
.PARAMETER MaxEpochs
How long to train each variant.
.PARAMETER ThrottleLimit
How many variants to train at once.
.PARAMETER Prune
Ends poor variants early: all get some epochs, the best third of them three times as many, and one is trained to its end.
.EXAMPLE
./samples/Sweep.ps1
.EXAMPLE
./samples/Sweep.ps1 -Prune -MaxEpochs 18
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'sweep'),
    [int] $MaxEpochs = 5,
    [int] $ThrottleLimit = 1,
    [switch] $Prune
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

$dataPath = Join-Path $OutputPath 'data'
$labelsPath = Join-Path $dataPath 'train.pkg.slp'
if (-not (Test-Path $labelsPath)) {
    $labelsPath = (New-SleapDemoDataset $dataPath -Frames 12).TrainPath
}

$config = New-SleapConfig $labelsPath -Head single_instance -Backbone unet -MaxEpochs $MaxEpochs -Seed 1 -Scale 0.25 -Values @{
    'model_config.backbone_config.unet' = @{ max_stride = 8; output_stride = 4 }
    'model_config.head_configs.single_instance.confmaps.output_stride' = 4
    'trainer_config.min_train_steps_per_epoch' = 1
    'trainer_config.train_steps_per_epoch' = 5
}

$runsPath = Join-Path $OutputPath 'runs'
$config |
    Expand-SleapConfig -OutputPath $runsPath -Grid @{
        'trainer_config.optimizer.lr' = 1e-2, 1e-3, 1e-4
        'model_config.backbone_config.unet.filters' = 4, 8, 12
    } |
    Start-SleapTraining -SkipFinished -Prune:$Prune -ThrottleLimit $ThrottleLimit -Verbose |
    Out-Null

Get-SleapRun $runsPath | Sort-Object BestLoss
$picture = Compare-SleapRun $runsPath (Join-Path $OutputPath 'curves.png') -Force
"Their curves: $($picture.FullName)"
