BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Show-SleapConfig' {
    It 'marks what differs from the defaults' {
        New-SleapConfig -MaxEpochs 7 | Show-SleapConfig -Plain | Should -Contain '  max_epochs: 7  # default: 10'
    }

    It 'writes text that reads as the same configuration' {
        $config = New-SleapConfig -Head bottomup -LearningRate 0.01
        $again = $config | Show-SleapConfig | Out-String | Import-SleapConfig
        Compare-SleapConfig $config $again | Should -BeNullOrEmpty
    }

    It 'reads a here-string' {
        $config = @'
data_config:
  train_labels_path: [a.slp]
model_config:
  backbone_config:
    unet: {filters: 16}
  head_configs:
    centroid: {}
trainer_config: {max_epochs: 3}
'@ | Import-SleapConfig
        $config.trainer_config.max_epochs | Should -Be 3
    }
}
