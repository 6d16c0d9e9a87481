BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Get-SleapConfigKey' {
    It 'tells what a key means and is by default' {
        $key = Get-SleapConfigKey TrainerConfig.MaxEpochs
        $key.Path | Should -Be 'trainer_config.max_epochs'
        $key.Default | Should -Be '10'
        $key.Meaning | Should -Match 'number of epochs'
    }

    It 'gives a section with its keys' {
        (Get-SleapConfigKey trainer_config.optimizer).Name | Should -Be 'optimizer', 'lr', 'amsgrad'
    }

    It 'shows meanings whose words are whole' {
        $text = Get-SleapConfigKey save_ckpt, patience | Format-Table | Out-String -Width 80
        $text | Should -Match 'Section: trainer_config.early_stopping'
        $text | Should -Match 'improvement before a\s+drop'
    }

    It 'refuses a key that does not exist and names the nearest' {
        { Get-SleapConfigKey trainer_config.max_epoch -ErrorAction Stop } | Should -Throw "*Did you mean 'max_epochs'?*" -ErrorId 'ConfigKeyUnknown*'
    }
}
