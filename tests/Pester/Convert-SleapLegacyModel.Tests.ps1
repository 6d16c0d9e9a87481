BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Convert-SleapLegacyModel' {
    It 'converts every reference model' -Skip:(-not $env:SLEAPNN_SHARED) {
        $source = Join-Path $env:SLEAPNN_SHARED 'data/legacy_models'
        $models = Convert-SleapLegacyModel "$source/*" -OutputPath "$TestDrive/models" -WarningAction SilentlyContinue
        $models.Count | Should -Be (Get-ChildItem $source -Directory).Count
        foreach ($model in $models) {
            Test-Path "$($model.Path)/best.ckpt" | Should -BeTrue
            (Import-SleapConfig "$($model.Path)/training_config.yaml").ModelConfig.HeadConfigs.GetActiveName() | Should -Be $model.ModelType
        }
    }

    It 'takes folders from the pipeline and writes nothing with -WhatIf' -Skip:(-not $env:SLEAPNN_SHARED) {
        Get-ChildItem (Join-Path $env:SLEAPNN_SHARED 'data/legacy_models') -Directory | Convert-SleapLegacyModel -OutputPath "$TestDrive/none" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/none" | Should -BeFalse
    }

    It 'refuses a folder that is no model of SLEAP 1.x' {
        $null = New-Item "$TestDrive/empty" -ItemType Directory
        Convert-SleapLegacyModel "$TestDrive/empty" -OutputPath "$TestDrive/out" -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure[0].FullyQualifiedErrorId | Should -BeLike 'ModelNotLegacy*'
    }
}
