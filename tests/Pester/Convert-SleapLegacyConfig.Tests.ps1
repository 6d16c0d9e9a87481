BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Convert-SleapLegacyConfig' {
    It 'converts the reference files' -Skip:(-not $env:SLEAPNN_SHARED) {
        $configs = Convert-SleapLegacyConfig (Join-Path $env:SLEAPNN_SHARED 'data/legacy_configs/*.json') -WarningAction SilentlyContinue
        $configs.Count | Should -BeGreaterThan 0
        $configs | ForEach-Object { $_.ModelConfig.BackboneConfig.GetActiveName() | Should -Be 'unet' }
    }

    It 'converts a small file' {
        Set-Content "$TestDrive/old.json" '{"model": {"backbone": {"unet": {"filters": 8}}, "heads": {"centroid": {"sigma": 3}}}, "optimization": {"epochs": 7}}'
        $config = Convert-SleapLegacyConfig "$TestDrive/old.json"
        $config.ModelConfig.BackboneConfig.Unet.Filters | Should -Be 8
        $config.ModelConfig.HeadConfigs.Centroid.Confmaps.Sigma | Should -Be 3
        $config.TrainerConfig.MaxEpochs | Should -Be 7
    }

    It 'refuses what is no SLEAP 1.x configuration' {
        Set-Content "$TestDrive/other.json" '{}'
        { Convert-SleapLegacyConfig "$TestDrive/other.json" -ErrorAction Stop } | Should -Throw '*not a configuration of SLEAP 1.x*'
    }
}
