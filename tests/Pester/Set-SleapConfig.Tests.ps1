BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Set-SleapConfig' {
    It 'takes either way of writing a path' {
        $config = New-SleapConfig
        $null = $config | Set-SleapConfig trainer_config.max_epochs 4 | Set-SleapConfig TrainerConfig.Optimizer.Lr 1
        $config.TrainerConfig.MaxEpochs | Should -Be 4
        $config.trainer_config.optimizer.lr | Should -Be 1
    }

    It 'takes tables and sets all or nothing' {
        $config = New-SleapConfig -MaxEpochs 9
        { $config | Set-SleapConfig @{ 'trainer_config.max_epochs' = 3; 'trainer_config.seed' = 'x' } -ErrorAction Stop } | Should -Throw '*seed*'
        $config.TrainerConfig.MaxEpochs | Should -Be 9
    }

    It 'completes paths' {
        $line = 'Set-SleapConfig data_config.pre'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'data_config.preprocessing.'
    }
}
