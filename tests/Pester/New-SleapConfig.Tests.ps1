BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'New-SleapConfig' {
    It 'makes a configuration that has no error' {
        New-SleapConfig | Test-SleapConfig -Quiet | Should -BeTrue
    }

    It 'makes each head <_>' -ForEach 'single_instance', 'centroid', 'centered_instance', 'bottomup', 'multi_class_bottomup', 'multi_class_topdown' {
        $config = New-SleapConfig -Head $_
        $config.model_config.head_configs.GetActiveName() | Should -Be $_
        $config | Test-SleapConfig -Severity Error | Should -BeNullOrEmpty
    }

    It 'makes each preset <_>' -ForEach 'unet', 'unet_medium_rf', 'unet_large_rf', 'convnext_tiny', 'convnext_large', 'swint_small' {
        (New-SleapConfig -Preset $_).ModelConfig.BackboneConfig.GetActiveName() | Should -Be ($_ -split '_')[0]
    }

    It 'refuses a labels file that is not there' {
        { New-SleapConfig ./none.slp -ErrorAction Stop } | Should -Throw '*none.slp*'
    }

    It 'suggests the right name for a wrong head' {
        { New-SleapConfig -Head botomup -ErrorAction Stop } | Should -Throw '*bottomup*'
    }
}
