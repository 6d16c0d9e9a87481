<#
.SYNOPSIS
A sweep on a Slurm cluster, on generated data: four variants of a small model, submitted, awaited and compared.
.DESCRIPTION
Films a made-up insect, makes four variants of a configuration, submits them as one job array, waits for them, and shows
the best. Run it on a node from which jobs can be submitted, in a folder that all nodes see. Run it again after an
interruption: finished runs are not repeated.
.PARAMETER OutputPath
The folder for the data set, the job, the runs and the picture. Default: out/cluster in the repository.
.PARAMETER MaxEpochs
How long to train each variant.
.PARAMETER Partition
The cluster's partition. Default: its default one.
.PARAMETER Gpu
The GPU for each run, such as 1 or a100. Default: none, the variants are small.
.EXAMPLE
./samples/Cluster.ps1 -OutputPath /shared/me/first-sweep -Partition gpu -Gpu 1
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'cluster'),
    [int] $MaxEpochs = 5,
    [string] $Partition,
    [string] $Gpu
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

$labelsPath = Join-Path $OutputPath 'data' 'train.pkg.slp'
if (-not (Test-Path $labelsPath)) {
    $labelsPath = (New-SleapDemoDataset (Join-Path $OutputPath 'data') -Frames 12).TrainPath
}

$config = New-SleapConfig $labelsPath -Head single_instance -Backbone unet -MaxEpochs $MaxEpochs -Seed 1 -Scale 0.25 -Values @{
    'model_config.backbone_config.unet' = @{ max_stride = 8; output_stride = 4 }
    'model_config.head_configs.single_instance.confmaps.output_stride' = 4
    'trainer_config.min_train_steps_per_epoch' = 1
    'trainer_config.train_steps_per_epoch' = 5
}

$cluster = @{ CpuCount = 1; TimeLimit = '1:00:00'; ThrottleLimit = 2; SkipFinished = $true }
if ($Partition) { $cluster.Partition = $Partition }
if ($Gpu) { $cluster.Gpu = $Gpu }

$runsPath = Join-Path $OutputPath 'runs'
$job = $config |
    Expand-SleapConfig -OutputPath $runsPath -Grid @{
        'trainer_config.optimizer.lr' = 1e-2, 1e-3
        'model_config.backbone_config.unet.filters' = 4, 8
    } |
    Submit-SleapTraining @cluster -JobPath (Join-Path $OutputPath 'jobs' (Get-Date -Format yyMMdd_HHmmss))

# Nothing is submitted where all runs are finished already.
if ($job) {
    $job | Receive-SleapJob -Wait -IntervalSeconds 5 | Out-Null
}

Get-SleapRun $runsPath | Sort-Object BestLoss
Compare-SleapRun $runsPath (Join-Path $OutputPath 'curves.png') -Force
