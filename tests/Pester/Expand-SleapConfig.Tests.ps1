BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Expand-SleapConfig' {
    It 'makes all combinations and names them' {
        $configs = New-SleapConfig | Expand-SleapConfig @{ 'trainer_config.optimizer.lr' = 1e-3, 1e-4; 'TrainerConfig.MaxEpochs' = 5, 10 }
        $configs.trainer_config.run_name | Should -Be 'max_epochs=5_lr=0.001', 'max_epochs=5_lr=0.0001', 'max_epochs=10_lr=0.001', 'max_epochs=10_lr=0.0001'
    }

    It 'draws the same with the same seed' {
        $draw = @{ Random = @{ 'trainer_config.optimizer.lr' = 'loguniform(1e-5, 1e-2)' }; Count = 4 }
        $first = New-SleapConfig | Expand-SleapConfig @draw -Seed 3
        $again = New-SleapConfig | Expand-SleapConfig @draw -Seed 3
        $other = New-SleapConfig | Expand-SleapConfig @draw -Seed 4
        $again.trainer_config.run_name | Should -Be $first.trainer_config.run_name
        $other.trainer_config.run_name | Should -Not -Be $first.trainer_config.run_name
    }

    It 'refuses what Set-SleapConfig refuses' {
        { New-SleapConfig | Expand-SleapConfig @{ 'trainer_config.max_epoch' = 3 } -ErrorAction Stop } | Should -Throw "*Did you mean 'max_epochs'?*"
        { New-SleapConfig | Expand-SleapConfig -Random @{ 'trainer_config.seed' = 'normal(0, 1)' } -Count 2 -ErrorAction Stop } | Should -Throw -ErrorId 'SweepDistribution*'
    }
}
