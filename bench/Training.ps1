<#
.SYNOPSIS
What a whole training step costs beside the bare forward and backward pass and Adam step of the same network.
.DESCRIPTION
In turns, in this process and with the same number of threads: bare steps on a batch that is in memory (the physical
limit), and an epoch of Start-SleapTraining on generated frames, with decoding, augmentation, targets and losses. Printed
are the best time of each and their ratio; times of another run or machine are not comparable, ratios are.
The network is a UNet of 32 filters, rate 1.5 and stride 16 with confidence maps at stride 2.
.PARAMETER Steps
How many steps are made in each round.
.PARAMETER Rounds
How often each is measured. The fastest counts, since other work on the machine only ever slows down.
.PARAMETER BatchSize
How many frames a batch has.
.PARAMETER SidePx
Height and width of the frames.
.PARAMETER Workers
How many threads make the next batches.
#>
[CmdletBinding()]
param(
    [int] $Steps = 6,
    [int] $Rounds = 4,
    [int] $BatchSize = 4,
    [int] $SidePx = 384,
    [int] $Workers = 1
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../out/SleapNn"

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

$folder = Join-Path ([IO.Path]::GetTempPath()) "sleapnn-bench-$PID"
$null = New-Item -ItemType Directory $folder
try {
    $data = New-SleapDemoDataset (Join-Path $folder data) -Frames 12 -TestFrames 1 -HeightPx $SidePx -WidthPx $SidePx
    $config = New-SleapConfig $data.TrainPath -Head single_instance -Backbone unet
    $config.data_config.use_augmentations_train = $true
    $config.data_config.augmentation_config = [SleapNn.Configuration.AugmentationConfig] @{
        Intensity = [SleapNn.Configuration.IntensityConfig] @{ ContrastP = 0.5; BrightnessP = 0.5; BrightnessMin = 0.9; BrightnessMax = 1.1 }
        Geometric = [SleapNn.Configuration.GeometricConfig] @{ AffineP = 1; RotationMin = -180; RotationMax = 180 }
    }
    $config.model_config.backbone_config.unet = [SleapNn.Configuration.UNetConfig] @{ Filters = 32; FiltersRate = 1.5; MaxStride = 16; OutputStride = 2 }
    $config.model_config.head_configs.single_instance.confmaps.output_stride = 2
    $trainer = $config.trainer_config
    $trainer.train_data_loader.batch_size = $BatchSize
    $trainer.train_data_loader.num_workers = $Workers
    $trainer.val_data_loader.batch_size = $BatchSize
    $trainer.min_train_steps_per_epoch = 1
    $trainer.train_steps_per_epoch = $Steps
    $trainer.max_epochs = 1
    $trainer.save_ckpt = $true
    $trainer.trainer_accelerator = 'cpu'
    $trainer.visualize_preds_during_training = $false

    # One run loads everything and leaves the network that is measured.
    $warm = $config | Start-SleapTraining -OutputPath (Join-Path $folder warm)
    $torch = Get-EngineType TorchSharp TorchSharp.torch
    $single = [Enum]::Parse((Get-EngineType TorchSharp 'TorchSharp.torch+ScalarType'), 'Float32')
    $loaded = (Get-EngineType SleapNn.Engine SleapNn.Models.ModelFolder)::Load($warm.Path, $null)
    $model = $loaded.Model
    $model.train($true)
    $adam = (Get-EngineType SleapNn.Engine SleapNn.Training.AdamOptimizer)::new($model.parameters($true), 'Adam', 1e-4, $false)
    $losses = Get-EngineType SleapNn.Engine SleapNn.Training.Losses

    function Measure-BareSteps {
        $scope = $torch::NewDisposeScope()
        try {
            $images = $torch::rand([long[]] @($BatchSize, $model.InChannels, $SidePx, $SidePx), $single, $null, $false, $null)
            $target = $null
            $clock = [Diagnostics.Stopwatch]::StartNew()
            for ($i = 0; $i -lt $Steps; $i++) {
                $inner = $torch::NewDisposeScope()
                $adam.ZeroGrad()
                $output = @($model.forward($images).Values)[0]
                if ($null -eq $target) {
                    $target = $torch::zeros($output.shape, $single, $null, $false, $null)
                    $null = $target.MoveToOuterDisposeScope()
                }

                $losses::MeanSquaredError($output, $target).backward()
                $adam.Step()
                $inner.Dispose()
            }

            $clock.Elapsed.TotalSeconds / $Steps
        }
        finally {
            $scope.Dispose()
        }
    }

    $bare = [double]::MaxValue
    $whole = [double]::MaxValue
    for ($round = 0; $round -lt $Rounds; $round++) {
        $bare = [Math]::Min($bare, (Measure-BareSteps))
        $run = $config | Start-SleapTraining -OutputPath (Join-Path $folder "run$round")
        $whole = [Math]::Min($whole, (Get-SleapTrainingLog $run.Path).TrainSeconds / $Steps)
    }

    'UNet 32, {0} x {1} x {1}, {2} threads, {3} steps, best of {4} rounds: bare {5:0} ms a step, whole {6:0} ms, ratio {7:0.000}' -f `
        $BatchSize, $SidePx, $torch::get_num_threads(), $Steps, $Rounds, (1000 * $bare), (1000 * $whole), ($whole / $bare)
    $adam.Dispose()
    $loaded.Dispose()
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force
}
