<#
.SYNOPSIS
Whether training takes the same memory in its last epoch as in its second, and how soon and with how much memory it starts on many frames.
.DESCRIPTION
Both trainings run in a process of their own, whose memory is watched from here.
Flat: a UNet trains for many epochs of 25 steps, and its memory after the second one is compared with the largest later on.
Start: labels of many frames of one generated video, cached in memory, are trained on; measured are the time from the
start of the process to the end of its first step, and its memory beyond that of the same training on few frames, beside
the size of the cache.
.PARAMETER Epochs
How many epochs the first training has.
.PARAMETER FrameCount
How many labelled frames the second training has.
.PARAMETER SidePx
Height and width of these frames.
.PARAMETER Part
Which part is measured.
#>
[CmdletBinding()]
param(
    [int] $Epochs = 50,
    [int] $FrameCount = 20000,
    [int] $SidePx = 160,
    [ValidateSet('All', 'Flat', 'Start')]
    [string] $Part = 'All'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$module = (Resolve-Path "$PSScriptRoot/../out/SleapNn").ProviderPath
Import-Module $module
$folder = Join-Path ([IO.Path]::GetTempPath()) "sleapnn-bench-$PID"
$null = New-Item -ItemType Directory $folder

function New-Config([string] $Labels, [int] $Filters, [int] $MaxStride) {
    $config = New-SleapConfig $Labels -Head single_instance -Backbone unet -NoAugmentation
    $config.model_config.backbone_config.unet = [SleapNn.Configuration.UNetConfig] @{ Filters = $Filters; FiltersRate = 1.5; MaxStride = $MaxStride; OutputStride = 2 }
    $config.model_config.head_configs.single_instance.confmaps.output_stride = 2
    $trainer = $config.trainer_config
    $trainer.train_data_loader.batch_size = 4
    $trainer.train_data_loader.num_workers = 2
    $trainer.val_data_loader.batch_size = 4
    $trainer.min_train_steps_per_epoch = 1
    $trainer.early_stopping.stop_training_on_plateau = $false
    $trainer.save_ckpt = $true
    $trainer.trainer_accelerator = 'cpu'
    $config
}

# Trains in a process of its own and tells what it takes while it goes on; ends it when the script block says so.
function Watch-Training($Config, [string] $Name, [scriptblock] $Look) {
    $path = Join-Path $folder "$Name.yaml"
    Export-SleapConfig -InputObject $Config -Path $path
    $run = Join-Path $folder $Name
    $command = "`$ProgressPreference = 'SilentlyContinue'; Import-Module '$module'; `$null = Start-SleapTraining -LiteralPath '$path' -OutputPath '$run'"
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    foreach ($argument in "$PSScriptRoot/../out/host/sleapnn.dll", '-NoLogo', '-Command', $command) {
        $start.ArgumentList.Add($argument)
    }

    $clock = [Diagnostics.Stopwatch]::StartNew()
    $process = [Diagnostics.Process]::Start($start)
    try {
        while (-not $process.HasExited) {
            $process.Refresh()
            if (& $Look $run $process $clock.Elapsed.TotalSeconds) {
                $process.Kill()
                $process.WaitForExit()
                return
            }

            [Threading.Thread]::Sleep(20)
        }

        if ($process.ExitCode -ne 0) {
            throw "The training '$Name' failed."
        }
    }
    finally {
        $process.Dispose()
    }
}

try {
    if ($Part -ne 'Start') {
        $data = New-SleapDemoDataset (Join-Path $folder few) -Frames 24 -TestFrames 1 -HeightPx 192 -WidthPx 192
        $config = New-Config $data.TrainPath -Filters 16 -MaxStride 16
        $config.trainer_config.max_epochs = $Epochs
        $config.trainer_config.train_steps_per_epoch = 25
        $script:memory = @{}
        Watch-Training $config flat {
            param($run, $process)
            $log = Join-Path $run training_log.csv
            if (Test-Path -LiteralPath $log) {
                $epoch = [IO.File]::ReadAllLines($log).Count - 1
                $script:memory[$epoch] = [Math]::Max([long] $script:memory[$epoch], $process.WorkingSet64)
                return $epoch -ge $Epochs
            }
        }
        $after = [Linq.Enumerable]::Max([long[]] @($script:memory.Keys.Where({ $_ -in 2, 3 }).ForEach({ $script:memory[$_] })))
        $last = [Linq.Enumerable]::Max([long[]] @($script:memory.Keys.Where({ $_ -gt 3 -and $_ -lt $Epochs }).ForEach({ $script:memory[$_] })))
        $steps = foreach ($epoch in 2, 3, 5, 10, 20, 30, 40, 49) { if ($script:memory.ContainsKey($epoch)) { '{0}: {1:0.0}' -f $epoch, ($script:memory[$epoch] / 1e6) } }
        "Largest in an epoch, MB: $($steps -join ', ')"
        'Flat: {0:0.0} MB after the second epoch, at most {1:0.0} MB until epoch {2}: growth {3:0.00} %' -f ($after / 1e6), ($last / 1e6), $Epochs, (100 * ($last / $after - 1))
    }

    if ($Part -ne 'Flat') {
        $peaks = @{}
        $seconds = @{}
        foreach ($count in 100, $FrameCount) {
            $data = New-SleapDemoDataset (Join-Path $folder "many$count") -Frames 1 -TestFrames ([Math]::Ceiling($count / 3)) -HeightPx $SidePx -WidthPx $SidePx
            $few = $count -eq 100 ? $data.TruthPath : $few
            $config = New-Config $data.TruthPath -Filters 8 -MaxStride 8
            $config.data_config.data_pipeline_fw = 'torch_dataset_cache_img_memory'
            $config.data_config.val_labels_path = @($few)
            $config.trainer_config.max_epochs = 1
            $config.trainer_config.train_steps_per_epoch = 1
            $frames = $data.VideoFrameCount
            $script:peak = 0
            $script:first = $null
            Watch-Training $config "start$count" {
                param($run, $process, $elapsed)
                $script:peak = [Math]::Max($script:peak, $process.WorkingSet64)
                $script:first = $elapsed
                Test-Path -LiteralPath (Join-Path $run training_log.csv)
            }
            $peaks[$count] = $script:peak
            $seconds[$count] = $script:first
        }

        $cache = [double] $frames * $SidePx * $SidePx
        'Start: {0} frames of {1} x {1}: {2:0.0} s, {3:0} MB beyond those of 100 frames, {4:0} MB of frames in the cache' -f $frames, $SidePx, $seconds[$FrameCount], (($peaks[$FrameCount] - $peaks[100]) / 1e6), ($cache / 1e6)
    }
}
finally {
    Remove-Item -LiteralPath $folder -Recurse -Force
}
