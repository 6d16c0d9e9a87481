BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 6
    $config = [SleapNn.Configuration.SleapConfig]::new()
    $config.ModelConfig.BackboneConfig.Unet = [SleapNn.Configuration.UNetConfig]@{ Filters = 4; MaxStride = 4; OutputStride = 4 }
    $config.ModelConfig.HeadConfigs.SingleInstance = [SleapNn.Configuration.SingleInstanceConfig]::new()
    $config.ModelConfig.HeadConfigs.SingleInstance.Confmaps.OutputStride = 4
    $config.DataConfig.Preprocessing.Scale = 0.25
    $config.TrainerConfig.MinTrainStepsPerEpoch = 1
    $config.TrainerConfig.TrainStepsPerEpoch = 2
    $config.TrainerConfig.MaxEpochs = 2
    $run = $config | Start-SleapTraining -LabelsPath $demo.TrainPath -OutputPath (Join-Path $TestDrive 'run') -Device cpu
}

Describe 'Resume-SleapTraining' {
    It 'goes on with a run from the pipeline, in its folder' {
        $longer = $run | Resume-SleapTraining -MaxEpochs 3 -Device cpu
        $longer.Path | Should -Be $run.Path
        $longer.Epochs | Should -Be 3
        (Get-SleapTrainingLog $run.Path).Epoch | Should -Be 0, 1, 2
    }

    It 'does nothing with -WhatIf' {
        $before = (Get-SleapTrainingLog $run.Path).Count
        Resume-SleapTraining $run.Path -MaxEpochs 9 -WhatIf
        (Get-SleapTrainingLog $run.Path).Count | Should -Be $before
    }

    It 'refuses a folder without a run' {
        $empty = New-Item -ItemType Directory (Join-Path $TestDrive 'empty')
        { Resume-SleapTraining $empty -ErrorAction Stop } | Should -Throw -ErrorId 'TrainingNothingToResume*'
    }
}
