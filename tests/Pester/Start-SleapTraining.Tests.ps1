BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 6
    $script:labels = $demo.TrainPath

    function New-SmallConfig {
        $config = [SleapNn.Configuration.SleapConfig]::new()
        $config.ModelConfig.BackboneConfig.Unet = [SleapNn.Configuration.UNetConfig]@{ Filters = 4; MaxStride = 4; OutputStride = 4 }
        $config.ModelConfig.HeadConfigs.SingleInstance = [SleapNn.Configuration.SingleInstanceConfig]::new()
        $config.ModelConfig.HeadConfigs.SingleInstance.Confmaps.OutputStride = 4
        $config.DataConfig.Preprocessing.Scale = 0.25
        $config.TrainerConfig.MinTrainStepsPerEpoch = 1
        $config.TrainerConfig.TrainStepsPerEpoch = 2
        $config.TrainerConfig.MaxEpochs = 2
        $config
    }
}

Describe 'Start-SleapTraining' {
    It 'trains a configuration from the pipeline and returns the run' {
        $run = New-SmallConfig | Start-SleapTraining -LabelsPath $labels -OutputPath (Join-Path $TestDrive 'run') -Device cpu
        $run.Epochs | Should -Be 2
        $run.Checkpoint | Should -Exist
        ($run | Get-SleapTrainingLog) | Should -HaveCount 2
        (Get-SleapTrainingLog $run.Path)[0].Epoch | Should -Be 0
    }

    It 'does nothing with -WhatIf' {
        New-SmallConfig | Start-SleapTraining -LabelsPath $labels -OutputPath (Join-Path $TestDrive 'nothing') -WhatIf
        Join-Path $TestDrive 'nothing' | Should -Not -Exist
    }

    It 'overrides settings by parameters' {
        $run = New-SmallConfig | Start-SleapTraining -LabelsPath $labels -OutputPath (Join-Path $TestDrive 'short') -MaxEpochs 1 -LearningRate 0.01 -BatchSize 2 -Seed 3
        $run.Epochs | Should -Be 1
        $run.Config.TrainerConfig.Optimizer.Lr | Should -Be 0.01
        $run.Config.TrainerConfig.TrainDataLoader.BatchSize | Should -Be 2
        $run.Config.TrainerConfig.Seed | Should -Be 3
    }

    It 'trains copies of the model on several devices' {
        $config = New-SmallConfig
        $config.trainer_config.trainer_devices = 2
        $run = $config | Start-SleapTraining -LabelsPath $labels -OutputPath (Join-Path $TestDrive 'two') -MaxEpochs 1 -Device cpu
        $run.Devices | Should -Be 'cpu', 'cpu'
        $run.StepsPerEpoch | Should -Be 1
        { $config | Start-SleapTraining -LabelsPath $labels -Device cuda:7, cuda:8 -ErrorAction Stop } | Should -Throw -ErrorId 'DeviceAbsent*'
    }

    It 'names a labels file that is not there' {
        { New-SmallConfig | Start-SleapTraining -LabelsPath nowhere.slp -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
    }
}
