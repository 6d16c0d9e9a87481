BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Compare-SleapConfig' {
    It 'finds no difference between equal configurations' {
        Compare-SleapConfig (New-SleapConfig) (New-SleapConfig) | Should -BeNullOrEmpty
    }

    It 'names the path and both values' {
        $difference = Compare-SleapConfig (New-SleapConfig -Seed 1) (New-SleapConfig -Seed 2)
        $difference.Path | Should -Be 'trainer_config.seed'
        $difference.Reference | Should -Be 1
        $difference.Difference | Should -Be 2
    }

    It 'refuses what is no configuration' {
        { Compare-SleapConfig 1 2 -ErrorAction Stop } | Should -Throw '*configuration*'
    }
}
