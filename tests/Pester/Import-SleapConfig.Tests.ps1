BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Import-SleapConfig' {
    BeforeAll {
        New-SleapConfig -Head centroid | Export-SleapConfig "$TestDrive/a.yaml"
        New-SleapConfig -Head bottomup | Export-SleapConfig "$TestDrive/b[1].yaml"
    }

    It 'reads files by wildcard, literal path and pipeline' {
        (Import-SleapConfig "$TestDrive/*.yaml").Count | Should -Be 2
        (Import-SleapConfig -LiteralPath "$TestDrive/b[1].yaml").ModelConfig.HeadConfigs.GetActiveName() | Should -Be 'bottomup'
        (Get-ChildItem $TestDrive -Filter *.yaml | Import-SleapConfig).Count | Should -Be 2
    }

    It 'reads YAML text' {
        (Get-Content "$TestDrive/a.yaml" -Raw | Import-SleapConfig).ModelConfig.HeadConfigs.GetActiveName() | Should -Be 'centroid'
        (Import-SleapConfig -Yaml (Get-Content "$TestDrive/a.yaml")).ModelConfig.HeadConfigs.GetActiveName() | Should -Be 'centroid'
    }

    It 'refuses a folder' {
        { Import-SleapConfig $TestDrive -ErrorAction Stop } | Should -Throw '*is a folder*'
    }

    It 'names the line and the nearest key' {
        { Import-SleapConfig -Yaml "trainer_config:`n  max_epoch: 1" -ErrorAction Stop } | Should -Throw "*line 2*max_epochs*"
    }
}
