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
        New-Sweep once | Start-SleapTraining -Device cpu -SkipFinished | Should -BeNullOrEmpty
        Get-SleapRun (Join-Path $TestDrive once) | Should -HaveCount 2
    }

    It 'trains several at once' {
        New-Sweep together | Start-SleapTraining -Device cpu -ThrottleLimit 2 | Should -HaveCount 2
    }

    It 'trains in a job' {
        $job = New-Sweep job | Start-SleapTraining -Device cpu -AsJob
        Get-Job -Id $job.Id | Should -Be $job
        ($job | Wait-Job -Timeout 120).State | Should -Be Completed
        ($job | Receive-Job).Name | Should -Be 'lr=0.01', 'lr=0.001'
        $job | Remove-Job
    }
}
