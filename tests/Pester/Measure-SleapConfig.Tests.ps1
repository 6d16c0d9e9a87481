BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $script:demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 4
    $script:config = New-SleapConfig $demo.TrainPath -Head single_instance -RunName small -Scale 0.25 -Values @{
        'model_config.backbone_config.unet' = @{ filters = 4; max_stride = 8; output_stride = 4 }
        'model_config.head_configs.single_instance.confmaps.output_stride' = 4
    }
}

Describe 'Measure-SleapConfig' {
    It 'estimates memory and time' {
        $estimate = $config | Measure-SleapConfig -Device cpu
        $estimate.TrainingBytes | Should -BeGreaterThan $estimate.WeightBytes
        $estimate.EpochTime | Should -BeGreaterThan $estimate.StepTime
        $estimate.IsFullSize | Should -BeFalse
    }

    It 'takes files, other labels and another batch size' {
        $path = Join-Path $TestDrive c.yaml
        $config | Export-SleapConfig $path
        (Measure-SleapConfig $path -Device cpu -BatchSize 2 -LabelsPath $demo.TrainPath).InputShape[0] | Should -Be 2
    }

    It 'shows units as a list and as a table' {
        $estimate = $config | Measure-SleapConfig -Device cpu -Measure
        $estimate | Out-String | Should -Match 'Memory +: .*(KiB|MiB): weights '
        $estimate | Out-String | Should -Match 'Memory measured'
        $estimate | Format-Table | Out-String | Should -Match 'cpu +4 +[\d.]+ (KiB|MiB) .* small'
    }

    It 'reports labels that are not there' {
        { New-SleapConfig | Measure-SleapConfig -ErrorAction Stop } | Should -Throw -ErrorId 'TrainingNoLabels*'
    }
}
