BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Test-SleapConfig' {
    It 'finds two schedulers' {
        $config = New-SleapConfig | Set-SleapConfig trainer_config.lr_scheduler.step_lr.gamma 0.5
        ($config | Test-SleapConfig -Severity Error).Path | Should -Be 'trainer_config.lr_scheduler'
        $config | Test-SleapConfig -Quiet | Should -BeFalse
    }

    It 'reports a file that can not be read as a finding' {
        Set-Content "$TestDrive/bad.yaml" "trainer_config:`n  max_epochs: many"
        $finding = Test-SleapConfig "$TestDrive/bad.yaml"
        $finding.Severity | Should -Be 'Error'
        $finding.Message | Should -BeLike '*line 2*'
    }

    It 'shows findings as a table' {
        New-SleapConfig | Test-SleapConfig | Out-String | Should -BeLike '*Severity*Path*Message*Fix*'
    }
}
