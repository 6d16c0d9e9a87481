BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $script:demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 6

    function New-Sweep([string] $Name) {
        New-SleapConfig $demo.TrainPath -Head single_instance -Backbone unet -MaxEpochs 1 -Scale 0.25 -Values @{
            'model_config.backbone_config.unet' = @{ filters = 4; max_stride = 8; output_stride = 4 }
            'model_config.head_configs.single_instance.confmaps.output_stride' = 4
            'trainer_config.min_train_steps_per_epoch' = 1
            'trainer_config.train_steps_per_epoch' = 2
        } | Expand-SleapConfig @{ 'trainer_config.optimizer.lr' = 1e-2, 1e-3 } -OutputPath (Join-Path $TestDrive $Name)
    }
}

Describe 'Sweeps' {
    It 'does not repeat finished runs' {
        New-Sweep once | Start-SleapTraining -Device cpu | Should -HaveCount 2
        $again = New-Sweep once | Start-SleapTraining -Device cpu -SkipFinished
        $again.Name | Should -Be 'lr=0.01', 'lr=0.001'
        $again.End | Should -Be 'MaxEpochs', 'MaxEpochs'
        Get-SleapRun (Join-Path $TestDrive once) | Should -HaveCount 2
    }

    It 'trains several at once' {
        New-Sweep together | Start-SleapTraining -Device cpu -ThrottleLimit 2 | Should -HaveCount 2
    }

    It 'ends poor runs early' {
        $runs = New-Sweep pruned | Start-SleapTraining -Device cpu -MaxEpochs 2 -Prune -PruneFactor 2
        $runs.End | Should -Be 'Pruned', 'MaxEpochs'
        Get-SleapRun (Join-Path $TestDrive pruned) -State Pruned | Should -HaveCount 1
    }

    It 'saves all runs when SIGTERM ends the process' -Skip:$IsWindows {
        $folder = Join-Path $TestDrive term
        $script = Join-Path $TestDrive term.ps1
        Set-Content $script @"
            . '$PSScriptRoot/Import-TestModule.ps1'
            New-SleapConfig '$($demo.TrainPath)' -Head single_instance -MaxEpochs 10000 -Scale 0.25 -Values @{
                'model_config.backbone_config.unet' = @{ filters = 4; max_stride = 8; output_stride = 4 }
                'model_config.head_configs.single_instance.confmaps.output_stride' = 4
                'trainer_config.early_stopping.stop_training_on_plateau' = `$false
                'trainer_config.train_steps_per_epoch' = 2
                'trainer_config.min_train_steps_per_epoch' = 1
            } | Expand-SleapConfig @{ 'trainer_config.seed' = 1, 2 } -OutputPath '$folder' | Start-SleapTraining -Device cpu -ThrottleLimit 2
"@
        $process = Start-Process pwsh -ArgumentList '-NoProfile', '-File', $script -PassThru -RedirectStandardOutput (Join-Path $TestDrive term.txt)
        $checkpoints = 1, 2 | ForEach-Object { Join-Path $folder "seed=$_" 'last.ckpt' }
        for ($i = 0; $i -lt 600 -and (Test-Path -LiteralPath $checkpoints) -contains $false; $i++) { Start-Sleep -Milliseconds 100 }
        kill -TERM $process.Id
        $process.WaitForExit(60000) | Should -BeTrue
        $process.ExitCode | Should -Be 143
        (Get-ChildItem $folder -Recurse -Filter run_state.json | Get-Content -Raw | ConvertFrom-Json).state | Should -Be 'stopped', 'stopped'
    }

    It 'trains in a job' {
        $job = New-Sweep job | Start-SleapTraining -Device cpu -AsJob
        Get-Job -Id $job.Id | Should -Be $job
        ($job | Wait-Job -Timeout 120).State | Should -Be Completed
        ($job | Receive-Job).Name | Should -Be 'lr=0.01', 'lr=0.001'
        $job | Remove-Job
    }
}
